using ClrEngine.Data;
using ClrEngine.Data.Tables;
using Parquet;

namespace ClrEngine.Tests.Data.Tables;

public sealed class ParquetTests
{
    private static readonly (string, Array)[] Columns =
    [
        ("n", new[] { 1, 2, 3, 4, 5, 6 }),
        ("x", new[] { 0.5, -3e2, 0.25, 7, 8, 9 }),
        ("f", new float?[] { 1, 2, 3, 4, 5, 6 }),
        ("b", new[] { true, false, true, false, true, false }),
        ("colour", new[] { "red", "green", "red", "green", "red", "green" }),
        ("y", new[] { "a", "b", "a", "b", "a", "b" }),
    ];

    public static TheoryData<CompressionMethod> Codecs => [CompressionMethod.None, CompressionMethod.Snappy, CompressionMethod.Gzip, CompressionMethod.Zstd, CompressionMethod.Brotli];

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Every_kind_of_column_reads_from_every_codec_and_any_groups_of_rows(CompressionMethod codec)
    {
        foreach (int groupRows in new[] { int.MaxValue, 4, 1 })
        {
            TrainingData data = Load(ParquetMaker.Bytes(codec, groupRows, Columns));
            Assert.Equal(["n", "x", "f", "b", "colour=green", "colour=red"], data.FeatureNames);
            Assert.Equal([[1, 0.5f, 1, 1, 0, 1], [2, -300, 2, 0, 1, 0], [3, 0.25f, 3, 1, 0, 1], [4, 7, 4, 0, 1, 0]], data.RowsInOrder()[..4]);
            Assert.Equal(["a", "b"], data.Classes());
        }
    }

    [Fact]
    public void A_table_has_the_rules_and_the_identity_of_the_same_text()
    {
        byte[] bytes = ParquetMaker.Bytes(("n", new[] { 1L, 2, 3, 4 }), ("colour", new[] { "red", "blue", "red", "blue" }), ("y", new[] { 0, 1, 0, 1 }));
        Assert.Equal(Table.Load("n,colour,y\n1,red,0\n2,blue,1\n3,red,0\n4,blue,1\n").Identity, Load(bytes).Identity);
    }

    [Fact]
    public void The_label_column_and_ignored_columns_go_by_name()
    {
        TrainingData data = Load(ParquetMaker.Bytes(Columns), Table.Raw with { LabelColumn = "x", IgnoreColumns = ["y", "colour"] });
        Assert.IsType<ValueTargets>(data.Train.Targets);
        Assert.Equal(["n", "f", "b"], data.FeatureNames);
    }

    [Fact]
    public void Whole_numbers_without_a_sign_read_as_such()
    {
        TrainingData data = Load(ParquetMaker.Bytes(("n", new uint[] { 1, 4_000_000_000, 3, 4 }), ("y", new[] { 0, 1, 0, 1 })));
        Assert.Contains(data.RowsInOrder(), static row => row[0] == 4e9f);
    }

    [Fact]
    public void Many_rows_read_in_their_order()
    {
        int[] numbers = [.. Enumerable.Range(0, 30_000)];
        string[] texts = [.. numbers.Select(static number => $"t{number % 7}")];
        TrainingData data = Load(ParquetMaker.Bytes(CompressionMethod.Zstd, 7_000, ("n", numbers), ("d", numbers.Select(static number => number * 0.5).ToArray()), ("y", texts)));
        float[][] rows = data.RowsInOrder();
        Assert.Equal(numbers.Select(static number => number * 0.5f), rows.Select(static row => row[1]));
        Assert.Equal(Enumerable.Range(0, 7).Select(static i => $"t{i}"), data.Classes());
    }

    [Fact]
    public void A_missing_value_is_refused_with_row_and_column()
    {
        foreach ((string name, Array values) in new (string, Array)[] { ("f", new float?[] { 1, 2, 3, null, 5 }), ("t", new[] { "a", "b", "a", null, "b" }), ("e", new[] { "a", "b", "a", " ", "b" }), ("d", new[] { 1, 2, 3, double.NaN, 5 }) })
        {
            var error = Assert.Throws<DataFormatException>(() => Load(ParquetMaker.Bytes(CompressionMethod.Snappy, 2, (name, values), ("y", new[] { 0, 1, 0, 1, 0 }))));
            Assert.Equal(DataFault.MissingValue, error.Fault);
            Assert.Contains($"data row 4 of its column '{name}'", error.Message);
        }
    }

