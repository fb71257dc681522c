using System.Buffers.Binary;
using System.IO.Compression;
using ClrEngine.Data;
using Snappier;
using ZstdSharp;

namespace ClrEngine.Data.Tables;

/// <summary>Reads the pages of one chunk, checked and unpacked, into a small Parquet file that holds this chunk alone, as of a column where no value may be missing.</summary>
internal static class ParquetPages
{
    private const int DataPage = 0, DictionaryPage = 2, DataPage2 = 3;
    private const int Plain = 0, PlainDictionary = 2, Rle = 3, DeltaNumbers = 5, DeltaLengths = 6, RleDictionary = 8, StreamSplit = 9;
    private const int LongestHead = 65_536;

    // After the last page the library meets an empty head, and stops, should a page hold too few values.
    private const int Padding = 16;

    private delegate void LevelCheck(ReadOnlySpan<byte> levels, int rows);

    /// <summary>Makes the file.</summary>
    /// <param name="source">The file that holds the chunk.</param>
    /// <param name="column">The chunk's column.</param>
    /// <param name="chunk">The chunk.</param>
    /// <param name="firstRow">How many rows the groups before it have, for errors.</param>
    /// <exception cref="InvalidDataException">A page is damaged, or of a kind that is not read.</exception>
    /// <exception cref="DataFormatException">A value is missing.</exception>
    public static MemoryStream Extract(ParquetFile source, ParquetColumn column, ParquetChunk chunk, int firstRow)
    {
        ByteSource bytes = source.Bytes;
        var file = new MemoryStream();
        file.Write("PAR1"u8);
        long place = chunk.Offset;
        int values = 0;
        bool first = true;
        var scratch = new byte[LongestHead];
        while (values < chunk.Values)
        {
            ReadOnlySpan<byte> window = bytes.Read(place, scratch.AsSpan(0, (int)Math.Min(LongestHead, bytes.Length - place)));
            ThriftStruct head = ThriftReader.Read(window, out int headLength);
            place += headLength;
            (int packed, int unpacked) = (Size(head, 3), Size(head, 2));
            if (packed > bytes.Length - place) throw new InvalidDataException("a page ends behind the file");
            if (!BoundedRead.CanHold(packed, unpacked)) throw new InvalidDataException("a page claims to unpack to more than it can");
            var page = new byte[packed];
            bytes.Read(place, page).CopyTo(page);
            place += packed;

            switch (head.Number(1))
            {
                case DictionaryPage when first:
                    WriteDictionary(file, head, ParquetCodec.Unpack(page, chunk.Codec, unpacked));
                    break;
                case DataPage:
                    values += WriteData(file, head, ParquetCodec.Unpack(page, chunk.Codec, unpacked), column, chunk.Values - values, CheckLevels);
                    break;
                case DataPage2:
                    values += WriteData2(file, head, page, unpacked, column, chunk, chunk.Values - values, CheckLevels);
                    break;
                default:
                    throw new InvalidDataException($"a page is of the kind {head.Number(1)}");
            }

            first = false;
            if (file.Length > Array.MaxLength / 2) throw new InvalidDataException("a group of rows is too large: write smaller groups of rows");
        }

        file.Write(new byte[Padding]);
        ParquetDirectory.Write(file, column, chunk.Values);
        file.Position = 0;
        return file;

        void CheckLevels(ReadOnlySpan<byte> levels, int rows)
        {
            int missing = ParquetLevels.FirstMissing(levels, rows);
            if (missing >= 0) throw ParquetTable.Missing(source.Path, firstRow + values + missing, column.Name, "");
        }
    }

    private static void WriteDictionary(MemoryStream file, ThriftStruct head, byte[] page)
    {
        long values = head.Struct(7)?.Number(1) ?? -1;
        if (values < 0 || values > page.Length) throw new InvalidDataException("a dictionary claims more values than it has bytes");
        Write(file, DictionaryPage, page, 7, new ThriftStruct().Set(1, (int)values).Set(2, Plain));
    }

    private static int WriteData(MemoryStream file, ThriftStruct head, byte[] page, ParquetColumn column, int left, LevelCheck check)
    {
        ThriftStruct about = head.Struct(5) ?? throw new InvalidDataException("a page has no description");
        int rows = Count(about, left), levels = 0;
        if (column.IsOptional)
        {
            levels = 4 + LevelLength(page);
            check(page.AsSpan(4, levels - 4), rows);
        }

        WriteValues(file, rows, about.Number(2), page[levels..], column);
        return rows;
    }

