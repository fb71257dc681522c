using System.Buffers.Binary;
using System.Text;
using ClrEngine.Data;

namespace ClrEngine.Data.Tables;

/// <summary>The directory at a Parquet file's end: its columns, its groups of rows, and where each column's values lie.</summary>
/// <remarks>
/// Format: Apache Parquet. The directory and the pages' heads are read here, strictly, and only what was checked is passed on to the library that decodes the values:
/// on its own it loops for ever on some damaged files.
/// </remarks>
internal sealed record ParquetFile(string Path, ByteSource Bytes, ParquetColumn[] Columns, ParquetChunk[][] Groups)
{
    private const int TailLength = 8;

    // Even constant columns take some bytes; no honest file holds more rows for a byte.
    private const long RowsPerByte = 256;
    private const long RowsAtLeast = 65_536;

    private static ReadOnlySpan<byte> Magic => "PAR1"u8;

    /// <summary>Rows of all groups.</summary>
    public int Rows => Groups.Sum(static group => group[0].Values);

    /// <summary>Reads the directory.</summary>
    /// <exception cref="DataFormatException">The file is no Parquet file, or its directory is damaged.</exception>
    public static ParquetFile Open(DataStream source)
    {
        ByteSource bytes = source.Bytes();
        Span<byte> tail = stackalloc byte[TailLength];
        if (bytes.Length < 4 + TailLength || !bytes.Read(0, tail[..4]).SequenceEqual(Magic))
            throw new DataFormatException(DataFault.Magic, source.Path, "does not start as a Parquet file: check that this is the right file.");
        ReadOnlySpan<byte> end = bytes.Read(bytes.Length - TailLength, tail);
        if (!end[4..].SequenceEqual(Magic))
            throw new DataFormatException(DataFault.Truncated, source.Path, "does not end as a Parquet file: fetch it again, and give one that is not encrypted.");
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(end);
        if (length > bytes.Length - TailLength - 4 || length > Array.MaxLength)
            throw new DataFormatException(DataFault.Truncated, source.Path, $"claims a directory of {length} bytes, more than it has: fetch it again.");
        var directory = new byte[length];
        try
        {
            ThriftStruct footer = ThriftReader.Read(bytes.Read(bytes.Length - TailLength - length, directory), out _);
            ParquetColumn[] columns = ParquetSchema.Columns(footer.Structs(2) ?? throw new InvalidDataException("it has no schema"));
            ParquetChunk[][] groups = [.. (footer.Structs(4) ?? []).Select(group => Group(group, columns, bytes.Length)).Where(static group => group.Length > 0 && group[0].Values > 0)];
            long rows = groups.Sum(static group => (long)group[0].Values);
            if (rows > Math.Max(RowsAtLeast, bytes.Length * RowsPerByte)) throw new InvalidDataException($"it claims {rows} rows");
            return rows > 0 ? new ParquetFile(source.Path, bytes, columns, groups) : throw new DataFormatException(DataFault.Empty, source.Path, "has no row: give at least two rows.");
        }
        catch (InvalidDataException error)
        {
            throw new DataFormatException(DataFault.Magic, source.Path, $"has a directory that is damaged or of a kind that is not read ({error.Message}): write or fetch it again.", error);
        }
    }

    // For each column at the top of the schema, the chunk of its first leaf.
    private static ParquetChunk[] Group(ThriftStruct group, ParquetColumn[] columns, long fileLength)
    {
        IReadOnlyList<ThriftStruct> chunks = group.Structs(1) ?? throw new InvalidDataException("a group of rows has no columns");
        long rows = group.Number(3) ?? -1;
        if (rows is < 0 or > int.MaxValue) throw new InvalidDataException($"a group claims {rows} rows");
        return [.. columns.Select(column => column.Leaf < chunks.Count ? Chunk(chunks[column.Leaf], column, (int)rows, fileLength) : throw new InvalidDataException("a group of rows lacks a column"))];
    }

    private static ParquetChunk Chunk(ThriftStruct chunk, ParquetColumn column, int rows, long fileLength)
    {
        if (chunk.Bytes(1) is { Length: > 0 }) throw new InvalidDataException("it keeps values in another file");
        ThriftStruct about = chunk.Struct(3) ?? throw new InvalidDataException("a column does not say where its values are");
        if (column.Type == ParquetType.Other) return new ParquetChunk(0, 0, rows);
        if (about.Number(1) != (long)column.Type || about.Number(5) != rows) throw new InvalidDataException($"the column '{column.Name}' differs from the schema or the rows");
        long offset = new[] { about.Number(9), about.Number(11) }.Where(static place => place > 0).Min() ?? 0;
        if (offset < 4 || offset >= fileLength) throw new InvalidDataException($"the values of the column '{column.Name}' lie outside the file");
        return new ParquetChunk(offset, (int)Math.Clamp(about.Number(4) ?? 0, -1, 99), rows);
    }
}

