using System.Buffers.Binary;
using StbImageSharp;

namespace ClrEngine.Data.Images;

/// <summary>Decodes one image file: PNG, JPEG or BMP, told by its first bytes.</summary>
internal static class ImageFile
{
    private const int LargestSide = 16_384;
    private const long MostPixels = 1 << 26;

    private static ReadOnlySpan<byte> Png => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    private static ReadOnlySpan<byte> Jpeg => [0xFF, 0xD8, 0xFF];

    /// <summary>Reads an image's head.</summary>
    /// <exception cref="DataFormatException">It is no such image, or its head promises more than the file can hold.</exception>
    public static ImageHead Head(DataStream file)
    {
        using var stream = new EndGuardStream(file.OpenRaw());
        Span<byte> start = stackalloc byte[8];
        int read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (!IsKnown(start[..read]))
            throw new DataFormatException(DataErrors.Magic, file.Path, "is no PNG, JPEG or BMP image: convert it, or remove it.");
        if (start.StartsWith(Png)) PngChunks.Check(stream, file.Path);
        stream.Position = 0;
        ImageInfo info = Guarded(file.Path, () => ImageInfo.FromStream(stream) ?? throw new InvalidDataException("its head cannot be read"));
        int channels = (int)info.ColorComponents;
        // A bitmap whose first row is on top has a negative height.
        int height = info.Height == int.MinValue ? 0 : Math.Abs(info.Height);
        long pixels = (long)info.Width * height;
        if (info.Width < 1 || height < 1)
            throw new DataFormatException(DataErrors.Dimension, file.Path, $"claims {info.Width} × {info.Height} pixels: fetch it again, or remove it.");
        if (info.Width > LargestSide || height > LargestSide || pixels > MostPixels)
            throw new DataFormatException(DataErrors.TooLarge, file.Path, $"claims {info.Width} × {info.Height} pixels, at most {LargestSide} a side and {MostPixels} in all are read: make it smaller.");
        if (!BoundedRead.CanHold(stream.Length, pixels * channels))
            throw new DataFormatException(DataErrors.Truncated, file.Path, $"claims {info.Width} × {info.Height} pixels, more than its {stream.Length} bytes can hold: fetch it again, or remove it.");
        return new ImageHead(height, info.Width, channels > 2);
    }

    /// <summary>Decodes an image whose head was read.</summary>
    /// <param name="file">The image.</param>
    /// <param name="head">Its head.</param>
    /// <param name="colour">True for red, green and blue, false for grey; transparency is dropped.</param>
    /// <returns>The pixels row after row, each with its channels together.</returns>
    /// <exception cref="DataFormatException">The image is damaged.</exception>
    public static byte[] Decode(DataStream file, ImageHead head, bool colour)
    {
        using var stream = new EndGuardStream(file.OpenRaw());
        ImageResult image = Guarded(file.Path, () => ImageResult.FromStream(stream, colour ? ColorComponents.RedGreenBlue : ColorComponents.Grey));
        return image.Height == head.Height && image.Width == head.Width
            ? image.Data
            : throw new DataFormatException(DataErrors.Dimension, file.Path, $"claims {head.Width} × {head.Height} pixels and has {image.Width} × {image.Height}: leave it unchanged while it is read.");
    }

    private static bool IsKnown(ReadOnlySpan<byte> start) =>
        start.StartsWith(Png) || start.StartsWith(Jpeg) || start.StartsWith("BM"u8);

    // The decoder has no exception of its own.
    private static T Guarded<T>(string path, Func<T> decode)
    {
        try
        {
            return decode();
        }
        catch (Exception error) when (error is InvalidOperationException or InvalidDataException or EndOfStreamException or ArgumentException
            or IndexOutOfRangeException or NullReferenceException or ArithmeticException)
        {
            throw new DataFormatException(DataErrors.Compression, path, $"is an image that is damaged or cut off ({error.Message.TrimEnd('.')}): fetch it again, or remove it.", error);
        }
    }
}

/// <summary>What an image's head says.</summary>
/// <param name="Height">The height in pixels.</param>
/// <param name="Width">The width in pixels.</param>
/// <param name="IsColour">Whether it has colours, not greys alone.</param>
internal sealed record ImageHead(int Height, int Width, bool IsColour);

/// <summary>Checks that a PNG file's parts lie within it: a decoder makes room for what a part claims.</summary>
internal static class PngChunks
{
    private const int SignatureLength = 8;

    // A length and a type before a part's data, a checksum behind.
    private const int HeadLength = 8;
    private const int CheckLength = 4;

    /// <summary>Walks from part to part.</summary>
    /// <exception cref="DataFormatException">A part ends behind the file.</exception>
    public static void Check(Stream stream, string path)
    {
        Span<byte> head = stackalloc byte[HeadLength];
        for (long place = SignatureLength; place < stream.Length;)
        {
            stream.Position = place;
            if (stream.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false) < HeadLength) throw CutOff(path);
            place += HeadLength + BinaryPrimitives.ReadUInt32BigEndian(head) + (long)CheckLength;
            if (place > stream.Length) throw CutOff(path);
            if (head[4..].SequenceEqual("IEND"u8)) return;
        }
    }

    private static DataFormatException CutOff(string path) => new(
        DataErrors.Truncated, path, "is an image that is damaged or cut off (a part of it ends behind the file): fetch it again, or remove it.");
}

/// <summary>A stream that ends with an error where a decoder goes on reading behind its end, or goes back time and again: some would do so for ever.</summary>
internal sealed class EndGuardStream(Stream inner) : Stream
{
    // A look behind the end or a step back is usual; this many are not.
    private const int Patience = 64;
    private int _offences;

    public override bool CanRead => true;

    public override bool CanSeek => inner.CanSeek;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int read = inner.Read(buffer);
        if (read == 0 && !buffer.IsEmpty) CountOffence();
        return read;
    }

    public override int ReadByte()
    {
        int value = inner.ReadByte();
        if (value < 0) CountOffence();
        return value;
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        long position = offset + (origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => Position, _ => Length });
        if (position < 0 || position > Length) throw new EndOfStreamException("The image refers to a place outside its file.");
        if (position < Position) CountOffence();
        return inner.Position = position;
    }

    public override void Flush() => inner.Flush();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private void CountOffence()
    {
        if (++_offences > Patience) throw new EndOfStreamException("The image goes on behind the end of its file.");
    }
}
