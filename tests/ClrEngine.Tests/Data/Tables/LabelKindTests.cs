using ClrEngine.Data.Arrays;
using ClrEngine.Data.Tables;

namespace ClrEngine.Tests.Data.Tables;

/// <summary>Columns of labels that are nearly those of classes, and features that are the label in other words.</summary>
public sealed class LabelKindTests
{
    private const int Rows = 60;

    [Theory]
    [InlineData("1.5", "1.5")]
    [InlineData("0.5", "0.5")]
    [InlineData("-0.25", "-0.25")]
    [InlineData("2.0000001", "2.0000001")]
    [InlineData("1e-3", "0.001")]
    public void One_number_among_the_codes_of_classes_that_is_none_is_refused_by_row_and_text(string odd, string shown)
    {
        string text = Text("n,label", i => $"{Noise(i)},{(i == 16 ? odd : Class(i))}");
        string message = Table.AssertFault(DataErrors.Label, text).Message;
        Assert.Contains($"has {shown}", message, StringComparison.Ordinal);
        Assert.Contains("in data row 17 of its column 'label'", message, StringComparison.Ordinal);
        Assert.Contains("-Regression:$false", message, StringComparison.Ordinal);
        Assert.Equal(4, Table.Load(text, new DataOptions { Regression = false }).Classes().Length);
    }

