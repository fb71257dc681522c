using System.Buffers.Binary;

namespace ClrEngine.Data;

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
