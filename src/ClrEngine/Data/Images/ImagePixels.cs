using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ClrEngine.Files;

namespace ClrEngine.Data.Images;

/// <summary>What all images of a set are brought to.</summary>
internal sealed record ImageForm(int Height, int Width, int Channels, bool IsDeep)
{
    /// <summary>The bytes of one image: planes of one byte a value, or of two with the low one first.</summary>
    public int Bytes { get; } = checked(Height * Width * Channels * (IsDeep ? 2 : 1));

    /// <summary>Turns one image upright, and gives it the set's channels and depth where it has fewer.</summary>
    /// <param name="pixels">Its pixels as they lie, their channels together, already of the set's size.</param>
    /// <param name="head">What they are.</param>
    public byte[] Planes(ReadOnlySpan<byte> pixels, ImageHead head)
    {
        byte[] planes = GC.AllocateUninitializedArray<byte>(Bytes);
        (int h, int w) = head.Turn > 4 ? (Width, Height) : (Height, Width);
        // Where the first pixel of the upright image lies, and how far from it the next below and the next to the right.
        (int first, int down, int right) = head.Turn switch
        {
            2 => (w - 1, w, -1),
            3 => ((h * w) - 1, -w, -1),
            4 => ((h - 1) * w, -w, 1),
            5 => (0, 1, w),
            6 => ((h - 1) * w, 1, -w),
            7 => ((h * w) - 1, -1, -w),
            8 => (w - 1, -1, w),
            _ => (0, w, 1),
        };
        if (head.Turn <= 1 && head.Channels == 3 && !IsDeep)
        {
            int plane = planes.Length / 3;
            for (int from = 0, at = 0; at < plane; from += 3, at++) (planes[at], planes[plane + at], planes[(2 * plane) + at]) = (pixels[from], pixels[from + 1], pixels[from + 2]);
            return planes;
        }

        int to = 0;
        for (int channel = 0; channel < Channels; channel++)
        {
            int own = Math.Min(channel, head.Channels - 1);
            for (int y = 0; y < Height; y++)
            {
                int from = ((first + (y * down)) * head.Channels) + own;
                for (int x = 0; x < Width; x++, from += right * head.Channels)
                {
                    // A value v of 255 is v × 257 of 65,535: both bytes are v.
                    planes[to++] = pixels[head.IsDeep ? 2 * from : from];
                    if (IsDeep) planes[to++] = pixels[head.IsDeep ? (2 * from) + 1 : from];
                }
            }
        }

        return planes;
    }
}

/// <summary>The pixels of a part's images, one after the other: decoded once and kept, or decoded each time that they are asked for.</summary>
/// <param name="paths">The images.</param>
/// <param name="heads">What their heads say.</param>
/// <param name="form">What they are brought to.</param>
/// <param name="size">The size that was asked for; null where all have the same.</param>
/// <param name="isStreamed">Whether none is kept in memory.</param>
/// <param name="cache">Where they are kept instead; null decodes them anew.</param>
internal sealed class ImagePixels(string[] paths, ImageHead[] heads, ImageForm form, ImageSize? size, bool isStreamed, ScratchFile? cache) : ByteSource
{
    // What images may take while they are decoded, beside what is kept of them.
    private const long DecodingBytes = 1L << 28, BytesPerPixel = 12;

    private const int MostAtOnce = 64;

    private readonly byte[][] _kept = isStreamed ? [] : new byte[paths.Length][];
    private readonly (long Length, DateTime Written)[] _states = new (long, DateTime)[paths.Length];
    private readonly (ulong Sum, ulong Squares)[] _sums = new (ulong, ulong)[paths.Length * form.Channels];
    private readonly int _atOnce = (int)Math.Clamp(
        DecodingBytes / ((heads.Max(static head => (long?)head.Height * head.Width) ?? 1) * BytesPerPixel), 1, Environment.ProcessorCount);

    public override long Length => (long)paths.Length * form.Bytes;

    public override bool IsInMemory => !isStreamed;

    public override bool IsStreamed => isStreamed;

    public override string? FileOf(long row) => paths[row];

    /// <summary>The samples: values from 0 to 1.</summary>
    public ISampleReader Samples() => form.IsDeep
        ? new DeepSamples(this, paths.Length, [form.Channels, form.Height, form.Width])
        : new ByteSamples(this, 0, form.Bytes, paths.Length, [form.Channels, form.Height, form.Width], byte.MaxValue);

