using System.Text;
using ClrEngine.Data;
using ClrEngine.Data.Tables;

namespace ClrEngine.Tests.Data.Tables;

/// <summary>Tables from text, without a file.</summary>
internal static class Table
{
    public static readonly DataOptions Raw = new() { Standardize = false };

    public static DataStream Stream(string text) => Stream(Encoding.UTF8.GetBytes(text));

    public static DataStream Stream(byte[] bytes) => new("table.csv", () => new MemoryStream(bytes, writable: false));

    /// <summary>Loads a table whose rows are all in the training part but one of each class or so.</summary>
    public static TrainingData Load(string text, DataOptions? options = null) => Load(Stream(text), options);

    public static TrainingData Load(DataStream stream, DataOptions? options = null)
    {
        options ??= Raw;
        return TablePreparation.Prepare("table", "table.csv", CsvTable.Read(stream, options), null, options);
    }

    /// <summary>Loads a training and a validation part.</summary>
    public static TrainingData Load(string train, string validation, DataOptions? options = null)
    {
        options ??= Raw;
        ColumnTable learnt = CsvTable.Read(Stream(train), options);
        return TablePreparation.Prepare("table", "table.csv", learnt, CsvTable.Read(Stream(validation), options, learnt), options);
    }

    public static DataFormatException AssertFault(DataFault fault, string text, DataOptions? options = null)
    {
        var error = Assert.Throws<DataFormatException>(() => Load(text, options));
        Assert.Equal(fault, error.Fault);
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
