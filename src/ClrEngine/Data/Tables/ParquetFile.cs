using System.Text.Json;
using Parquet;
using Parquet.Meta;
using Parquet.Schema;

namespace ClrEngine.Data.Tables;

/// <summary>A column at the top of a Parquet file's schema.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Element">How its values are stored, without annotations; null where they are not read, such as dates and nested columns.</param>
/// <param name="IsUnsigned">Whether whole numbers have no sign.</param>
/// <param name="Bits">How many bits whole numbers have, of those that they are stored in; null for all.</param>
/// <param name="Scale">For decimals, how many digits stand behind the point; else 0.</param>
/// <param name="Leaf">Its place among the columns that hold values.</param>
/// <param name="Kind">What it holds, in words.</param>
internal sealed record ParquetColumn(string Name, SchemaElement? Element, bool IsUnsigned, int? Bits, int Scale, int Leaf, string Kind)
{
    /// <summary>The kind of what is not said to be anything else.</summary>
    public const string Bytes = "bytes";

    /// <summary>Whether it holds texts, not numbers.</summary>
    public bool IsText => Element?.Type == Parquet.Meta.Type.BYTE_ARRAY;

    /// <summary>Whether these texts are not said to be texts.</summary>
    public bool IsBytes => IsText && Kind == Bytes;

    public bool IsOptional => Element?.RepetitionType != FieldRepetitionType.REQUIRED;
}

/// <summary>An open Parquet file: its columns, and their values by groups of rows.</summary>
internal sealed class ParquetFile : IDisposable
{
    // Even constant columns take some bytes; no honest file holds more rows for a byte.
    private const long RowsPerByte = 256;
    private const long RowsAtLeast = 65_536;
    private const int LargestScale = 18, RowsBetweenStops = 1 << 20, LargeGroup = 1 << 22;

    private readonly ParquetGuard _stream;
    private readonly ParquetReader _reader;
    private readonly Dictionary<string, DataField> _fields;
    private (int Group, ParquetRowGroupReader? Reader) _open;

    private ParquetFile(string path, ByteSource bytes)
    {
        Path = path;
        _stream = new ParquetGuard(bytes);
        _stream.CheckDirectory(path);
        _reader = ParquetReader.CreateAsync(_stream).GetAwaiter().GetResult();
        FileMetaData about = _reader.Metadata!;
        Columns = ReadColumns(about.Schema);
        Indices = FindIndices(about, Columns);
        foreach (RowGroup group in about.RowGroups) CheckGroup(group);
        long rows = about.RowGroups.Sum(static group => group.NumRows);
        if (rows > Math.Max(RowsAtLeast, bytes.Length * RowsPerByte)) throw new InvalidDataException($"it claims {Counted.Of(rows, "row")}");
        Rows = (int)rows;

        // What is not read need not be understood.
        SchemaElement[] readable = [.. Columns.Select(static column => column.Element).OfType<SchemaElement>().DistinctBy(static element => element.Name)];
        about.Schema = [new SchemaElement { Name = "schema", NumChildren = readable.Length }, .. readable];
        _fields = readable.Length == 0 ? [] : _reader.Schema.GetDataFields().ToDictionary(static field => field.Name, StringComparer.Ordinal);
    }

    public string Path { get; }

    public IReadOnlyList<ParquetColumn> Columns { get; }

    public int Rows { get; }

    /// <summary>The columns that are no data but the row labels of a data frame, and what they are.</summary>
    public Dictionary<int, string> Indices { get; }

    /// <exception cref="DataFormatException">It is no Parquet file, its directory is damaged, or it has no row.</exception>
    public static ParquetFile Open(DataStream source)
    {
        ParquetFile file = Guarded(DataErrors.Magic, source.Path, "has a directory that is damaged or of a kind that is not read", () => new ParquetFile(source.Path, source.Bytes()));
        return file.Rows > 0 ? file : throw new DataFormatException(DataErrors.Empty, source.Path, "has no row: give at least two rows.");
    }