    [Fact]
    public void Dates_are_refused_unless_ignored()
    {
        byte[] bytes = ParquetMaker.Bytes(("when", new[] { DateTime.UnixEpoch, DateTime.UnixEpoch, DateTime.UnixEpoch, DateTime.UnixEpoch }), ("n", new[] { 1, 2, 3, 4 }), ("y", new[] { 0, 1, 0, 1 }));
        Assert.Equal(DataFault.Type, Assert.Throws<DataFormatException>(() => Load(bytes)).Fault);
        Assert.Equal(["n"], Load(bytes, Table.Raw with { IgnoreColumns = ["when"] }).FeatureNames);
    }

    [Fact]
    public void A_file_of_dates_alone_is_refused_for_them()
    {
        DateTime[] dates = [DateTime.UnixEpoch, DateTime.UnixEpoch];
        Assert.Equal(DataFault.Type, Assert.Throws<DataFormatException>(() => Load(ParquetMaker.Bytes(("from", dates), ("to", dates)))).Fault);
    }

    [Fact]
    public void A_name_may_have_points()
    {
        TrainingData data = Load(ParquetMaker.Bytes(("sepal.length", new[] { 1, 2, 3, 4 }), ("sepal", new[] { 5, 6, 7, 8 }), ("y", new[] { 0, 1, 0, 1 })));
        Assert.Equal(["sepal.length", "sepal"], data.FeatureNames);
        Assert.Equal([[1, 5], [2, 6], [3, 7], [4, 8]], data.RowsInOrder());
    }

    [Fact]
    public void A_file_and_a_folder_of_two_load_by_their_endings()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(Path.Combine(folder.Path, "train.parquet"), ParquetMaker.Bytes(("n", new[] { 1, 2 }), ("y", new[] { 3, 4 })));
        File.WriteAllBytes(Path.Combine(folder.Path, "test.parquet"), ParquetMaker.Bytes(("n", new[] { 5 }), ("y", new[] { 4 })));
        TrainingData data = DataCatalog.Default.Load(folder.Path, Table.Raw);
        Assert.Equal([5], data.Validation.Samples.ReadAll());
        Assert.Equal([1], data.Validation.Labels());
        File.WriteAllBytes(Path.Combine(folder.Path, "more.parquet"), ParquetMaker.Bytes(Columns));
        Assert.Equal("more", DataCatalog.Default.Load(Path.Combine(folder.Path, "more.parquet")).Name);
    }

    [Fact]
    public void Texts_where_training_has_numbers_are_refused()
    {
        ColumnTable train = ParquetTable.Read(Table.Stream(ParquetMaker.Bytes(("n", new[] { 1, 2 }), ("y", new[] { 3, 4 }))), Table.Raw);
        var error = Assert.Throws<DataFormatException>(() => ParquetTable.Read(Table.Stream(ParquetMaker.Bytes(("n", new[] { "a", "b" }), ("y", new[] { 3, 4 }))), Table.Raw, train));
        Assert.Equal(DataFault.Value, error.Fault);
    }

    [Fact]
    public void Something_else_than_a_Parquet_file_is_refused_and_a_cut_off_one_too()
    {
        byte[] bytes = ParquetMaker.Bytes(Columns);
        Assert.Equal(DataFault.Magic, Assert.Throws<DataFormatException>(() => Load("no parquet file"u8.ToArray())).Fault);
        Assert.Equal(DataFault.Truncated, Assert.Throws<DataFormatException>(() => Load(bytes[..^1])).Fault);
        Assert.Equal(DataFault.Magic, Assert.Throws<DataFormatException>(() => Load([])).Fault);
    }

    private static TrainingData Load(byte[] bytes, DataOptions? options = null)
    {
        options ??= Table.Raw;
        return TablePreparation.Prepare("table", "table", ParquetTable.Read(Table.Stream(bytes), options), null, options);
    }
}
