using System.Buffers.Binary;
using System.IO.Compression;
using ICSharpCode.SharpZipLib.Checksum;

namespace ClrEngine.Data.Images;

/// <summary>Reads PNG images: all depths, all kinds of colour, interlaced or not, every checksum held against what it stands for.</summary>
/// <remarks>Its 16 bits stay 16 bits, a grey palette is grey, and no more is unpacked than the head needs.</remarks>
internal sealed class PngImage
{
    private const int Grey = 0, Colour = 2, Palette = 3, GreyAlpha = 4, ColourAlpha = 6;

    private readonly byte[] _file;
    private readonly string _path;
    private readonly List<(int Start, int Length)> _data = [];
    private readonly int _depth, _kind;
    private readonly bool _interlaced;
    private byte[] _palette = [];

    /// <summary>Reads the parts of the file, whose pixels stay packed.</summary>
    /// <exception cref="DataFormatException">It is cut off, or a part is wrong.</exception>
    public PngImage(byte[] file, string path, bool checkSums, long mostPixels)
    {
        (_file, _path) = (file, path);
        ReadOnlySpan<byte> bytes = file;
        int turn = 1;
        bool ended = false, first = true;
        for (int place = Signature.Length; !ended; first = false)
        {
            // A length and a type before the data, a checksum behind.
            if (bytes.Length - place < 12 || BinaryPrimitives.ReadUInt32BigEndian(bytes[place..]) is var length && length > bytes.Length - place - 12)
                throw ImageDamage.CutOff(ImageKind.Png, path);
            ReadOnlySpan<byte> type = bytes.Slice(place + 4, 4), data = bytes.Slice(place + 8, (int)length);
            if (checkSums && BinaryPrimitives.ReadUInt32BigEndian(bytes[(place + 8 + (int)length)..]) != Sum(new ArraySegment<byte>(file, place + 4, (int)length + 4)))
                throw ImageDamage.Checksum(ImageKind.Png, path, $"its part {Name(type)}");
            if (first != type.SequenceEqual("IHDR"u8)) throw ImageDamage.Wrong(ImageKind.Png, path, $"its part {Name(type)} is at the wrong place");
            if (first)
            {
                if (length != 13) throw ImageDamage.Wrong(ImageKind.Png, path, $"its head has {length} bytes");
                (_depth, _kind, _interlaced) = (data[8], data[9], data[12] == 1);
                uint width = BinaryPrimitives.ReadUInt32BigEndian(data), height = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
                bool known = _kind switch { Grey => _depth is 1 or 2 or 4 or 8 or 16, Palette => _depth is 1 or 2 or 4 or 8, Colour or GreyAlpha or ColourAlpha => _depth is 8 or 16, _ => false };
                if (!known || data[10] != 0 || data[11] != 0 || data[12] > 1) throw ImageDamage.Wrong(ImageKind.Png, path, "its head names a form that PNG does not have");
                Head = new ImageHead(ImageKind.Png, height > int.MaxValue ? -1 : (int)height, width > int.MaxValue ? -1 : (int)width, _kind is Colour or ColourAlpha, _depth == 16);
            }
            else if (type.SequenceEqual("PLTE"u8))
            {
                if (length % 3 != 0 || length is 0 or > 768) throw ImageDamage.Wrong(ImageKind.Png, path, $"its palette has {length} bytes");
                _palette = data.ToArray();
            }
            else if (type.SequenceEqual("IDAT"u8))
            {
                if (length > 0) _data.Add((place + 8, (int)length));
            }
            else if (type.SequenceEqual("eXIf"u8))
            {
                turn = Exif.Orientation(data);
            }
            else if (type.SequenceEqual("IEND"u8))
            {
                ended = true;
            }
            else if (char.IsAsciiLetterUpper((char)type[0]))
            {
                throw ImageDamage.Wrong(ImageKind.Png, path, $"its part {Name(type)} must be understood, and PNG does not know it");
            }

            place += 12 + (int)length;
        }

        if (_kind == Palette && _palette.Length == 0) throw ImageDamage.Wrong(ImageKind.Png, path, "its palette is not there");
        Head = Head! with { Turn = turn, IsColour = Head.IsColour || (_kind == Palette && !ImageHead.IsGrey(_palette, 3)) };
        Head.CheckSize(path, mostPixels);
        if (!BoundedRead.CanHold(_data.Sum(static part => (long)part.Length), Passes().Sum(pass => (1L + RowBytes(pass.Width)) * pass.Height)))
            throw Head.Promise(path, file.Length);
    }

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public ImageHead Head { get; }

    private int Samples => _kind switch { Grey or Palette => 1, GreyAlpha => 2, Colour => 3, _ => 4 };

