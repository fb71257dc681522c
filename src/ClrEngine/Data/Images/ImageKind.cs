namespace ClrEngine.Data.Images;

/// <summary>The kinds of images that are read.</summary>
internal enum ImageKind
{
    Png,
    Jpeg,
    Gif,
    WebP,
    Bmp,
}

/// <summary>Tells files by their first bytes, whatever they are called.</summary>
internal static class ImageKinds
{
    /// <summary>How many first bytes tell a file's kind.</summary>
    public const int TellingBytes = 32;

    /// <summary>The kinds that are read, for messages.</summary>
    public const string Read = "PNG, JPEG, WebP, GIF or BMP";

    // Names under which one expects an image: what is called so and is none is a mistake, not a note.
    private static readonly string[] Endings =
        [".png", ".jpg", ".jpeg", ".jfif", ".jpe", ".gif", ".webp", ".bmp", ".dib", ".tif", ".tiff", ".avif", ".heic", ".heif", ".jp2", ".jxl", ".ico", ".pgm", ".ppm", ".pbm", ".pnm", ".psd", ".svg", ".dcm", ".tga"];

    public static string Name(ImageKind kind) => kind == ImageKind.WebP ? "WebP" : kind.ToString().ToUpperInvariant();

    public static bool HasEnding(string path) => Endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>The kind of image that starts so; null where it is none that is read.</summary>
    public static ImageKind? Tell(ReadOnlySpan<byte> start) =>
        start.StartsWith(PngImage.Signature) ? ImageKind.Png
        : start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? ImageKind.Jpeg
        : start.StartsWith("GIF87a"u8) || start.StartsWith("GIF89a"u8) ? ImageKind.Gif
        : start.StartsWith("RIFF"u8) && start.Length >= 12 && start[8..].StartsWith("WEBP"u8) ? ImageKind.WebP
        // Two letters alone may start any text: the length of the second header tells.
        : start.StartsWith("BM"u8) && start.Length >= 18 && start[14] is 12 or 16 or 40 or 52 or 56 or 64 or 108 or 124 && (start[15] | start[16] | start[17]) == 0 ? ImageKind.Bmp
        : null;

    /// <summary>What a file that starts so is, where it is an image of a kind that is not read; null where it is no image.</summary>
    public static string? TellUnread(ReadOnlySpan<byte> start) =>
        start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8) || start.StartsWith("II+\0"u8) || start.StartsWith("MM\0+"u8) ? "a TIFF image"
        : start.StartsWith((ReadOnlySpan<byte>)[0, 0, 1, 0]) && start.Length > 5 && start[5] == 0 && start[4] > 0 ? "a Windows icon"
        : start.Length >= 12 && start[4..].StartsWith("ftyp"u8) ? Brand(start[8..12])
        : start.StartsWith((ReadOnlySpan<byte>)[0, 0, 0, 12, (byte)'j', (byte)'P']) || start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x4F, 0xFF, 0x51]) ? "a JPEG 2000 image"
        : start.StartsWith((ReadOnlySpan<byte>)[0, 0, 0, 12, (byte)'J', (byte)'X']) || start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x0A]) ? "a JPEG XL image"
        : start.StartsWith("8BPS"u8) ? "a Photoshop image"
        : start.StartsWith("<svg"u8) ? "an SVG drawing"
        : start.Length > 2 && start[0] == 'P' && start[1] is >= (byte)'1' and <= (byte)'7' && start[2] is (byte)'\n' or (byte)'\r' or (byte)' ' or (byte)'\t' ? "a PNM image (.pgm, .ppm)"
        : start.StartsWith("SIMPLE  ="u8) ? "a FITS image"
        : start.StartsWith((ReadOnlySpan<byte>)[0x76, 0x2F, 0x31, 0x01]) ? "an OpenEXR image"
        : null;

    private static string? Brand(ReadOnlySpan<byte> brand) =>
        brand.StartsWith("avi"u8) ? "an AVIF image"
        : brand.StartsWith("he"u8) || brand.StartsWith("mif1"u8) || brand.StartsWith("msf1"u8) ? "a HEIC image"
        : null;
}
