using System.Buffers;
using System.Buffers.Binary;

namespace ClrEngine.Data.Images;

/// <summary>The pixels of a part's images, one after the other: planes of one byte a value, or of two with the low one first.</summary>
internal sealed class ImagePixels(byte[][] images, int height, int width, int channels, bool isDeep) : RowBytes(images, checked(height * width * channels * (isDeep ? 2 : 1)))
{
    /// <summary>Makes room for so many images.</summary>
    public ImagePixels(int images, int height, int width, int channels, bool isDeep)
        : this(new byte[images][], height, width, channels, isDeep)
    {
    }

    /// <summary>The samples: values from 0 to 1.</summary>
    public ISampleReader Samples() => isDeep
        ? new DeepSamples(this, Rows.Length, [channels, height, width])
        : new ByteSamples(this, 0, Size, Rows.Length, [channels, height, width], byte.MaxValue);

    /// <summary>Sets one image: turns it upright, and gives it the set's channels and depth where it has fewer.</summary>
    /// <param name="image">Which one.</param>
    /// <param name="pixels">Its pixels as they lie, their channels together, already of the set's size.</param>
    /// <param name="head">What they are.</param>
    public void Set(int image, ReadOnlySpan<byte> pixels, ImageHead head)
    {
        var planes = new byte[Size];
        (int h, int w) = head.Turn > 4 ? (width, height) : (height, width);
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
        int to = 0;
        for (int channel = 0; channel < channels; channel++)
        {
            int own = Math.Min(channel, head.Channels - 1);
            for (int y = 0; y < height; y++)
            {
                int from = ((first + (y * down)) * head.Channels) + own;
                for (int x = 0; x < width; x++, from += right * head.Channels)
                {
                    // A value v of 255 is v × 257 of 65,535: both bytes are v.
                    planes[to++] = pixels[head.IsDeep ? 2 * from : from];
                    if (isDeep) planes[to++] = pixels[head.IsDeep ? (2 * from) + 1 : from];
                }
            }
        }

        Rows[image] = planes;
    }
}

/// <summary>Samples kept as two bytes a value, the low one first, divided by 65,535 when read.</summary>
internal sealed class DeepSamples(ByteSource source, long count, IReadOnlyList<long> shape) : SampleReader(count, shape)
{
    private protected override void ReadChecked(ReadOnlySpan<long> indices, Span<float> destination)
    {
        int bytes = SampleLength * sizeof(ushort);
        byte[] scratch = ArrayPool<byte>.Shared.Rent(bytes);
        try
        {
            for (int row = 0; row < indices.Length; row++)
            {
                ReadOnlySpan<byte> sample = source.Read(indices[row] * bytes, scratch.AsSpan(0, bytes));
                Span<float> values = destination.Slice(row * SampleLength, SampleLength);
                for (int i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadUInt16LittleEndian(sample[(2 * i)..]) / (float)ushort.MaxValue;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }
}
