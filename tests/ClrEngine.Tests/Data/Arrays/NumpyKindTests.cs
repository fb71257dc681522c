using ClrEngine.Data.Arrays;

namespace ClrEngine.Tests.Data.Arrays;

/// <summary>What Python's users save beside plain arrays of numbers.</summary>
public sealed class NumpyKindTests
{
    private static readonly DataOptions Raw = new() { Standardize = false };
    private static readonly byte[] X = NpyWriter.Bytes("<f4", "(4, 2)", 1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f);
    private static readonly byte[] Y = NpyWriter.Bytes("<i8", "(4,)", 3L, 5L, 3L, 5L);

    [Fact]
    public void Fortran_order_reads_as_the_rows_that_it_means()
    {
        byte[] x = NpyWriter.File("{'descr': '<f4', 'fortran_order': True, 'shape': (4, 2), }", NpyWriter.Bytes("<f4", "(8,)", 1f, 3f, 5f, 7f, 2f, 4f, 6f, 8f)[^32..]);
        Assert.Equal([[1, 2], [3, 4], [5, 6], [7, 8]], Load(x, Y).RowsInOrder());
    }

    [Theory]
    [InlineData(2, 3, 4)]
    [InlineData(5, 2, 3, 1)]
    [InlineData(7, 3, 2, 2)]
    [InlineData(3, 1, 5)]
    [InlineData(9000, 3)]
    public void Fortran_order_of_any_dimensions_is_put_into_rows(params int[] shape)
    {
        // Each number is its place in the order of rows.
        int[] strides = [.. shape.Select((_, side) => shape[(side + 1)..].Aggregate(1, static (product, next) => product * next))];
        int count = shape.Aggregate(1, static (product, next) => product * next);
        var stored = new float[count];
        for (int place = 0; place < count; place++)
        {
            int left = place;
            for (int side = 0; side < shape.Length; side++)
            {
                stored[place] += left % shape[side] * strides[side];
                left /= shape[side];
            }
        }

        byte[] file = NpyWriter.File($"{{'descr': '<f4', 'fortran_order': True, 'shape': ({string.Join(", ", shape)}), }}", [.. stored.SelectMany(BitConverter.GetBytes)]);
        Assert.Equal(Enumerable.Range(0, count).Select(static i => (double)i), NpyArray.Read(Table.Stream(file)).ReadLabels());
    }

    [Theory]
    [InlineData(8, 8, 2, true)]
    [InlineData(7, 7, 12, true)]
    [InlineData(3, 8, 8, false)]
    [InlineData(8, 8, 3, false)]
    [InlineData(12, 7, 7, false)]
    [InlineData(8, 8, 8, false)]
    public void Channels_that_may_come_last_are_said(int first, int second, int third, bool isSaid)
    {
        TrainingData data = Load(NpyWriter.Bytes("<f4", $"(4, {first}, {second}, {third})", [.. Enumerable.Range(0, 4 * first * second * third).Select(static i => i * 37 % 101 / 7f)]), Y);
        if (isSaid) Assert.Contains($"images whose channels come first, {first} of {second} × {third}; save x.transpose(0, 3, 1, 2)", Assert.Single(data.Warnings), StringComparison.Ordinal);
        else Assert.Empty(data.Warnings);
    }

    [Theory]
    [InlineData(16, 1, 1)]
    [InlineData(8, 4, 4)]
    public void Channels_that_may_come_first_before_a_square_are_said(int first, int second, int third)
    {
        byte[] x = NpyWriter.Bytes("<f4", $"(4, {first}, {second}, {third})", [.. Enumerable.Range(0, 4 * first * second * third).Select(static i => i * 37 % 101 / 7f)]);
        TrainingData data = Load(x, Y);
        Assert.Contains($"images whose channels come last, {third} of {first} × {second}; say -Layout ChannelsFirst if they come first", Assert.Single(data.Warnings), StringComparison.Ordinal);
        TrainingData told = Load(x, Y, Raw with { Layout = SampleLayout.ChannelsFirst });
        Assert.Equal([first, second, third], told.Shape);
        Assert.Empty(told.Warnings);
    }

