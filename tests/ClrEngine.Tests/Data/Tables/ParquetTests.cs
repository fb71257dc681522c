using System.Buffers.Binary;
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
            Assert.Equal(DataErrors.MissingValue, error.Cause);
            Assert.Contains($"data row 4 of its column '{name}'", error.Message);
        }
    }

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(1e39)]
    public void A_value_that_is_not_finite_or_too_large_is_refused_with_row_and_column(double value)
    {
        var error = Assert.Throws<DataFormatException>(() => Load(ParquetMaker.Bytes(("d", new[] { 1, 2, 3, value, 5 }), ("y", new[] { 0, 1, 0, 1, 0 }))));
        Assert.Equal(DataErrors.Value, error.Cause);
        Assert.Contains("data row 4 of its column 'd'", error.Message);
    }

    [Theory]
    [InlineData("{\"index_columns\": [\"id\"], \"columns\": []}", "id")]
    [InlineData("{\"index_columns\": [\"id\", \"day\"]}", "id,day")]
    [InlineData("{\"index_columns\": [{\"kind\": \"range\", \"name\": null, \"start\": 0, \"stop\": 6, \"step\": 1}]}", "")]
    [InlineData("{\"index_columns\": []}", "")]
    [InlineData("{\"index_columns\": 5}", "")]
    [InlineData("[1]", "")]
    [InlineData("no JSON", "")]
    public void The_index_that_pandas_names_is_left_out_with_a_warning(string note, string left)
    {
        TrainingData data = Load(ParquetMaker.Pandas(note, ("y", new[] { 0, 1, 0, 1, 0, 1 }), ("n", new[] { 3, 2, 3, 4, 5, 6 }), ("day", new[] { 7, 2, 3, 4, 5, 6 }), ("id", new[] { 9, 2, 3, 4, 5, 6 })));
        string[] names = left.Split(',', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(new[] { "n", "day", "id" }.Except(names), data.FeatureNames);
        Assert.All(names, name => Assert.Contains(data.Warnings, warning => warning.Contains($"'{name}' is the index", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_index_without_a_name_is_neither_predicted_nor_learnt_from()
    {
        TrainingData data = Load(ParquetMaker.Bytes(("n", new[] { 3, 2, 3, 4 }), ("kind", new[] { 0, 1, 0, 1 }), ("__index_level_0__", new[] { 0L, 1, 2, 3 })));
        Assert.Equal(["n"], data.FeatureNames);
        Assert.Equal(["0", "1"], data.Classes());
    }

    [Fact]
    public async Task Lists_and_structures_are_named_unless_ignored()
    {
        byte[] bytes = await ParquetMaker.NestedAsync();
        Assert.Contains("has lists in its column 'list'", Assert.Throws<DataFormatException>(() => Load(bytes)).Message);
        Assert.Contains("has structs in its column 'struct'", Assert.Throws<DataFormatException>(() => Load(bytes, Table.Raw with { IgnoreColumns = ["list"] })).Message);
    }

    [Fact]
    public void Dates_are_refused_unless_ignored()
    {
        byte[] bytes = ParquetMaker.Bytes(("when", new[] { DateTime.UnixEpoch, DateTime.UnixEpoch, DateTime.UnixEpoch, DateTime.UnixEpoch }), ("n", new[] { 1, 2, 3, 4 }), ("y", new[] { 0, 1, 0, 1 }));
        Assert.Contains("has dates and times in its column 'when'", Assert.Throws<DataFormatException>(() => Load(bytes)).Message);
        Assert.Equal(["n"], Load(bytes, Table.Raw with { IgnoreColumns = ["when"] }).FeatureNames);
    }

    [Fact]
    public void A_file_of_dates_alone_is_refused_for_them()
    {
        DateTime[] dates = [DateTime.UnixEpoch, DateTime.UnixEpoch];
        Assert.Equal(DataErrors.Type, Assert.Throws<DataFormatException>(() => Load(ParquetMaker.Bytes(("from", dates), ("to", dates)))).Cause);
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
        Assert.Equal(DataErrors.Value, error.Cause);
    }

    [Fact]
    public void Something_else_than_a_Parquet_file_is_refused_and_a_cut_off_one_too()
    {
        byte[] bytes = ParquetMaker.Bytes(Columns);
        Assert.Equal(DataErrors.Magic, Assert.Throws<DataFormatException>(() => Load("no parquet file"u8.ToArray())).Cause);
        Assert.Equal(DataErrors.Truncated, Assert.Throws<DataFormatException>(() => Load(bytes[..^1])).Cause);
        Assert.Equal(DataErrors.Magic, Assert.Throws<DataFormatException>(() => Load([])).Cause);
    }

    internal static TrainingData Load(byte[] bytes, DataOptions? options = null) =>
        Table.Load(options ?? Table.Raw, options => TablePreparation.Prepare("table", "table", ParquetTable.Read(Table.Stream(bytes), options), null, options));
}

public sealed class ParquetGuardTests
{
    public static TheoryData<string> Damages => [.. DamagedParquet.All.Keys];

    [Fact]
    public void Sound_files_of_the_same_make_are_read() => Assert.All(DamagedParquet.AllPages, static file => Assert.Equal([1, 2], Read(file)));

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_file_that_harms_a_trusting_reader_is_refused_without_room_being_made(string damage)
    {
        byte[] file = DamagedParquet.All[damage];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<DataFormatException>(() => Read(file));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32 << 20);
    }

    // The library takes these for truth values that are all false.
    [Fact]
    public void Truth_values_in_runs_are_refused_not_misread()
    {
        byte[] file = DamagedParquet.WithPage(DamagedParquet.Page(6, 6, 2, DamagedParquet.Rle), [2, 0, 0, 0, 4, 1], DamagedParquet.Uncompressed, type: 0);
        Assert.Contains("data pages of version 1", Assert.Throws<DataFormatException>(() => Read(file)).Message);
    }

    [Fact]
    public void A_page_that_is_too_short_for_its_values_is_refused_not_filled_up()
    {
        byte[] file = DamagedParquet.WithPage(DamagedParquet.Page(4, 4, 2, DamagedParquet.Plain), [0, 0, 0x80, 0x3F], DamagedParquet.Uncompressed, type: 4);
        Assert.Equal(DataErrors.Compression, Assert.Throws<DataFormatException>(() => Read(file)).Cause);
    }

    private static List<double> Read(byte[] bytes)
    {
        using ParquetFile file = ParquetFile.Open(Table.Stream(bytes));
        var numbers = new List<double>();
        file.ReadNumbers(Assert.Single(file.Columns), (_, number) => numbers.Add(number));
        return numbers;
    }
}

/// <summary>Small files of one column of whole numbers, made to harm a reader that trusts them: it would make room for gigabytes, go on for ever or run out of stack.</summary>
internal static class DamagedParquet
{
    public const int Plain = 0, Rle = 3, Delta = 5, Uncompressed = 0, Snappy = 1, Gzip = 2, Zstd = 6;
    private const int Giant = 0x7FFF_FF00;

    public static byte[] Sound => WithPage(Page(8, 8, 2, Plain), [1, 0, 0, 0, 2, 0, 0, 0], Uncompressed);

    public static Dictionary<string, byte[]> All { get; } = new()
    {
        ["a number in the directory without an end"] = WithDirectory([0x15, 0xFF]),
        ["a list in the directory of many million elements"] = WithDirectory([0x15, 2, 0x19, 0xFC, .. VarInt(1 << 28), 0]),
        ["a text in the directory of many million bytes"] = WithDirectory([0x15, 2, 0x58, .. VarInt(Giant), 0]),
        ["a number in the place of a list in the directory"] = WithDirectory([0x15, 2, 0x15, 0xFC, .. VarInt(1 << 28), 0]),
        ["a schema a hundred thousand levels deep"] = WithDirectory(
            [0x15, 2, 0x19, 0xFC, .. VarInt(100_001), .. Enumerable.Repeat(new byte[] { 0x48, 1, (byte)'n', 0x15, 2, 0 }, 100_000).SelectMany(static some => some), 0x15, 2, 0x38, 1, (byte)'n', 0, 0]),
        ["values that begin in the file's last bytes"] = WithPage(Page(8, 8, 2, Plain), [1, 0, 0, 0, 2, 0, 0, 0], Uncompressed, placeFromEnd: 1),
        ["a page that claims to unpack to many million bytes"] = WithPage(Page(8, Giant, 2, Plain), [1, 0, 0, 0, 2, 0, 0, 0], Gzip),
        ["a snappy page of many million bytes"] = WithPage(Page(8, 8, 2, Plain), [.. VarInt(Giant), 0, 0, 0], Snappy),
        ["a zstd page of many million bytes"] = WithPage(Page(12, 8, 2, Plain), [0x28, 0xB5, 0x2F, 0xFD, 0xA0, 0, 0xFF, 0xFF, 0x7F, 1, 0, 0], Zstd),
        ["a dictionary of many million values"] = WithPage([.. Dictionary(4, Giant), 1, 0, 0, 0], Page(8, 8, 2, Plain), Uncompressed),
        ["differences in blocks of many million"] = WithPage(Page(9, 9, 2, Delta), [.. VarInt(Giant), 1, 2, 2, 0], Uncompressed),
    };

    /// <summary>A file with two rows in one group; the type of the column and the codec go by the format's own numbers.</summary>
    public static byte[] WithPage(byte[] head, byte[] page, int codec, int type = 1, int? placeFromEnd = null)
    {
        byte[] file = File([.. head, .. page], Directory(4, type, codec));
        return placeFromEnd is null ? file : File([.. head, .. page], Directory(file.Length - placeFromEnd.Value, type, codec));
    }

    public static byte[] Page(int packed, int unpacked, int values, int encoding) =>
        [.. Number(1, 0), .. Number(1, unpacked), .. Number(1, packed), 0x2C, .. Number(1, values), .. Number(1, encoding), .. Number(1, 3), .. Number(1, 3), 0, 0];

    /// <summary>Sound files with pages of each kind.</summary>
    public static byte[][] AllPages =>
    [
        Sound,
        WithPage([.. Dictionary(8, 2), 1, 0, 0, 0, 2, 0, 0, 0, .. Page(3, 3, 2, 2)], [1, 3, 2], Uncompressed),
        WithPage(Page(9, 9, 2, Delta), [0x80, 1, 4, 2, 2, 2, 0, 0, 0], Uncompressed),
        WithPage(SecondPage(8, 8, 2), [1, 0, 0, 0, 2, 0, 0, 0], Uncompressed),
        WithPage(SecondPage(10, 8, 2), [8, 28, 1, 0, 0, 0, 2, 0, 0, 0], Snappy),
        WithPage(Page(10, 8, 2, Plain), [8, 28, 1, 0, 0, 0, 2, 0, 0, 0], Snappy),
    ];

    private static byte[] SecondPage(int packed, int unpacked, int values) =>
        [.. Number(1, 3), .. Number(1, unpacked), .. Number(1, packed), 0x5C, .. Number(1, values), .. Number(1, 0), .. Number(1, values), .. Number(1, Plain), .. Number(1, 0), .. Number(1, 0), 0, 0];

    private static byte[] Directory(int place, int type, int codec) =>
    [
        .. Number(1, 1), // the version
        0x19, 0x2C, 0x48, 6, .. "schema"u8, .. Number(1, 1), 0, // two elements: the root
        .. Number(1, type), .. Number(2, 0), 0x18, 1, (byte)'n', 0, // and a column
        .. Number(1, 2), // two rows
        0x19, 0x1C, 0x19, 0x1C, .. Number(2, 4), 0x1C, // one group of one column
        .. Number(1, type), 0x19, 0x15, 0, 0x19, 0x18, 1, (byte)'n', .. Number(1, codec), .. Number(1, 2), .. Number(1, 8), .. Number(1, 8), .. Number(2, place), 0, 0,
        .. Number(1, 8), .. Number(1, 2), 0, 0,
    ];

    private static byte[] Dictionary(int size, int values) =>
        [.. Number(1, 2), .. Number(1, size), .. Number(1, size), 0x4C, .. Number(1, values), .. Number(1, Plain), 0, 0];

    private static byte[] WithDirectory(byte[] directory) => File([], directory);

    private static byte[] File(byte[] pages, byte[] directory)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, directory.Length);
        return [.. "PAR1"u8, .. pages, .. directory, .. length, .. "PAR1"u8];
    }

    // A field that comes so many numbers behind the one before.
    private static byte[] Number(int step, int value) => [(byte)((step << 4) | 5), .. VarInt((uint)((value << 1) ^ (value >> 31)))];

    private static byte[] VarInt(uint value)
    {
        var bytes = new List<byte>();
        for (; value > 127; value >>= 7) bytes.Add((byte)(value | 128));
        return [.. bytes, (byte)value];
    }
}
