using StbImageSharp;

namespace ClrEngine.Data;

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
            throw new DataFormatException(DataFault.Magic, file.Path, "is no PNG, JPEG or BMP image: convert it, or remove it.");
        if (start.StartsWith(Png)) PngChunks.Check(stream, file.Path);
        stream.Position = 0;
        ImageInfo info = Guarded(file.Path, () => ImageInfo.FromStream(stream) ?? throw new InvalidDataException("its head cannot be read"));
        int channels = (int)info.ColorComponents;
        // A bitmap whose first row is on top has a negative height.
        int height = info.Height == int.MinValue ? 0 : Math.Abs(info.Height);
        long pixels = (long)info.Width * height;
        if (info.Width < 1 || height < 1)
            throw new DataFormatException(DataFault.Dimension, file.Path, $"claims {info.Width} × {info.Height} pixels: fetch it again, or remove it.");
        if (info.Width > LargestSide || height > LargestSide || pixels > MostPixels)
            throw new DataFormatException(DataFault.TooLarge, file.Path, $"claims {info.Width} × {info.Height} pixels, at most {LargestSide} a side and {MostPixels} in all are read: make it smaller.");
        if (!BoundedRead.CanHold(stream.Length, pixels * channels))
            throw new DataFormatException(DataFault.Truncated, file.Path, $"claims {info.Width} × {info.Height} pixels, more than its {stream.Length} bytes can hold: fetch it again, or remove it.");
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
            : throw new DataFormatException(DataFault.Dimension, file.Path, $"claims {head.Width} × {head.Height} pixels and has {image.Width} × {image.Height}: leave it unchanged while it is read.");
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
            throw new DataFormatException(DataFault.Compression, path, $"is an image that is damaged or cut off ({error.Message.TrimEnd('.')}): fetch it again, or remove it.", error);
        }
    }
}
