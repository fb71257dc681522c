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
        if (start.StartsWith(Png)) CheckPngParts(stream, file.Path);
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

    /// <summary>Decodes an image whose head was read, as red, green and blue or as grey, row after row; transparency is dropped.</summary>
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

    // A decoder makes room for what a part of a PNG file claims: a length and a type before its data, a checksum behind.
    private static void CheckPngParts(Stream stream, string path)
    {
        const int HeadLength = 8, ChecksumLength = 4;
        Span<byte> head = stackalloc byte[HeadLength];
        for (long place = Png.Length; place < stream.Length;)
        {
            stream.Position = place;
            int read = stream.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false);
            place += HeadLength + BinaryPrimitives.ReadUInt32BigEndian(head) + (long)ChecksumLength;
            if (read < HeadLength || place > stream.Length)
                throw new DataFormatException(DataErrors.Truncated, path, "is an image that is damaged or cut off (a part of it ends behind the file): fetch it again, or remove it.");
            if (head[4..].SequenceEqual("IEND"u8)) return;
        }
    }

    // The decoder has no exception of its own.
    private static T Guarded<T>(string path, Func<T> decode) => FileDamage.Guard(decode, error => error
        is InvalidOperationException or InvalidDataException or EndOfStreamException or ArgumentException or IndexOutOfRangeException or NullReferenceException or ArithmeticException
            ? new DataFormatException(DataErrors.Compression, path, $"is an image that is damaged or cut off ({error.Message.TrimEnd('.')}): fetch it again, or remove it.", error)
            : null);
}

/// <summary>What an image's head says.</summary>
internal sealed record ImageHead(int Height, int Width, bool IsColour);

/// <summary>A stream that ends with an error where a decoder goes on reading behind its end, or goes back time and again: some would do so for ever.</summary>
internal sealed class EndGuardStream(Stream inner) : SeekingStream
{
    // A look behind the end or a step back is usual; this many are not.
    private const int Patience = 64;
    private int _offences;

    public override long Length => inner.Length;

    protected override long Place
    {
        get => inner.Position;
        set
        {
            if (value < 0 || value > Length) throw new EndOfStreamException("The image refers to a place outside its file.");
            if (value < inner.Position) CountOffence();
            inner.Position = value;
        }
    }

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
