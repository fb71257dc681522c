using System.Buffers.Binary;

namespace ClrEngine.Data.Images;

/// <summary>What an image's head says of its pixels as they lie: how many, whether they have colours, whether 16 bits each, and by which of EXIF's eight ways they are turned.</summary>
internal sealed record ImageHead(ImageKind Kind, int Height, int Width, bool IsColour, bool IsDeep = false, int Turn = 1)
{
    private const int LargestSide = 32_767;

    /// <summary>What is allocated without a look at the file's length: some formats pack one colour into next to nothing.</summary>
    private const long SmallPixels = 1 << 22;

    public int Channels => IsColour ? 3 : 1;

    /// <summary>The size when it stands upright.</summary>
    public (int Height, int Width) Upright => Turn > 4 ? (Width, Height) : (Height, Width);

    /// <summary>A size that it is to have when it stands upright, as its pixels lie.</summary>
    public (int Height, int Width)? Lying(ImageSize? size) => size is null ? null : Turn > 4 ? (size.Width, size.Height) : (size.Height, size.Width);

    /// <summary>Whether the colours of a palette, each red, green and blue or in the other order, are all grey.</summary>
    public static bool IsGrey(ReadOnlySpan<byte> palette, int entryBytes)
    {
        for (; palette.Length >= 3; palette = palette[Math.Min(entryBytes, palette.Length)..])
        {
            if (palette[0] != palette[1] || palette[1] != palette[2]) return false;
        }

        return true;
    }

    /// <exception cref="DataFormatException">There is no pixel, or there are too many.</exception>
    public ImageHead CheckSize(string path, long mostPixels)
    {
        if (Width < 1 || Height < 1)
            throw new DataFormatException(DataErrors.Dimension, path, $"is a {ImageKinds.Name(Kind)} image that claims {Width} × {Height} pixels: fetch it again, or remove it.");
        return Width <= LargestSide && Height <= LargestSide && (long)Width * Height <= mostPixels
            ? this
            : throw new DataFormatException(DataErrors.TooLarge, path, $"is a {ImageKinds.Name(Kind)} image that claims {Width} × {Height} pixels, at most {LargestSide} a side and {mostPixels} in all are read: make it smaller, or raise -MaxImagePixels.");
    }

    /// <summary>Refuses pixels that no picture of a thing was packed into so few bytes of, until the user raises the bound of pixels.</summary>
    public ImageHead CheckPromise(string path, long fileLength, long mostPixels)
    {
        CheckSize(path, mostPixels);
        long pixels = (long)Width * Height;
        return pixels <= SmallPixels || mostPixels > DataOptions.UsualImagePixels || BoundedRead.CanHold(fileLength, pixels)
            ? this
            : throw Promise(path, fileLength, $", or raise -MaxImagePixels above {DataOptions.UsualImagePixels} where it is whole");
    }

    public DataFormatException Promise(string path, long fileLength, string otherwise = "") => new(
        DataErrors.Truncated, path, $"is a {ImageKinds.Name(Kind)} image that claims {Width} × {Height} pixels in {fileLength} bytes, so it is cut off, or one colour all over: fetch it again, or remove it{otherwise}.");
}

/// <summary>What is said of damaged images.</summary>
internal static class ImageDamage
{
    public static DataFormatException CutOff(ImageKind kind, string path) => new(
        DataErrors.Truncated, path, $"is a {ImageKinds.Name(kind)} image that is cut off: fetch it again, or remove it.");

    public static DataFormatException Checksum(ImageKind kind, string path, string part) => new(
        DataErrors.Checksum, path, $"is a {ImageKinds.Name(kind)} image that was changed: the checksum of {part} is wrong. Fetch it again, or remove it.");

    public static DataFormatException Wrong(ImageKind kind, string path, string what, Exception? inner = null) => new(
        DataErrors.Compression, path, $"is a {ImageKinds.Name(kind)} image that is damaged ({what}): fetch it again, or remove it.", inner);

    public static DataFormatException Unread(string path, string what) => new(
        DataErrors.Type, path, $"is {what}, which is not read: convert it to {ImageKinds.Read}, or remove it.");
}

/// <summary>Reads the one entry of EXIF that counts here.</summary>
internal static class Exif
{
    private const ushort OrientationTag = 0x0112, Short = 3;

    /// <summary>By which of eight ways an image is turned, 1 where it stands upright or nothing sound is said.</summary>
    public static int Orientation(ReadOnlySpan<byte> exif)
    {
        if (exif.StartsWith("Exif\0\0"u8)) exif = exif[6..];
        bool little = exif.StartsWith("II*\0"u8);
        if (!little && !exif.StartsWith("MM\0*"u8)) return 1;
        uint place = Int(exif, 4);
        int entries = Word(exif, place);
        for (uint entry = place + 2; entries-- > 0 && entry + 12 <= exif.Length; entry += 12)
        {
            if (Word(exif, entry) == OrientationTag && Word(exif, entry + 2) == Short && Word(exif, entry + 8) is var turn and >= 1 and <= 8) return turn;
        }

        return 1;

        ushort Word(ReadOnlySpan<byte> bytes, uint at) => at + 2L > bytes.Length ? (ushort)0
            : little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[(int)at..]) : BinaryPrimitives.ReadUInt16BigEndian(bytes[(int)at..]);

        uint Int(ReadOnlySpan<byte> bytes, int at) => at + 4 > bytes.Length ? uint.MaxValue - 64
            : little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]) : BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
    }
}