    public void Dispose() => _stream.Dispose();

    /// <summary>Passes on each number of a column with its row.</summary>
    public void ReadNumbers(ParquetColumn column, Action<int, double> value)
    {
        double divisor = Math.Pow(10, column.Scale);
        Action read = column.Element!.Type switch
        {
            Parquet.Meta.Type.BOOLEAN => () => Read<bool>(column, (row, flag) => value(row, flag ? 1 : 0)),
            Parquet.Meta.Type.INT32 => () => Read<int>(column, (row, number) => value(row, Whole(column, row, number) / divisor)),
            Parquet.Meta.Type.INT64 => () => Read<long>(column, (row, number) => value(row, (column.IsUnsigned ? (ulong)number : number) / divisor)),
            Parquet.Meta.Type.FLOAT => () => Read<float>(column, (row, number) => value(row, number)),
            _ => () => Read(column, value),
        };
        read();
    }

    // Numbers of 8 or 16 bits are stored in 32; some writers widen those without a sign as if they had one.
    private double Whole(ParquetColumn column, int row, int number)
    {
        if (column.Bits is not { } bits || bits >= 32) return column.IsUnsigned ? (uint)number : number;
        int own = column.IsUnsigned && number < 0 && number >= -(1 << (bits - 1)) ? number & ((1 << bits) - 1) : number;
        (int least, int most) = column.IsUnsigned ? (0, (1 << bits) - 1) : (-(1 << (bits - 1)), (1 << (bits - 1)) - 1);
        return own >= least && own <= most
            ? own
            : throw new DataFormatException(DataErrors.Value, Path, $"has {number} in data row {row + 1} of its column '{column.Name}', which is to have {(column.IsUnsigned ? "un" : "")}signed numbers of {bits} bits, {least} to {most}: write it again, with a wider type.");
    }

    /// <summary>Passes on each number of a column with its row, whole ones with all their digits.</summary>
    /// <inheritdoc cref="ReadNumbers"/>
    public void ReadNumbersAsTexts(ParquetColumn column, Action<int, string> text)
    {
        if (column is { Element.Type: Parquet.Meta.Type.INT64, Scale: 0 })
            Read<long>(column, (row, number) => text(row, (column.IsUnsigned ? (Int128)(ulong)number : number).ToString(CultureInfo.InvariantCulture)));
        else
            ReadNumbers(column, (row, number) => text(row, number.ToString("R", CultureInfo.InvariantCulture)));
    }

    /// <summary>Passes on each text of a column with its row.</summary>
    public void ReadTexts(ParquetColumn column, Action<int, ReadOnlyMemory<char>> value) => Read(column, value);

    private void Read<T>(ParquetColumn column, Action<int, T> value)
        where T : struct
    {
        int row = 0;
        for (int group = 0; group < _reader.RowGroupCount; group++)
        {
            (T[] values, int[]? levels) = Guarded(
                DataErrors.Compression, Path, $"is damaged, or of a kind that is not read, in its column '{column.Name}'", () => ReadGroup<T>(column, group));
            if (levels is not null && Array.IndexOf(levels, 0) is var missing and >= 0) throw TableColumn.Missing(Path, column.Name, row + missing, "");
            foreach (T item in values)
            {
                if (row % RowsBetweenStops == 0) ReadStop.Check();
                value(row++, item);
            }
        }
    }