    [Fact]
    public void Such_a_number_is_refused_in_arrays_and_Parquet_too()
    {
        double[] labels = [.. Enumerable.Range(0, Rows).Select(static i => i == 16 ? 1.5 : i % 3)], noise = [.. Enumerable.Range(0, Rows).Select(Noise)];
        Func<TrainingData>[] sets =
        [
            () => Numpy(("x", NpyWriter.Bytes("<f8", $"({Rows}, 1)", noise)), ("y", NpyWriter.Bytes("<f8", $"({Rows},)", labels))),
            () => ParquetTests.Load(ParquetMaker.Bytes(("n", noise), ("y", labels)), DataOptions.Default),
        ];
        Assert.All(sets, static set => Assert.Contains("1.5 in data row 17", Assert.Throws<DataFormatException>(set).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Told_that_they_are_values_they_are_values()
    {
        string text = Text("n,label", i => $"{Noise(i)},{(i == 16 ? "1.5" : Class(i))}");
        Assert.IsType<ValueTargets>(Table.Load(text, new DataOptions { Regression = true }).Train.Targets);
    }

    [Theory]
    [InlineData(0.0, 0.5, 1.0)]
    [InlineData(1.5, 2.5, 3.5)]
    [InlineData(-0.5, 0.5, 0.25)]
    public void A_few_numbers_that_are_not_whole_are_values_with_a_warning(double a, double b, double c)
    {
        double[] values = [a, b, c];
        TrainingData data = Table.Load(Text("n,score", i => FormattableString.Invariant($"{Noise(i)},{values[i % 3]}")));
        Assert.IsType<ValueTargets>(data.Train.Targets);
        Assert.Contains("the 3 different numbers in 'score' are not all whole", Assert.Single(data.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Measurements_are_values_without_a_word()
    {
        Assert.Empty(Table.Load(Text("n,price", i => FormattableString.Invariant($"{Noise(i)},{(i * 37) % 59 + 0.25}"))).Warnings);
        // Rain, which mostly does not fall.
        Assert.Empty(Table.Load(Text("n,rain", i => FormattableString.Invariant($"{Noise(i)},{(i % 20 == 7 ? i / 7.0 : 0)}"))).Warnings);
    }

    [Theory]
    [InlineData("-1", "0 to 2")]
    [InlineData("-9", "0 to 2")]
    [InlineData("-999", "0 to 2")]
    [InlineData("99", "0 to 2")]
    [InlineData("255", "0 to 2")]
    [InlineData("9999", "0 to 2")]
    public void A_class_that_may_stand_for_no_label_is_said(string code, string others)
    {
        TrainingData data = Table.Load(Text("n,label", i => $"{Noise(i)},{(i % 10 == 4 ? code : Class(i))}"));
        string warning = Assert.Single(data.Warnings);
        Assert.Contains($"the class {code} in 6 of 60 rows, first in data row 5, beside {others}", warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, 0, 1)]
    [InlineData(1, 2, 3)]
    [InlineData(98, 99, 100)]
    [InlineData(-2, -1, 3)]
    public void Other_codes_of_classes_are_read_without_a_word(int a, int b, int c)
    {
        int[] codes = [a, b, c];
        Assert.Empty(Table.Load(Text("n,label", i => $"{Noise(i)},{codes[i % 3]}")).Warnings);
    }

    [Fact]
    public void Labels_beyond_the_whole_numbers_of_double_precision_are_refused_with_the_reason_and_read_as_words()
    {
        string[] labels = ["9007199254740993", "9007199254740995", "9007199254740997"];
        string text = Text("n,id", i => $"{Noise(i)},{labels[i % 3]}");
        foreach (bool? regression in new bool?[] { null, false })
            Assert.Contains("a whole number beyond 2^53", Table.AssertFault(DataErrors.Label, text, new DataOptions { Regression = regression }).Message, StringComparison.Ordinal);
        Assert.Contains("a whole number beyond 2^53", Table.AssertFault(DataErrors.Label, Text("n,id", i => $"{Noise(i)},{(i == 16 ? "1e300" : Class(i))}")).Message, StringComparison.Ordinal);
        DataOptions words = new() { CategoryColumns = ["id"] };
        Assert.Equal(labels, Table.Load(text, words).Classes());

        byte[] parquet = ParquetMaker.Bytes(
            ("n", Enumerable.Range(0, Rows).Select(Noise).ToArray()), ("id", Enumerable.Range(0, Rows).Select(i => long.Parse(labels[i % 3], System.Globalization.CultureInfo.InvariantCulture)).ToArray()));
        Assert.Contains("a whole number beyond 2^53", Assert.Throws<DataFormatException>(() => ParquetTests.Load(parquet, DataOptions.Default)).Message, StringComparison.Ordinal);
        Assert.Equal(labels, ParquetTests.Load(parquet, words).Classes());
        var array = Assert.Throws<DataFormatException>(() => Numpy(("x", NpyWriter.Bytes("<f8", "(3, 1)", 1d, 2, 4)), ("y", NpyWriter.Bytes("<f8", "(3,)", 1d, 1e17, 2))));
        Assert.Contains("numpy.unique", array.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("-CategoryColumn", array.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("n,x,label", "{0},{1},{1}", "'x' says")]
    [InlineData("n,name,label", "{0},species {1},{1}", "'name' says")]
    [InlineData("n,code,kind,label", "{0},{1}.25,7{1},{1}", "'code', 'kind' say")]
    [InlineData("n,label_0,label_1,label_2,label", "{0},{2},{3},{4},{1}", "'label_0', 'label_1', 'label_2' together say")]
    [InlineData("n,label_1,label_2,label", "{0},{3},{4},{1}", "'label_1', 'label_2' together say")]
    [InlineData("n,label_0,label_1,label_2", "{0},{2},{3},{4}", "'label_0', 'label_1' together say")]
    [InlineData("a,b,mean,label", "{0},{0},1{1}.5,{1}", "'mean' says")]
    public void A_feature_that_is_the_label_in_other_words_is_said(string header, string row, string said)
    {
        TrainingData data = Table.Load(Text(header, i => string.Format(System.Globalization.CultureInfo.InvariantCulture, row, Noise(i), i % 3, i % 3 == 0 ? 1 : 0, i % 3 == 1 ? 1 : 0, i % 3 == 2 ? 1 : 0)));
        string warning = Assert.Single(data.Warnings);
        Assert.Contains(said, warning, StringComparison.Ordinal);
        Assert.Contains("-IgnoreColumn", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void One_hot_columns_of_truth_values_are_said() =>
        Assert.Contains("'cat', 'dog' together say", Assert.Single(Table.Load(Text("n,cat,dog,owl", i => $"{Noise(i)},{i % 3 == 0},{i % 3 == 1},{i % 3 == 2}")).Warnings), StringComparison.Ordinal);

    [Fact]
    public void A_copy_of_the_label_in_an_array_is_said_by_its_number()
    {
        double[] x = [.. Enumerable.Range(0, Rows).SelectMany(static i => new[] { Noise(i), i % 3 })];
        TrainingData data = Numpy(("x", NpyWriter.Bytes("<f8", $"({Rows}, 2)", x)), ("y", NpyWriter.Bytes("<i8", $"({Rows},)", [.. Enumerable.Range(0, Rows).Select(static i => i % 3L)])));
        Assert.Contains("The feature 1 says the class", Assert.Single(data.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{1}")]
    [InlineData("{2}")]
    public void A_copy_of_the_value_in_any_unit_is_said(string copy)
    {
        TrainingData data = Table.Load(Text("n,copy,price", i => string.Format(System.Globalization.CultureInfo.InvariantCulture, "{0}," + copy + ",{1}", Noise(i), (i * 37 % 59) + 0.25, (((i * 37) % 59) + 0.25) * 1.8 + 32)));
        Assert.Contains("'copy' says the value to predict", Assert.Single(data.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Features_that_only_help_are_read_without_a_word()
    {
        // True of one class alone, right in all rows but one, and a line through the origin that is the only feature.
        Assert.Empty(Table.Load(Text("n,flag,label", i => $"{Noise(i)},{(i % 3 == 0 ? 1 : 0)},{i % 3}")).Warnings);
        Assert.Empty(Table.Load(Text("n,guess,label", i => $"{Noise(i)},{(i == 30 ? 2 : i % 3)},{i % 3}")).Warnings);
        Assert.Empty(Table.Load(Text("x,y", i => FormattableString.Invariant($"{i * 37 % 59}.5,{(2 * (i * 37 % 59)) + 1.25}"))).Warnings);
    }

    [Theory]
    [InlineData("n,label,target", "its column 'label' has the name of a label and is learnt from")]
    [InlineData("class,n,y", "its column 'class' has the name of a label")]
    [InlineData("Target,labels,y", "its column 'Target', 'labels' has the name of a label")]
    [InlineData("y,n,label", "its column 'y' has the name of a label")]
    public void A_second_column_with_the_name_of_a_label_is_said(string header, string said)
    {
        TrainingData data = Table.Load(Text(header, i => $"{Noise(i)},{Noise(i + 5)},{i % 3}"));
        Assert.Contains(said, Assert.Single(data.Warnings), StringComparison.Ordinal);
        Assert.Contains(said, Assert.Single(Table.Load(Text(header, i => $"{Noise(i)},{Noise(i + 5)},{i % 3}"), new DataOptions { LabelColumn = "-1" }).Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Beside_x_y_is_a_place() => Assert.Empty(Table.Load(Text("x,y,label", i => $"{Noise(i)},{Noise(i + 5)},{i % 3}")).Warnings);

    [Theory]
    [InlineData("n,colour,label", "{0},red,a", "12.5,Total,a", "'Total' in the column 'colour'")]
    [InlineData("n,label", "{0},a", "12.5,Mean", "'Mean' in the column 'label'")]
    [InlineData("label,n", "a,{0}", "Grand Total:,12.5", "'Grand Total:' in the column 'label'")]
    [InlineData("n,city,label", "{0},Rome,a", "12.5,average,b", "'average' in the column 'city'")]
    [InlineData("n,city,label", "{0},Rome,a", "12.5,max,b", "'max' in the column 'city'")]
    [InlineData(",n,label", "r{1},{0},a", "Sum,12.5,b", "'Sum' in the column '0'")]
    public void A_last_row_that_sums_up_the_others_is_said(string header, string row, string last, string said)
    {
        string text = Text(header, i => string.Format(System.Globalization.CultureInfo.InvariantCulture, i % 2 == 0 ? row : row.Replace(",a", ",b", StringComparison.Ordinal).Replace("a,", "b,", StringComparison.Ordinal), Noise(i), i));
        Assert.Contains(Table.Load(text + last + "\n").Warnings, warning => warning.Contains($"its last data row, 61, has {said}", StringComparison.Ordinal));
        Assert.DoesNotContain(Table.Load(text).Warnings, static warning => warning.Contains("last data row", StringComparison.Ordinal));
    }

    [Fact]
    public void Such_a_word_in_other_rows_too_is_a_category() =>
        Assert.Empty(Table.Load(Text("n,statistic,label", i => $"{Noise(i)},{(i % 2 == 0 ? "min" : "max")},{i % 3}")).Warnings);

    private static string Class(int i) => ((i * 7) % 3).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static double Noise(int i) => ((i * 7) % 11) + 0.5;

    private static string Text(string header, Func<int, string> row) => header + "\n" + string.Concat(Enumerable.Range(0, Rows).Select(i => row(i) + "\n"));

    private static TrainingData Numpy(params (string Name, byte[] Bytes)[] arrays)
    {
        using var archive = new NpzArchive(Table.Stream(NpyWriter.Archive(arrays)));
        return NumpyFormat.Load("set", "set.npz", archive.Names, archive.Read, DataOptions.Default);
    }
}