/// <summary>Turns a Parquet schema, which is a tree written as a list, into columns.</summary>
internal static class ParquetSchema
{
    private const int Repeated = 2;

    // The numbers that the format gives its annotations.
    private const int Utf8 = 0, Enumeration = 4, DecimalKind = 5, Unsigned8 = 11, Unsigned64 = 14, Signed64 = 18, Json = 19;

    /// <summary>The columns at the top of the tree; nested ones are columns of the type <see cref="ParquetType.Other"/>.</summary>
    /// <exception cref="InvalidDataException">The list is no tree.</exception>
    public static ParquetColumn[] Columns(IReadOnlyList<ThriftStruct> elements)
    {
        var columns = new List<ParquetColumn>();
        int place = 1, leaf = 0;
        while (place < elements.Count)
        {
            ThriftStruct element = elements[place];
            int firstLeaf = leaf;
            bool nested = element.Number(5) is > 0;
            Skip(elements, ref place, ref leaf);
            columns.Add(Column(element, nested, firstLeaf));
        }

        return elements.Count > 0 && elements[0].Number(5) == columns.Count ? [.. columns] : throw new InvalidDataException("its schema is no tree");
    }

    private static void Skip(IReadOnlyList<ThriftStruct> elements, ref int place, ref int leaf)
    {
        // Counted, not walked: a tree may be as deep as its list is long.
        for (long open = 1; open > 0; open--, place++)
        {
            if (place >= elements.Count) throw new InvalidDataException("its schema is no tree");
            long children = elements[place].Number(5) ?? 0;
            if (children < 0 || children > elements.Count) throw new InvalidDataException("its schema is no tree");
            if (children == 0) leaf++;
            open += children;
        }
    }

    private static ParquetColumn Column(ThriftStruct element, bool nested, int leaf)
    {
        string name = Encoding.UTF8.GetString(element.Bytes(4) ?? []);
        ThriftStruct? logical = element.Struct(10);
        long converted = element.Number(6) ?? -1;
        bool isDecimal = converted == DecimalKind || logical?.Has(5) == true;
        long scale = isDecimal ? element.Number(7) ?? logical?.Struct(5)?.Number(1) ?? 0 : 0;
        bool isWhole = isDecimal || converted is >= Unsigned8 and <= Signed64 || logical?.Has(10) == true || (converted < 0 && logical is null);
        bool isText = converted is Utf8 or Enumeration or Json || logical?.Has(1) == true || logical?.Has(4) == true || logical?.Has(12) == true || (converted < 0 && logical is null);
        bool isPlain = converted < 0 && logical is null;
        ParquetType type = (nested || element.Number(3) == Repeated || scale is < 0 or > 18 ? -1 : element.Number(1)) switch
        {
            0 when isPlain => ParquetType.Boolean,
            1 when isWhole => ParquetType.Int32,
            2 when isWhole => ParquetType.Int64,
            4 when isPlain => ParquetType.Float,
            5 when isPlain => ParquetType.Double,
            6 when isText => ParquetType.Text,
            _ => ParquetType.Other,
        };
        bool isUnsigned = converted is >= Unsigned8 and <= Unsigned64 || logical?.Struct(10)?.Flag(2) == false;
        return new ParquetColumn(name, type, element.Number(3) is null or not 0, (int)Math.Clamp(scale, 0, 18), isUnsigned, leaf);
    }
}

/// <summary>A column of a Parquet file, as its schema describes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">How its values are stored.</param>
/// <param name="IsOptional">Whether values may be missing.</param>
/// <param name="Scale">For decimals, how many digits stand behind the point; else 0.</param>
/// <param name="IsUnsigned">Whether whole numbers have no sign.</param>
/// <param name="Leaf">Its place among the columns that hold values.</param>
internal sealed record ParquetColumn(string Name, ParquetType Type, bool IsOptional, int Scale, bool IsUnsigned, int Leaf);

/// <summary>How the values of a Parquet column are stored, by the format's own numbers.</summary>
internal enum ParquetType
{
    /// <summary>Something that is not read, such as dates and nested columns.</summary>
    Other = -1,

    /// <summary>Truth values.</summary>
    Boolean = 0,

    /// <summary>Whole numbers of 32 bits.</summary>
    Int32 = 1,

    /// <summary>Whole numbers of 64 bits.</summary>
    Int64 = 2,

    /// <summary>Numbers in single precision.</summary>
    Float = 4,

    /// <summary>Numbers in double precision.</summary>
    Double = 5,

    /// <summary>UTF-8 texts.</summary>
    Text = 6,
}

/// <summary>Where the values of one column in one group of rows lie.</summary>
/// <param name="Offset">Where the first page starts.</param>
/// <param name="Codec">How pages are packed, by the format's own number.</param>
/// <param name="Values">How many values there are, missing ones included: as many as rows.</param>
internal sealed record ParquetChunk(long Offset, int Codec, int Values);