    private static int WriteData2(MemoryStream file, ThriftStruct head, byte[] page, int unpacked, ParquetColumn column, ParquetChunk chunk, int left, LevelCheck check)
    {
        ThriftStruct about = head.Struct(8) ?? throw new InvalidDataException("a page has no description");
        int rows = Count(about, left);
        long levels = about.Number(5) ?? 0;
        if (levels < 0 || levels > Math.Min(page.Length, unpacked) || about.Number(6) is not (null or 0) || levels > 0 != column.IsOptional)
            throw new InvalidDataException("a page's description does not fit it");
        if (column.IsOptional) check(page.AsSpan(0, (int)levels), rows);
        byte[] values = page[(int)levels..];
        WriteValues(file, rows, about.Number(4), about.Flag(7) == false ? values : ParquetCodec.Unpack(values, chunk.Codec, unpacked - (int)levels), column);
        return rows;
    }

    private static void WriteValues(MemoryStream file, int rows, long? encoding, byte[] values, ParquetColumn column)
    {
        CheckEncoding(encoding, values, column);
        Write(file, DataPage, values, 5, new ThriftStruct().Set(1, rows).Set(2, (int)encoding!).Set(3, Rle).Set(4, Rle));
    }

    private static void Write(MemoryStream file, int kind, byte[] page, int field, ThriftStruct about)
    {
        ThriftWriter.Write(file, new ThriftStruct().Set(1, kind).Set(2, page.Length).Set(3, page.Length).Set(field, about));
        file.Write(page);
    }

    private static int Count(ThriftStruct about, int left) => about.Number(1) is { } values && values > 0 && values <= left
        ? (int)values
        : throw new InvalidDataException($"a page claims {about.Number(1)} of {left} values");

    private static int LevelLength(byte[] page)
    {
        int length = page.Length >= 4 ? BinaryPrimitives.ReadInt32LittleEndian(page) : -1;
        return length >= 0 && length <= page.Length - 4 ? length : throw new InvalidDataException("a page ends within its levels");
    }

    private static void CheckEncoding(long? encoding, ReadOnlySpan<byte> values, ParquetColumn column)
    {
        bool known = encoding switch
        {
            Plain => true,
            PlainDictionary or RleDictionary => !values.IsEmpty && column.Type != ParquetType.Boolean,
            Rle => column.Type == ParquetType.Boolean,
            DeltaNumbers => column.Type is ParquetType.Int32 or ParquetType.Int64,
            DeltaLengths => column.Type == ParquetType.Text,
            StreamSplit => column.Type is ParquetType.Float or ParquetType.Double,
            _ => false,
        };
        if (!known) throw new InvalidDataException($"a page has the encoding {encoding}, which is not read for this column: write it with plain or dictionary encoding");
        if (encoding is DeltaNumbers or DeltaLengths) ParquetDelta.Check(values);
    }

    private static int Size(ThriftStruct head, int field) => head.Number(field) is { } size and >= 0 && size <= Array.MaxLength / 2
        ? (int)size
        : throw new InvalidDataException($"a page claims {head.Number(field)} bytes");
}

/// <summary>Looks for missing values in the levels of a column, which say of each row whether it has one.</summary>
/// <remarks>Levels come in runs: of one level repeated, or of eight levels a byte.</remarks>
internal static class ParquetLevels
{
    /// <summary>The first row without a value; -1 where each has one.</summary>
    /// <param name="levels">The levels, one bit each.</param>
    /// <param name="rows">How many rows there are.</param>
    /// <exception cref="InvalidDataException">There are fewer levels than rows.</exception>
    public static int FirstMissing(ReadOnlySpan<byte> levels, int rows)
    {
        int place = 0;
        for (int row = 0; row < rows;)
        {
            ulong run = VarInt.Read(levels, ref place);
            if (run >> 1 == 0) throw new InvalidDataException("a run of levels is empty");
            if ((run & 1) == 0)
            {
                if (Next(levels, ref place) != 1) return row;
                row = (int)Math.Min((ulong)rows, (ulong)row + (run >> 1));
                continue;
            }

            for (ulong left = run >> 1; left > 0 && row < rows; left--)
            {
                byte eight = Next(levels, ref place);
                int missing = System.Numerics.BitOperations.TrailingZeroCount(~(uint)eight);
                if (missing < Math.Min(8, rows - row)) return row + missing;
                row = Math.Min(rows, row + 8);
            }
        }

        return -1;
    }

    private static byte Next(ReadOnlySpan<byte> levels, ref int place) =>
        place < levels.Length ? levels[place++] : throw new InvalidDataException("there are fewer levels than rows");
}