    private (T[] Values, int[]? Levels) ReadGroup<T>(ParquetColumn column, int group)
        where T : struct
    {
        ParquetRowGroupReader reader = OpenGroup(group);
        if (reader.RowCount == 0) return ([], null);
        ColumnMetaData about = reader.RowGroup.Columns[column.Leaf].MetaData!;
        // A name that two columns have leads to one of them alone.
        if (reader.GetMetadata(_fields[column.Name])?.MetaData != about) throw new InvalidDataException("two columns have this name");
        _stream.OpenPages(about, column.IsOptional);
        var values = new T[about.NumValues];
        int[]? levels = column.IsOptional ? new int[about.NumValues] : null;
        // The library cannot be ended while it unpacks: what takes it long goes on behind, unseen.
        Task read = about.NumValues > LargeGroup ? Task.Run(Read) : Read();
        read.WaitAsync(ReadStop.Token).GetAwaiter().GetResult();
        return (values, levels);

        Task Read() => reader.ReadRawAsync<T>(_fields[column.Name], values, levels?.AsMemory(), null).AsTask();
    }

    // The library lists all columns of a group whenever it opens it.
    private ParquetRowGroupReader OpenGroup(int group)
    {
        if (_open.Group != group || _open.Reader is null) _open = (group, _reader.OpenRowGroupReader(group));
        return _open.Reader;
    }

    // For each column at the top of the schema, the chunk of its first leaf.
    private void CheckGroup(RowGroup group)
    {
        if (group.NumRows is < 0 or > int.MaxValue) throw new InvalidDataException($"a group claims {Counted.Of(group.NumRows, "row")}");
        foreach (ParquetColumn column in Columns.Where(static column => column.Element is not null))
        {
            if (column.Leaf >= group.Columns.Count) throw new InvalidDataException("a group of rows lacks a column");
            ColumnChunk chunk = group.Columns[column.Leaf];
            if (!string.IsNullOrEmpty(chunk.FilePath)) throw new InvalidDataException("it keeps values in another file");
            ColumnMetaData about = chunk.MetaData!;
            if (about.Type != column.Element!.Type || about.NumValues != group.NumRows || !about.PathInSchema.SequenceEqual([column.Name]))
                throw new InvalidDataException($"the column '{column.Name}' differs from the schema or the rows");
            (about.Statistics, about.IndexPageOffset) = (null, null);
        }
    }

    private static ParquetColumn[] ReadColumns(List<SchemaElement> schema)
    {
        var columns = new List<ParquetColumn>();
        for (int place = 1, leaf = 0; place < schema.Count;)
        {
            SchemaElement top = schema[place];
            int firstLeaf = leaf;
            for (int open = 1; open > 0; open--, place++)
            {
                int children = schema[place].NumChildren ?? 0;
                if (children == 0) leaf++;
                open += children;
            }

            columns.Add(ReadColumn(top, firstLeaf));
        }

        return [.. columns];
    }

    private static ParquetColumn ReadColumn(SchemaElement element, int leaf)
    {
        (ConvertedType? converted, LogicalType? logical) = (element.ConvertedType, element.LogicalType);
        bool isPlain = converted is null && logical is null, isDecimal = converted == ConvertedType.DECIMAL || logical?.DECIMAL is not null;
        int scale = isDecimal ? element.Scale ?? logical?.DECIMAL?.Scale ?? 0 : 0;
        bool isRead = element.NumChildren is null or 0 && element.RepetitionType != FieldRepetitionType.REPEATED && scale is >= 0 and <= LargestScale && element.Type switch
        {
            Parquet.Meta.Type.BOOLEAN or Parquet.Meta.Type.FLOAT or Parquet.Meta.Type.DOUBLE => isPlain,
            Parquet.Meta.Type.INT32 or Parquet.Meta.Type.INT64 => isPlain || isDecimal || converted is >= ConvertedType.UINT_8 and <= ConvertedType.INT_64 || logical?.INTEGER is not null,
            Parquet.Meta.Type.BYTE_ARRAY => isPlain || converted is ConvertedType.UTF8 or ConvertedType.ENUM or ConvertedType.JSON || (logical?.STRING ?? logical?.ENUM ?? (object?)logical?.JSON) is not null,
            _ => false,
        };
        string kind = KindOf(element);
        bool isUnsigned = converted is >= ConvertedType.UINT_8 and <= ConvertedType.UINT_64 || logical?.INTEGER?.IsSigned == false;
        int? bits = converted switch
        {
            ConvertedType.UINT_8 or ConvertedType.INT_8 => 8,
            ConvertedType.UINT_16 or ConvertedType.INT_16 => 16,
            _ => logical?.INTEGER?.BitWidth,
        };
        // Read as they are stored: the annotations are heeded here.
        (element.ConvertedType, element.LogicalType) = (element.Type == Parquet.Meta.Type.BYTE_ARRAY ? ConvertedType.UTF8 : null, null);
        return new ParquetColumn(element.Name, isRead ? element : null, isUnsigned, bits, scale, leaf, kind);
    }

