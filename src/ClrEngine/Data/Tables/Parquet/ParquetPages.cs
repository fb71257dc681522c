using System.Buffers.Binary;

namespace ClrEngine.Data;

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