/// <summary>Checks the head of numbers that are stored as differences: a decoder makes room for what it claims.</summary>
internal static class ParquetDelta
{
    private const ulong LargestBlock = 65_536;
    private const ulong MostParts = 512;

    /// <summary>Checks how large a block is, and in how many parts.</summary>
    /// <exception cref="InvalidDataException">It is larger than any writer makes it, or does not divide into its parts.</exception>
    public static void Check(ReadOnlySpan<byte> values)
    {
        int place = 0;
        ulong block = VarInt.Read(values, ref place), parts = VarInt.Read(values, ref place);
        if (block is 0 or > LargestBlock || parts is 0 or > MostParts || block % parts != 0 || block / parts % 8 != 0)
            throw new InvalidDataException($"differences come in blocks of {block} in {parts} parts");
    }
}

/// <summary>Writes the directory of a Parquet file of one column in one group of rows, where no value is missing, and the pages are not packed and follow the first four bytes.</summary>
internal static class ParquetDirectory
{
    private const int Utf8 = 0;

    /// <summary>The column's name in such a file.</summary>
    public const string Name = "column";

    /// <summary>Writes it at the end of a file.</summary>
    public static void Write(MemoryStream file, ParquetColumn column, int rows)
    {
        byte[] name = System.Text.Encoding.UTF8.GetBytes(Name);
        long pages = file.Length - 4;
        var leaf = new ThriftStruct().Set(1, (int)column.Type).Set(3, 0).Set(4, name);
        if (column.Type == ParquetType.Text) leaf.Set(6, Utf8);
        var about = new ThriftStruct()
            .Set(1, (int)column.Type).Set(2, new object[] { 0 }).Set(3, new object[] { name }).Set(4, 0)
            .Set(5, (long)rows).Set(6, pages).Set(7, pages).Set(9, 4L);
        var group = new ThriftStruct()
            .Set(1, new object[] { new ThriftStruct().Set(2, 4L).Set(3, about) }).Set(2, pages).Set(3, (long)rows);
        long start = file.Length;
        ThriftWriter.Write(file, new ThriftStruct()
            .Set(1, 1).Set(2, new object[] { new ThriftStruct().Set(4, "schema"u8.ToArray()).Set(5, 1), leaf }).Set(3, (long)rows).Set(4, new object[] { group }));
        Span<byte> tail = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(tail, (int)(file.Length - start));
        "PAR1"u8.CopyTo(tail[4..]);
        file.Write(tail);
    }
}

/// <summary>Unpacks the pages of Parquet files.</summary>
internal static class ParquetCodec
{
    private const int None = 0, SnappyCodec = 1, Gzip = 2, Brotli = 4, Zstandard = 6;

    /// <summary>Unpacks a page.</summary>
    /// <param name="packed">The packed bytes.</param>
    /// <param name="codec">The codec by the format's own number.</param>
    /// <param name="length">How many bytes it shall give; what was packed can hold as many.</param>
    /// <exception cref="InvalidDataException">It gives more or fewer bytes, or the codec is none that is read.</exception>
    public static byte[] Unpack(byte[] packed, int codec, int length)
    {
        if (codec == None) return packed.Length == length ? packed : throw new InvalidDataException("a page that is not packed has two sizes");
        if (length == 0) return [];
        var unpacked = new byte[length];
        int found = codec switch
        {
            SnappyCodec => Snappy.GetUncompressedLength(packed) == length ? Snappy.Decompress(packed, unpacked) : -1,
            Gzip => Fill(new GZipStream(new MemoryStream(packed), CompressionMode.Decompress), unpacked),
            Brotli => BrotliDecoder.TryDecompress(packed, unpacked, out int written) ? written : -1,
            Zstandard => Unzstd(packed, unpacked),
            _ => throw new InvalidDataException($"pages are packed by the codec {codec}, which is not read: write it with snappy, gzip, brotli or zstd"),
        };
        return found == length ? unpacked : throw new InvalidDataException("a page does not unpack to its size");
    }

    private static int Fill(Stream stream, byte[] target)
    {
        using (stream) return stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) == target.Length && stream.ReadByte() < 0 ? target.Length : -1;
    }

    private static int Unzstd(byte[] packed, byte[] target)
    {
        using var decompressor = new Decompressor();
        try
        {
            return decompressor.Unwrap(packed, target, 0);
        }
        catch (ZstdException error)
        {
            throw new InvalidDataException(error.Message, error);
        }
    }
}