    private static string KindOf(SchemaElement element) => (element.ConvertedType, element.LogicalType, element.Type) switch
    {
        _ when element.RepetitionType == FieldRepetitionType.REPEATED => "lists",
        (ConvertedType.LIST, _, _) or (_, { LIST: not null }, _) => "lists",
        (ConvertedType.MAP or ConvertedType.MAP_KEY_VALUE, _, _) or (_, { MAP: not null }, _) => "maps",
        _ when element.NumChildren > 0 => "structs",
        (ConvertedType.DATE, _, _) or (_, { DATE: not null }, _) => "dates",
        (ConvertedType.TIME_MILLIS or ConvertedType.TIME_MICROS, _, _) or (_, { TIME: not null }, _) => "times of day",
        (ConvertedType.TIMESTAMP_MILLIS or ConvertedType.TIMESTAMP_MICROS, _, _) or (_, { TIMESTAMP: not null }, _) or (_, _, Parquet.Meta.Type.INT96) => "dates and times",
        (ConvertedType.INTERVAL, _, _) => "spans of time",
        (ConvertedType.DECIMAL, _, _) or (_, { DECIMAL: not null }, _) => "decimals of more than 64 bits",
        (_, { UUID: not null }, _) => "UUIDs",
        (_, { FLOAT16: not null }, _) => "half-precision numbers",
        (ConvertedType.UTF8 or ConvertedType.ENUM or ConvertedType.JSON, _, Parquet.Meta.Type.BYTE_ARRAY) or (_, { STRING: not null } or { ENUM: not null } or { JSON: not null }, Parquet.Meta.Type.BYTE_ARRAY) => "texts",
        _ => ParquetColumn.Bytes,
    };

    // The columns that a data frame's row labels became: pandas names them in the file.
    private static Dictionary<int, string> FindIndices(FileMetaData about, IReadOnlyList<ParquetColumn> columns)
    {
        var indices = new HashSet<string>(columns.Select(static column => column.Name).Where(TableLayout.IsPandasIndex), StringComparer.Ordinal);
        foreach (KeyValue pair in about.KeyValueMetadata ?? [])
        {
            if (pair.Key != "pandas" || pair.Value is null) continue;
            try
            {
                using JsonDocument json = JsonDocument.Parse(pair.Value);
                foreach (JsonElement index in json.RootElement.GetProperty("index_columns").EnumerateArray())
                {
                    if (index.ValueKind == JsonValueKind.String) indices.Add(index.GetString()!);
                }
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException)
            {
                // A note for another program, which the data does without.
            }
        }

        return columns.Select(static (column, place) => (column.Name, place)).Where(column => indices.Contains(column.Name))
            .ToDictionary(static column => column.place, static _ => "is the index of a pandas data frame");
    }

    // Whatever the library comes upon in a damaged file, it is the file.
    private static T Guarded<T>(ErrorCause cause, string path, string what, Func<T> read) => FileDamage.Guard(read, error => error is DataFormatException or OutOfMemoryException
        ? null
        : new DataFormatException(cause, path, $"{what} ({error.Message.TrimEnd('.')}): write or fetch it again.", error));
}