    /// <summary>Decodes all images for the first time, in their order, some at once, and holds each against its head and its checksums.</summary>
    /// <exception cref="DataFormatException">An image is damaged, or was changed since its head was read.</exception>
    public IEnumerable<byte[]> DecodeAll()
    {
        for (int first = 0; first < paths.Length; first += MostAtOnce)
        {
            int start = first;
            byte[][] decoded = ImageWork.InParallel(paths[first..Math.Min(first + MostAtOnce, paths.Length)], (path, i) =>
            {
                _states[start + i] = StateOf(path);
                byte[] planes = Decode(start + i, wasChecked: false);
                for (int channel = 0; channel < form.Channels; channel++)
                {
                    int plane = planes.Length / form.Channels;
                    _sums[((start + i) * form.Channels) + channel] = Sums(planes.AsSpan(channel * plane, plane));
                }

                return planes;
            }, _atOnce);
            if (!isStreamed) decoded.CopyTo(_kept, first);
            for (int i = 0; i < decoded.Length; i++) cache?.Write<byte>((long)(first + i) * form.Bytes, decoded[i]);
            foreach (byte[] image in decoded) yield return image;
        }
    }

    public override ReadOnlySpan<byte> Read(long offset, Span<byte> scratch)
    {
        (int image, int within) = ((int)(offset / form.Bytes), (int)(offset % form.Bytes));
        return (isStreamed ? ReadAgain(image) : _kept[image]).AsSpan(within, scratch.Length);
    }

    public override void ReadRows(ReadOnlySpan<long> rows, long offset, long stride, int length, Span<float> destination, WidenBytes widen)
    {
        if (!isStreamed)
        {
            base.ReadRows(rows, offset, stride, length, destination, widen);
            return;
        }

        int[] images = new int[rows.Length];
        for (int i = 0; i < images.Length; i++) images[i] = (int)rows[i];
        int values = destination.Length / Math.Max(1, rows.Length);
        unsafe
        {
            fixed (float* pinned = destination)
            {
                nint start = (nint)pinned;
                ImageWork.Each(images, (image, i) => widen(ReadAgain(image), new Span<float>((float*)start + ((long)i * values), values)), _atOnce);
            }
        }
    }

    public override double? AddSums(long row, Span<Int128> sums, Span<Int128> squares)
    {
        for (int channel = 0; channel < form.Channels; channel++)
        {
            (ulong sum, ulong square) = _sums[(row * form.Channels) + channel];
            sums[channel] += sum;
            squares[channel] += square;
        }

        return form.IsDeep ? ushort.MaxValue : byte.MaxValue;
    }

    private byte[] ReadAgain(int image)
    {
        if (cache is null) return StateOf(paths[image]) == _states[image] ? Decode(image, wasChecked: true) : throw ImageFile.Changed(paths[image]);
        var planes = new byte[form.Bytes];
        cache.Read<byte>((long)image * form.Bytes, planes);
        return planes;
    }

    private byte[] Decode(int image, bool wasChecked)
    {
        ImageHead head = heads[image];
        (byte[] pixels, int height, int width) = ImageFile.Decode(DataStream.File(paths[image]), head, size, wasChecked);
        pixels = ImageResize.To(pixels, (height, width), head.Channels, head.IsDeep, head.Turn > 4 ? (form.Width, form.Height) : (form.Height, form.Width));
        return form.Planes(pixels, head);
    }

    private (ulong Sum, ulong Squares) Sums(ReadOnlySpan<byte> plane)
    {
        ulong sum = 0, squares = 0;
        if (form.IsDeep)
        {
            foreach (ushort value in MemoryMarshal.Cast<byte, ushort>(plane)) (sum, squares) = (sum + value, squares + ((ulong)value * value));
        }
        else
        {
            foreach (byte value in plane) (sum, squares) = (sum + value, squares + ((ulong)value * value));
        }

        return (sum, squares);
    }

    private static (long Length, DateTime Written) StateOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? (file.Length, file.LastWriteTimeUtc) : default;
    }
}

/// <summary>Samples kept as two bytes a value, the low one first, divided by 65,535 when read.</summary>
internal sealed class DeepSamples(ByteSource source, long count, IReadOnlyList<long> shape) : SampleReader(count, shape)
{
    internal override bool IsStreamed => source.IsStreamed;

    internal override string? FileOf(long index) => source.FileOf(index);

    internal override double? AddSums(long index, Span<Int128> sums, Span<Int128> squares) => source.AddSums(index, sums, squares);

    private protected override void ReadChecked(ReadOnlySpan<long> indices, Span<float> destination) =>
        source.ReadRows(indices, 0, SampleLength * sizeof(ushort), SampleLength * sizeof(ushort), destination, static (sample, values) =>
        {
            for (int i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadUInt16LittleEndian(sample[(2 * i)..]) / (float)ushort.MaxValue;
        });
}