    /// <summary>Unpacks the pixels as they lie, and brings them to a size where one is given.</summary>
    /// <returns>The pixels, and their size: the head's where they are interlaced, as all must be there before the first row is.</returns>
    /// <exception cref="DataFormatException">There are fewer or more than the head says, or a checksum is wrong.</exception>
    public (byte[] Pixels, int Height, int Width) Decode((int Height, int Width)? wanted = null)
    {
        int channels = Head.Channels, size = Head.IsDeep ? 2 : 1, line = Head.Width * channels * size;
        (int Height, int Width) own = (Head.Height, Head.Width);
        ImageResize? resize = !_interlaced && wanted is { } other && other != own ? new ImageResize(own, channels, Head.IsDeep, other) : null;
        var pixels = new byte[resize is null ? (long)Head.Height * line : line];
        var packed = new byte[_data.Sum(static part => part.Length)];
        int filled = 0;
        foreach ((int start, int length) in _data)
        {
            _file.AsSpan(start, length).CopyTo(packed.AsSpan(filled));
            filled += length;
        }

        if (packed.Length < 6) throw ImageDamage.CutOff(ImageKind.Png, _path);
        if ((packed[0] & 0x0F) != 8 || (packed[1] & 0x20) != 0 || ((packed[0] << 8) | packed[1]) % 31 != 0) throw ImageDamage.Wrong(ImageKind.Png, _path, "its data is not packed as PNG packs it");
        using var unpacked = new DeflateStream(new MemoryStream(packed, 2, packed.Length - 2), CompressionMode.Decompress);
        var sum = new Adler32();
        int step = Math.Max(1, Samples * _depth / 8);
        try
        {
            foreach ((int width, int height, int left, int top, int right, int down) in Passes())
            {
                byte[] row = new byte[RowBytes(width) + 1], above = new byte[row.Length];
                for (int y = 0; y < height; y++)
                {
                    if (unpacked.ReadAtLeast(row, row.Length, throwOnEndOfStream: false) < row.Length) throw ImageDamage.CutOff(ImageKind.Png, _path);
                    sum.Update(row);
                    Unfilter(row[0], row.AsSpan(1), above.AsSpan(1), step);
                    Place(row.AsSpan(1), pixels, width, resize is null ? ((top + (y * down)) * line) + (left * channels * size) : 0, right * channels * size);
                    resize?.Add(pixels);
                    (row, above) = (above, row);
                }
            }

            if (unpacked.ReadByte() >= 0)
                throw new DataFormatException(DataErrors.Trailing, _path, $"is a PNG image whose data goes on behind its {Head.Width} × {Head.Height} pixels: fetch it again, or remove it.");
        }
        catch (InvalidDataException error)
        {
            throw ImageDamage.Wrong(ImageKind.Png, _path, "its data cannot be unpacked", error);
        }

        if ((uint)sum.Value != BinaryPrimitives.ReadUInt32BigEndian(packed.AsSpan(packed.Length - 4))) throw ImageDamage.Checksum(ImageKind.Png, _path, "its pixels");
        return resize is null ? (pixels, own.Height, own.Width) : (resize.Resized, wanted!.Value.Height, wanted.Value.Width);
    }

    private void Place(ReadOnlySpan<byte> row, byte[] pixels, int width, int start, int step)
    {
        int samples = Samples, channels = Head.Channels;
        if (_depth == 8 && _kind is (Grey or Colour) && step == channels)
        {
            row[..(width * channels)].CopyTo(pixels.AsSpan(start));
            return;
        }

        for (int x = 0; x < width; x++, start += step)
        {
            if (_depth == 16)
            {
                // PNG has the high byte first, samples the low one.
                for (int c = 0, from = x * samples * 2; c < channels; c++, from += 2) (pixels[start + (2 * c)], pixels[start + (2 * c) + 1]) = (row[from + 1], row[from]);
            }
            else if (_kind == Palette)
            {
                int entry = Packed(row, x) * 3;
                if (entry >= _palette.Length) throw ImageDamage.Wrong(ImageKind.Png, _path, "a pixel has no colour in its palette");
                _palette.AsSpan(entry, channels).CopyTo(pixels.AsSpan(start));
            }
            else if (_depth == 8)
            {
                row.Slice(x * samples, channels).CopyTo(pixels.AsSpan(start));
            }
            else
            {
                pixels[start] = (byte)(Packed(row, x) * 255 / ((1 << _depth) - 1));
            }
        }
    }

    private int Packed(ReadOnlySpan<byte> row, int x) => (row[x * _depth / 8] >> (8 - _depth - (x * _depth % 8))) & ((1 << _depth) - 1);

    private int RowBytes(int width) => (int)((((long)width * Samples * _depth) + 7) / 8);

    private IEnumerable<(int Width, int Height, int Left, int Top, int Right, int Down)> Passes()
    {
        (int, int, int, int)[] passes = _interlaced
            ? [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
            : [(0, 0, 1, 1)];
        foreach ((int left, int top, int right, int down) in passes)
        {
            int width = (Head.Width - left + right - 1) / right, height = (Head.Height - top + down - 1) / down;
            if (width > 0 && height > 0) yield return (width, height, left, top, right, down);
        }
    }

    private void Unfilter(byte filter, Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        switch (filter)
        {
            case 0:
                break;
            case 1:
                for (int i = step; i < row.Length; i++) row[i] += row[i - step];
                break;
            case 2:
                for (int i = 0; i < row.Length; i++) row[i] += above[i];
                break;
            case 3:
                for (int i = 0; i < row.Length; i++) row[i] += (byte)(((i < step ? 0 : row[i - step]) + above[i]) / 2);
                break;
            case 4:
                for (int i = 0; i < row.Length; i++)
                {
                    int left = i < step ? 0 : row[i - step], up = above[i], corner = i < step ? 0 : above[i - step];
                    int byLeft = Math.Abs(up - corner), byUp = Math.Abs(left - corner), byCorner = Math.Abs(left + up - (2 * corner));
                    row[i] += (byte)(byLeft <= byUp && byLeft <= byCorner ? left : byUp <= byCorner ? up : corner);
                }

                break;
            default:
                throw ImageDamage.Wrong(ImageKind.Png, _path, $"a row is filtered by {filter}, and there are filters 0 to 4");
        }
    }

    private static uint Sum(ArraySegment<byte> part)
    {
        var sum = new Crc32();
        sum.Update(part);
        return (uint)sum.Value;
    }

    private static string Name(ReadOnlySpan<byte> type) => string.Concat(type.ToArray().Select(static letter => char.IsAsciiLetter((char)letter) ? $"{(char)letter}" : $"\\x{letter:X2}"));
}