    [Fact]
    public void Texts_are_classes_by_name()
    {
        Assert.Equal(["cat", "dog"], Load(X, NpyWriter.Texts("dog", "cat", "dog", "cat")).Classes());
        Assert.Equal(["dög", "katze"], Load(X, TextsOf(">U5", new UTF32Encoding(true, false), "katze", "dög\0\0", "katze", "dög\0\0")).Classes());
        Assert.Equal(["cat", "dog"], Load(X, TextsOf("|S4", Encoding.Latin1, "cat\0", "dog\0", "cat\0", "dog\0")).Classes());
        Assert.Equal(["caf\u00e9", "tea"], Load(X, TextsOf("|S4", Encoding.Latin1, "caf\u00e9", "tea\0", "caf\u00e9", "tea\0")).Classes());
        Assert.Equal(["cat", "dog"], Load(X, NpyWriter.File("{'descr': '<U3', 'fortran_order': False, 'shape': (4, 1), }", NpyWriter.Texts("cat", "dog", "cat", "dog")[^48..])).Classes());
    }

    [Fact]
    public void Texts_that_are_numbers_are_numbers()
    {
        Assert.Equal(["2", "10"], Load(X, NpyWriter.Texts("10", "2", "10", "2")).Classes());
        Assert.IsType<ValueTargets>(Load(X, NpyWriter.Texts("0.5", "2.5", "1.5", "3")).Train.Targets);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nan")]
    [InlineData("None")]
    [InlineData("NaT")]
    [InlineData("<NA>")]
    public void A_text_that_is_no_label_is_refused_with_its_sample(string missing) =>
        Assert.Contains("sample 2", AssertFault(DataErrors.MissingValue, X, NpyWriter.Texts("cat", "dog", missing, "cat")).Message);

    [Fact]
    public void A_text_for_each_sample_is_no_class()
    {
        byte[] x = NpyWriter.Bytes("<f4", "(200, 1)", [.. Enumerable.Range(0, 200).Select(static i => (float)(i % 7))]);
        AssertFault(DataErrors.Label, x, NpyWriter.Texts([.. Enumerable.Range(0, 200).Select(static i => $"id{i}")]));
    }

    [Fact]
    public void Texts_as_features_are_refused() => AssertFault(DataErrors.Type, NpyWriter.Texts("a", "b", "a", "b"), Y);

    [Theory]
    [InlineData("|O", "pickle")]
    [InlineData("<c8", "x.real")]
    [InlineData("<M8[ns]", "astype('int64')")]
    [InlineData("|V4", "raw bytes")]
    [InlineData("<f16", "astype")]
    [InlineData("|T16", "astype('str')")]
    public void A_type_that_is_not_read_is_refused_with_what_to_save(string type, string remedy) =>
        Assert.Contains(remedy, AssertFault(DataErrors.Type, NpyWriter.File($"{{'descr': '{type}', 'fortran_order': False, 'shape': (4,), }}", new byte[64]), Y).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("[('a', '<f4'), ('b', '<i8')]")]
    [InlineData("[('index', '<i8'), ('species', 'O')]")]
    [InlineData("('<f4', (2,))")]
    public void A_structured_array_is_named_as_such(string type) =>
        Assert.Contains("structured", AssertFault(DataErrors.Type, NpyWriter.File($"{{'descr': {type}, 'fortran_order': False, 'shape': (4,), }}", new byte[64], version: 3), Y).Message, StringComparison.Ordinal);

    [Fact]
    public void Labels_in_a_column_or_a_row_are_one_a_sample()
    {
        Assert.Equal(["0", "1"], Load(X, NpyWriter.Bytes("|u1", "(4, 1)", new byte[] { 0, 1, 0, 1 })).Classes());
        Assert.Equal(["0", "1"], Load(X, NpyWriter.Bytes("|u1", "(1, 4)", new byte[] { 0, 1, 0, 1 })).Classes());
        Assert.Equal(["0", "1"], Load(X, NpyWriter.Bytes("<f8", "(4, 1, 1)", 0d, 1d, 0d, 1d)).Classes());
    }

    [Fact]
    public void Whole_numbers_that_a_double_cannot_tell_apart_are_no_labels() =>
        AssertFault(DataErrors.Label, X, NpyWriter.Bytes("<i8", "(4,)", (1L << 60) + 1, 1L << 60, (1L << 60) + 1, 1L << 60));

    [Fact]
    public void Samples_in_columns_are_named_with_the_remedy() =>
        Assert.Contains("x.T", AssertFault(DataErrors.CountMismatch, NpyWriter.Bytes("<f4", "(2, 4)", 1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f), Y).Message, StringComparison.Ordinal);

    [Fact]
    public void A_single_number_is_no_set() => AssertFault(DataErrors.Empty, NpyWriter.Bytes("<f4", "()", 1f), NpyWriter.Bytes("<i8", "()", 1L));

    [Fact]
    public void What_is_not_finite_is_refused_by_its_place()
    {
        Assert.Contains("NaN in row 1, column 1", AssertFault(DataErrors.Value, NpyWriter.Bytes("<f8", "(4, 2)", 1d, 2, 3, double.NaN, 5, 6, 7, 8), Y).Message, StringComparison.Ordinal);
        Assert.Contains("-Infinity at [3, 0, 1]", AssertFault(DataErrors.Value, NpyWriter.Bytes("<f2", "(4, 1, 2)", Half.One, Half.One, Half.One, Half.One, Half.One, Half.One, Half.One, Half.NegativeInfinity), Y).Message, StringComparison.Ordinal);
        Assert.Contains("1E+300", AssertFault(DataErrors.Value, NpyWriter.Bytes("<f8", "(4, 1)", 1d, 2, 3, 1e300), Y).Message, StringComparison.Ordinal);
        Assert.Contains("NaN at [2]", AssertFault(DataErrors.Value, X, NpyWriter.Bytes("<f8", "(4,)", 1d, 2, double.NaN, 8)).Message, StringComparison.Ordinal);
        byte[] fortran = NpyWriter.File("{'descr': '<f4', 'fortran_order': True, 'shape': (4, 2), }", NpyWriter.Bytes("<f4", "(8,)", 1f, 3f, 5f, 7f, 2f, float.NaN, 6f, 8f)[^32..]);
        Assert.Contains("NaN in row 1, column 1", AssertFault(DataErrors.Value, fortran, Y).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void A_column_that_counts_the_rows_is_said(bool counts, bool shuffled)
    {
        int[] rows = [.. Enumerable.Range(0, 40)];
        if (shuffled) new Random(1).Shuffle(rows);
        byte[] x = NpyWriter.Bytes("<f8", "(40, 2)", [.. rows.SelectMany(row => new[] { counts ? row : row % 5, Math.Sin(row) })]);
        TrainingData data = Load(x, NpyWriter.Bytes("<i8", "(40,)", [.. Enumerable.Range(0, 40).Select(static i => (long)(i % 2))]));
        Assert.Equal(counts, data.Warnings.Any(static warning => warning.Contains("Column 0", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("xtrain", "ytrain")]
    [InlineData("TrainX", "TrainY")]
    [InlineData("features", "labels")]
    [InlineData("train_dataset", "train_labels")]
    [InlineData("inputs", "targets")]
    [InlineData("images_training", "class_training")]
    public void Names_are_read_whatever_joins_their_parts(string x, string y)
    {
        using var archive = new NpzArchive(Table.Stream(NpyWriter.Archive((x, X), (y, Y))));
        Assert.Equal(["3", "5"], NumpyFormat.Load("set", "set.npz", archive.Names, archive.Read, Raw).Classes());
    }

    [Fact]
    public void Of_several_arrays_that_could_be_the_features_the_choice_is_said()
    {
        using var archive = new NpzArchive(Table.Stream(NpyWriter.Archive(("data", X), ("images", X), ("target", Y))));
        Assert.Contains("images is read, and data left out", Assert.Single(NumpyFormat.Load("set", "set.npz", archive.Names, archive.Read, Raw).Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Arrays_without_names_are_two_in_the_usual_order_or_refused()
    {
        AssertMissing(("arr_0", X), ("arr_1", X), ("arr_2", Y), ("arr_3", Y));
        AssertMissing(("arr_0", Y), ("arr_1", X));

        static void AssertMissing(params (string, byte[])[] arrays)
        {
            using var archive = new NpzArchive(Table.Stream(NpyWriter.Archive(arrays)));
            Assert.Equal(DataErrors.Missing, Assert.Throws<DataFormatException>(() => NumpyFormat.Load("set", "set.npz", archive.Names, archive.Read, Raw)).Cause);
        }
    }

    [Fact]
    public void An_array_beside_those_that_would_be_read_is_not_taken_for_them()
    {
        using var folder = new TempFolder();
        foreach (string name in new[] { "x.npy", "weights.npy" }) File.WriteAllBytes(folder.At(name), X);
        File.WriteAllBytes(folder.At("y.npy.gz"), IdxWriter.Gzip(Y));
        Assert.Equal(2, DataCatalog.Default.Load(folder.At("y.npy.gz")).Shape[0]);
        Assert.Equal(DataErrors.Missing, Assert.Throws<DataFormatException>(() => DataCatalog.Default.Load(folder.At("weights.npy"))).Cause);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 1, 0)]
    [InlineData(.9, .1, 0)]
    [InlineData(0, 2, 0)]
    [InlineData(-1, 1, -1)]
    public void One_row_among_classes_in_columns_is_refused_by_its_number(double first, double second, double third)
    {
        byte[] y = OneHot(40, (row, place) => row == 4 ? (place == 0 ? first : place == 1 ? second : third) : place == row % 3 ? 1 : 0);
        Assert.Contains("row 4 (counted from 0)", AssertFault(DataErrors.Label, Rows(40), y).Message, StringComparison.Ordinal);
        Assert.Equal(3, Assert.IsType<ValueTargets>(Load(Rows(40), y, Raw with { Regression = true }).Train.Targets).Width);
    }

    [Theory]
    [InlineData(255, 0, 1, true)]
    [InlineData(.9, .05, 1, true)]
    [InlineData(1, 0, 2, true)]
    [InlineData(1, 0, 40, false)]
    public void Columns_that_are_classes_with_other_numbers_or_in_part_are_said(double on, double off, int step, bool areSaid)
    {
        byte[] y = OneHot(40, (row, place) => row % step == 0 ? (place == row % 3 ? on : off) : (row * (place + 2) % 11) / 10.0);
        Assert.Equal(areSaid, Load(Rows(40), y).Warnings.Any(static warning => warning.Contains("are taken for 3 values to predict", StringComparison.Ordinal)));
        Assert.DoesNotContain(Load(Rows(40), y, Raw with { Regression = true }).Warnings, static warning => warning.Contains("values to predict", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("x", "y", "x_val", "y_val", true)]
    [InlineData("x", "y", "x_test", "y_test", true)]
    [InlineData("x_train", "y_train", "x_dev", "y_dev", false)]
    [InlineData("x_train", "y_train", "x_holdout", "y_holdout", false)]
    [InlineData("images", "labels", "images_eval", "labels_eval", true)]
    public void Arrays_that_are_held_out_by_their_names_are_used(string x, string y, string heldX, string heldY, bool isSaid)
    {
        using var archive = new NpzArchive(Table.Stream(NpyWriter.Archive((x, X), (y, Y), (heldX, X), (heldY, Y))));
        TrainingData data = NumpyFormat.Load("set", "set.npz", archive.Names, archive.Read, Raw);
        Assert.Equal((4, 4), (data.Train.Count, data.Validation.Count));
        Assert.Equal(isSaid, data.Warnings.Any(static warning => warning.Contains("held out, by their names", StringComparison.Ordinal)));
    }

    private static byte[] Rows(int rows) => NpyWriter.Bytes("<f4", $"({rows}, 2)", [.. Enumerable.Range(0, 2 * rows).Select(static i => (float)(i * i % 23))]);

    private static byte[] OneHot(int rows, Func<int, int, double> value) => NpyWriter.Bytes("<f8", $"({rows}, 3)", [.. Enumerable.Range(0, 3 * rows).Select(i => value(i / 3, i % 3))]);

    private static byte[] TextsOf(string type, Encoding encoding, params string[] texts) =>
        NpyWriter.File($"{{'descr': '{type}', 'fortran_order': False, 'shape': ({texts.Length},), }}", [.. texts.SelectMany(encoding.GetBytes)]);

    private static TrainingData Load(byte[] x, byte[] y, DataOptions? options = null) =>
        NumpyFormat.Load("set", "set", ["x", "y"], name => NpyArray.Read(Table.Stream(name == "x" ? x : y)), options ?? Raw);

    private static DataFormatException AssertFault(ClrEngine.Errors.ErrorCause cause, byte[] x, byte[] y)
    {
        var error = Assert.Throws<DataFormatException>(() => Load(x, y));
        Assert.Equal(cause, error.Cause);
        return error;
    }
}
