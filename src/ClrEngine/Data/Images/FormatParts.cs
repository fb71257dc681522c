using System.Buffers.Binary;

namespace ClrEngine.Data.Images;

/// <summary>Goes through the parts of a JPEG file, to its end mark.</summary>
internal static class JpegParts
{
    // Each scan goes over the whole image again; real ones have about ten.
    private const int MostScans = 100;

    public static ImageHead Head(ReadOnlySpan<byte> file, string path)
    {
        ImageHead? head = null;
        int turn = 1, scans = 0;
        bool isAdobe = false, isCmyk = false;
        for (int place = 2; ;)
        {
            if (place + 2 > file.Length) throw ImageDamage.CutOff(ImageKind.Jpeg, path);
            if (file[place] != 0xFF) throw ImageDamage.Wrong(ImageKind.Jpeg, path, $"at byte {place} there is no mark");
            int mark = file[place + 1];
            // A mark may be preceded by any number of fill bytes.
            place += mark == 0xFF ? 1 : 2;
            if (mark is 0xFF or 0x01 or (>= 0xD0 and <= 0xD7)) continue;
            if (mark == 0xD9)
                return scans > 0 && head is not null ? head with { Turn = turn } : throw ImageDamage.Wrong(ImageKind.Jpeg, path, "it has no pixels");
            if (mark is 0 or 0xD8) throw ImageDamage.Wrong(ImageKind.Jpeg, path, $"at byte {place - 2} there is a mark that belongs elsewhere");
            int length = place + 2 > file.Length ? int.MaxValue : BinaryPrimitives.ReadUInt16BigEndian(file[place..]);
            if (length < 2) throw ImageDamage.Wrong(ImageKind.Jpeg, path, $"at byte {place} there is a part without a length");
            if (length > file.Length - place) throw ImageDamage.CutOff(ImageKind.Jpeg, path);
            ReadOnlySpan<byte> part = file.Slice(place + 2, length - 2);
            place += length;
            if (mark is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                if (head is not null) throw ImageDamage.Wrong(ImageKind.Jpeg, path, "it has two heads");
                head = Frame(mark, part, path);
                isCmyk = part[5] == 4;
            }
            else if (mark == 0xE1 && part.StartsWith("Exif\0\0"u8))
            {
                turn = Exif.Orientation(part);
            }
            else if (mark == 0xEE)
            {
                isAdobe |= part.StartsWith("Adobe"u8);
            }
            else if (mark == 0xDA)
            {
                if (head is null) throw ImageDamage.Wrong(ImageKind.Jpeg, path, "its pixels come before its head");
                // Adobe's programs write such colours inverted, others do not, and the file does not tell.
                if (isCmyk && !isAdobe) throw ImageDamage.Unread(path, "a JPEG image in CMYK whose writer is not known");
                if (++scans > MostScans) throw new DataFormatException(DataErrors.TooLarge, path, $"is a JPEG image of more than {MostScans} scans: save it anew, or remove it.");
                place = EndOfScan(file, place, path);
            }
        }
    }

    private static ImageHead Frame(int mark, ReadOnlySpan<byte> part, string path)
    {
        if (part.Length < 6) throw ImageDamage.CutOff(ImageKind.Jpeg, path);
        if (mark is not (0xC0 or 0xC1 or 0xC2)) throw ImageDamage.Unread(path, mark == 0xC3 ? "a lossless JPEG image" : "a JPEG image of a rare form (arithmetic or hierarchical)");
        if (part[0] != 8) throw ImageDamage.Unread(path, $"a JPEG image of {part[0]} bits");
        int components = part[5];
        if (components is not (1 or 3 or 4)) throw ImageDamage.Unread(path, $"a JPEG image of {components} components");
        return new ImageHead(
            ImageKind.Jpeg, BinaryPrimitives.ReadUInt16BigEndian(part[1..]), BinaryPrimitives.ReadUInt16BigEndian(part[3..]), components > 1);
    }

    /// <summary>Where the mark behind packed pixels is: these have a zero behind each byte of ones, and the marks of restarts belong to them.</summary>
    public static int EndOfScan(ReadOnlySpan<byte> file, int place, string path)
    {
        while (true)
        {
            int next = file[place..].IndexOf((byte)0xFF);
            if (next < 0 || (place += next) + 1 >= file.Length) throw ImageDamage.CutOff(ImageKind.Jpeg, path);
            if (file[place + 1] is not (0 or 0xFF or (>= 0xD0 and <= 0xD7))) return place;
            place += file[place + 1] == 0xFF ? 1 : 2;
        }
    }
}

/// <summary>Goes through the blocks of a GIF file, to its end.</summary>
internal static class GifParts
{
    private const int HeadLength = 13;

