using ClrEngine.Data.Tables;
using ClrEngine.Data.Tables.Csv;
using Parquet;
using Parquet.Schema;

namespace ClrEngine.Tests.Data.Tables;

/// <summary>Tables from text, without a file.</summary>
internal static class Table
{
    public static readonly DataOptions Raw = new() { Standardize = false };

    public static DataStream Stream(string text) => Stream(Encoding.UTF8.GetBytes(text));

    public static DataStream Stream(byte[] bytes) => new("table.csv", () => new MemoryStream(bytes, writable: false));

    /// <summary>Loads a table whose rows are all in the training part but one of each class or so.</summary>
    public static TrainingData Load(string text, DataOptions? options = null) => Load(Stream(text), options);

    public static TrainingData Load(DataStream stream, DataOptions? options = null) =>
        Load(options ?? Raw, options => TablePreparation.Prepare("table", "table.csv", CsvTable.Read(stream, options), null, options));

    /// <summary>Loads a training and a validation part.</summary>
    public static TrainingData Load(string train, string validation, DataOptions? options = null)
    {
        return Load(options ?? Raw, options =>
        {
            ColumnTable learnt = CsvTable.Read(Stream(train), options);
            return TablePreparation.Prepare("table", "table.csv", learnt, CsvTable.Read(Stream(validation), options, learnt), options);
        });
    }

    /// <summary>Loads a table into memory, and once more onto the disk, where it is the same data or has the same fault.</summary>
    public static TrainingData Load(DataOptions options, Func<DataOptions, TrainingData> load)
    {
        TrainingData? onDisk = null;
        Exception? fault = Record.Exception(() => onDisk = load(options with { Stream = true }));
        try
        {
            TrainingData data = load(options);
            Assert.Equal(data.Identity, onDisk?.Identity);
            Assert.Equal(data.Warnings, onDisk!.Warnings);
            Assert.Equal(data.Remarks, onDisk.Remarks);
            Assert.Equal(data.Train.Samples.ReadAll(), onDisk.Train.Samples.ReadAll());
            Assert.Equal(data.Validation.Samples.ReadAll(), onDisk.Validation.Samples.ReadAll());
            return data;
        }
        catch (DataFormatException error)
        {
            Assert.Equal(error.Message, fault?.Message);
            throw;
        }
    }

    public static DataFormatException AssertFault(ErrorCause cause, string text, DataOptions? options = null)
    {
        var error = Assert.Throws<DataFormatException>(() => Load(text, options));
        Assert.Equal(cause, error.Cause);
        Assert.StartsWith("'table.csv' ", error.Message);
        return error;
    }

    public static string[] Classes(this TrainingData data) => [.. ((ClassTargets)data.Train.Targets).ClassNames];

    /// <summary>All samples of both parts in an order of their own, for tables whose first feature counts the rows.</summary>
    public static float[][] RowsInOrder(this TrainingData data) =>
    [
        .. new[] { data.Train, data.Validation }
            .SelectMany(static part => part.Samples.ReadAll().Chunk(part.Samples.SampleLength))
            .OrderBy(static row => row[0]),
    ];
}

/// <summary>Makes Parquet files: columns of a name and as many values each, in groups of rows.</summary>
internal static class ParquetMaker
{
    public static byte[] Bytes(params (string Name, Array Values)[] columns) => Bytes(CompressionMethod.Snappy, int.MaxValue, columns);

    public static byte[] Bytes(CompressionMethod codec, int groupRows, params (string Name, Array Values)[] columns) =>
        BytesAsync(codec, groupRows, columns, null).GetAwaiter().GetResult();

    /// <summary>A file with what pandas notes of its data frame.</summary>
    public static byte[] Pandas(string note, params (string Name, Array Values)[] columns) =>
        BytesAsync(CompressionMethod.Snappy, int.MaxValue, columns, note).GetAwaiter().GetResult();

    /// <summary>A file of two rows: numbers, a list, a structure, and a label.</summary>
    public static async Task<byte[]> NestedAsync()
    {
        var list = new ListField("list", new DataField<int?>("element"));
        var structure = new StructField("struct", new DataField<int?>("part"));
        var schema = new ParquetSchema(new DataField<int>("n"), list, structure, new DataField<int>("y"));
        using var target = new MemoryStream();
        await using (ParquetWriter writer = await ParquetWriter.CreateAsync(schema, target))
        {
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            DataField[] fields = schema.GetDataFields();
            await group.WriteAsync<int>(fields[0], new[] { 1, 2 });
            await group.WriteAsync<int>(fields[1], new int?[] { 1, 2, 3 }.AsMemory(), new[] { 0, 1, 0 });
            await group.WriteAsync<int>(fields[2], new int?[] { 1, 2 }.AsMemory());
            await group.WriteAsync<int>(fields[3], new[] { 0, 1 });
            group.CompleteValidate();
        }

        return target.ToArray();
    }

    private static async Task<byte[]> BytesAsync(CompressionMethod codec, int groupRows, (string Name, Array Values)[] columns, string? note)
    {
        DataField[] fields = [.. columns.Select(static column => new DataField(column.Name, column.Values.GetType().GetElementType()!, column.Values is string?[] or float?[]))];
        using var target = new MemoryStream();
        await using (ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), target, new ParquetOptions { CompressionMethod = codec }))
        {
            if (note is not null) writer.CustomMetadata = new Dictionary<string, string> { ["pandas"] = note };
            int rows = columns[0].Values.Length;
            for (int start = 0; start < rows; start += groupRows)
            {
                using ParquetRowGroupWriter group = writer.CreateRowGroup();
                Range some = start..(int)Math.Min(rows, (long)start + groupRows);
                for (int i = 0; i < fields.Length; i++) await WriteAsync(group, fields[i], columns[i].Values, some);
                group.CompleteValidate();
                if (groupRows == int.MaxValue) break;
            }
        }

        return target.ToArray();
    }

    private static Task WriteAsync(ParquetRowGroupWriter group, DataField field, Array values, Range some) => values switch
    {
        string?[] texts => group.WriteAsync(field, texts[some]!),
        bool[] flags => group.WriteAsync<bool>(field, flags[some]),
        // An int[] passes for a uint[], so the type is asked for by itself.
        uint[] numbers when values.GetType() == typeof(uint[]) => group.WriteAsync<uint>(field, numbers[some]),
        byte[] numbers => group.WriteAsync<byte>(field, numbers[some]),
        int[] numbers => group.WriteAsync<int>(field, numbers[some]),
        long[] numbers => group.WriteAsync<long>(field, numbers[some]),
        float[] numbers => group.WriteAsync<float>(field, numbers[some]),
        float?[] numbers => group.WriteAsync<float>(field, numbers[some].AsMemory()),
        double[] numbers => group.WriteAsync<double>(field, numbers[some]),
        DateTime[] times => group.WriteAsync<DateTime>(field, times[some]),
        _ => throw new NotSupportedException(values.GetType().Name),
    };
}