    public static ImageHead Head(ReadOnlySpan<byte> file, string path)
    {
        const int FrameLength = 10;
        if (file.Length < HeadLength) throw ImageDamage.CutOff(ImageKind.Gif, path);
        int place = HeadLength + PaletteLength(file[10]);
        ReadOnlySpan<byte> palette = Slice(file, HeadLength, PaletteLength(file[10]), path);
        ImageHead? head = null;
        while (true)
        {
            switch (Slice(file, place, 1, path)[0])
            {
                case 0x3B:
                    return head ?? throw ImageDamage.Wrong(ImageKind.Gif, path, "it has no picture");
                case 0x21:
                    place += 2;
                    break;
                case 0x2C:
                    byte flags = Slice(file, place, FrameLength, path)[9];
                    ReadOnlySpan<byte> own = Slice(file, place + FrameLength, PaletteLength(flags), path);
                    place += FrameLength + own.Length + 1;
                    head ??= new ImageHead(
                        ImageKind.Gif, BinaryPrimitives.ReadUInt16LittleEndian(file[8..]), BinaryPrimitives.ReadUInt16LittleEndian(file[6..]), !ImageHead.IsGrey(own.IsEmpty ? palette : own, 3));
                    break;
                default:
                    throw ImageDamage.Wrong(ImageKind.Gif, path, $"at byte {place} there is no block");
            }

            // Lengths and data, to a length of 0.
            while (Slice(file, place, 1, path)[0] is var length and > 0) place += Slice(file, place, length + 1, path).Length;
            place++;
        }
    }

    /// <summary>Clears the mark of a transparent colour before the first picture of a sound file, so that it is decoded as the palette has it.</summary>
    public static void DropTransparency(Span<byte> file)
    {
        for (int place = HeadLength + PaletteLength(file[10]); file[place] == 0x21; place++)
        {
            if (file[place + 1] == 0xF9 && file[place + 2] > 0) file[place + 3] &= 0xFE;
            for (place += 2; file[place] is var length and > 0;) place += length + 1;
        }
    }

    private static int PaletteLength(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);

    private static ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> file, int place, int length, string path) =>
        place <= file.Length - length ? file.Slice(place, length) : throw ImageDamage.CutOff(ImageKind.Gif, path);
}

/// <summary>Goes through the parts of a WebP file.</summary>
internal static class WebPParts
{
    public static ImageHead Head(ReadOnlySpan<byte> file, string path)
    {
        const int HeadLength = 12, PartHead = 8;
        long end = BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + 8L;
        if (end > file.Length) throw ImageDamage.CutOff(ImageKind.WebP, path);
        ImageHead? head = null;
        int turn = 1;
        bool hasPixels = false;
        for (long place = HeadLength; place + PartHead <= end;)
        {
            ReadOnlySpan<byte> type = file.Slice((int)place, 4);
            long length = BinaryPrimitives.ReadUInt32LittleEndian(file[((int)place + 4)..]);
            if (place + PartHead + length > end) throw ImageDamage.CutOff(ImageKind.WebP, path);
            ReadOnlySpan<byte> part = file.Slice((int)place + PartHead, (int)length);
            if (type.SequenceEqual("VP8X"u8) && part.Length >= 10) head ??= New(Three(part[4..]) + 1, Three(part[7..]) + 1);
            else if (type.SequenceEqual("VP8 "u8) && part.Length >= 10)
                (head, hasPixels) = (head ?? New(BinaryPrimitives.ReadUInt16LittleEndian(part[6..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(part[8..]) & 0x3FFF), true);
            else if (type.SequenceEqual("VP8L"u8) && part.Length >= 5 && BinaryPrimitives.ReadUInt32LittleEndian(part[1..]) is var bits)
                (head, hasPixels) = (head ?? New((int)(bits & 0x3FFF) + 1, (int)((bits >> 14) & 0x3FFF) + 1), true);
            else if (type.SequenceEqual("ANMF"u8)) hasPixels = true;
            else if (type.SequenceEqual("EXIF"u8)) turn = Exif.Orientation(part);
            place += PartHead + length + (length & 1);
        }

        return hasPixels && head is not null ? head with { Turn = turn } : throw ImageDamage.Wrong(ImageKind.WebP, path, "it has no picture");

        static int Three(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
        static ImageHead New(int width, int height) => new(ImageKind.WebP, height, width, IsColour: true);
    }
}

/// <summary>Reads the head of a BMP file.</summary>
internal static class BmpParts
{
    /// <summary>Where the bits of a pixel stand, in all heads but the oldest, which has no packed pixels.</summary>
    public const int BitsPlace = 28;

    public static ImageHead Head(ReadOnlySpan<byte> file, string path)
    {
        const int FileHead = 14, OldHead = 12;
        if (file.Length < FileHead + OldHead) throw ImageDamage.CutOff(ImageKind.Bmp, path);
        int size = BinaryPrimitives.ReadInt32LittleEndian(file[FileHead..]);
        bool isOld = size == OldHead;
        if (file.Length < FileHead + size) throw ImageDamage.CutOff(ImageKind.Bmp, path);
        ReadOnlySpan<byte> head = file.Slice(FileHead, size);
        // A bitmap whose first row is on top has a negative height.
        int width = isOld ? BinaryPrimitives.ReadUInt16LittleEndian(head[4..]) : BinaryPrimitives.ReadInt32LittleEndian(head[4..]);
        int height = isOld ? BinaryPrimitives.ReadUInt16LittleEndian(head[6..]) : BinaryPrimitives.ReadInt32LittleEndian(head[8..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(head[(isOld ? 10 : 14)..]), entry = isOld ? 3 : 4;
        height = height == int.MinValue ? 0 : Math.Abs(height);
        if (bits > 8) return new ImageHead(ImageKind.Bmp, height, width, IsColour: true);
        uint used = isOld || size < 36 ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(head[32..]);
        int colours = used == 0 || used > 1u << bits ? 1 << bits : (int)used;
        ReadOnlySpan<byte> palette = file[(FileHead + size)..];
        return new ImageHead(ImageKind.Bmp, height, width, !ImageHead.IsGrey(palette[..Math.Min(palette.Length, colours * entry)], entry));
    }
}
