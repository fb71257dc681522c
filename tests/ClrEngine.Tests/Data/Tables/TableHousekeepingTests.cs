using ClrEngine.Data.Tables;

namespace ClrEngine.Tests.Data.Tables;

/// <summary>Headers that are hard to tell from data, and what stands in a table beside what was measured.</summary>
public sealed class TableHousekeepingTests
{
    [Theory]
    [InlineData("a,b,y", "{1},{2},{3},{4}")] // floats
    [InlineData("wind,hum,temp", "{6},{7},{8},{7}")] // a decimal comma in the last column
    [InlineData("temp,hum,wind", "{0},{7},{6},{8}")] // whole parts that are no two alike
    [InlineData("a,b,y", "1,{1},{2},{3}")] // a constant
    [InlineData("a,b,y", "{5},{1},{2},{3}")] // words
    [InlineData("addr,a,label", "{0} Main St, Town,{1},{11}")] // an address
    [InlineData("addr,a,label", "{0} Main St,Town,{1},{11}")]
    [InlineData("a;b;y", "{1};{2};{3};{4}")]
    public void A_header_one_field_short_is_refused_where_the_first_field_need_not_name_the_rows(string header, string row) =>
        Assert.Contains("need not name the rows", Table.AssertFault(DataErrors.RowLength, Text(header, row)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("a,b,y", "\"{0}\",{1},{2},{11}")] // R's usual quotes
    [InlineData("a,b,y", "car {0},{1},{2},{11}")]
    [InlineData("a b y", "\"car {0}\" {1} {2} {11}")]
    [InlineData("a;b;y", "{0};{1};{2};{11}")]
    [InlineData("a\tb\ty", "g{0}\t{5}\t{2}\t{11}")]
    public void A_header_one_field_short_is_that_of_rows_with_names(string header, string row)
    {
        TrainingData data = Table.Load(Text(header, row));
        Assert.Equal("b", data.FeatureNames![^1]);
        Assert.Contains("counts or names the rows", Assert.Single(data.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2019,2020,2021,2022", "{1},{2},{3},{4}")]
    [InlineData("2019,2020,2021,2022", "{0},{0},{0},{12}")]
    [InlineData("400,410,420,430,440,450", "{1},{2},{3},{4},{1},{2}")]
    [InlineData("0.5,1.0,1.5,2.0,2.5,class", "{1},{2},{3},{4},{1},{11}")]
    [InlineData("country,2019,2020,2021", "{5},{1},{2},{3}")]
    [InlineData("125,250,500,1000", "{1},{2},{3},{4}")]
    [InlineData("100.1;100.2;100.3;y", "{6};{7};{8};{11}")]
    [InlineData("2021,2020,2019,label", "{1},{2},{3},{11}")]
    public void Numbers_in_their_order_above_others_are_names(string header, string row)
    {
        TrainingData data = Table.Load(Text(header, row));
        Assert.Equal(DoubtTable.Rows, data.Train.Count + data.Validation.Count);
        Assert.Contains(data.Warnings, static warning => warning.Contains("is taken for names", StringComparison.Ordinal));
        if (!row.Contains("{5}", StringComparison.Ordinal)) Assert.Equal(header.Split(',', ';')[..^1], data.FeatureNames);
    }

    [Theory]
    [InlineData("1,2,3,4,5", "{6},{7},{8},{10},{6}")] // stand below too
    [InlineData("10,20,30,40,x", "{6},{6},{6},{6},{11}")] // three of them far from the others, and one not
    [InlineData("1,2,3,a", "{6},{7},{8},{11}")]
    [InlineData("5.25,6.25,a", "{1},{2},{11}")]
    public void Numbers_of_a_first_row_that_may_be_data_are_data(string first, string row) =>
        Assert.Equal(DoubtTable.Rows + 1, Count(Table.Load(Text(first, row))));

    [Fact]
    public void Years_that_stand_below_too_are_said_where_they_are_data()
    {
        string text = Text("2019,2020,2021", "{0},{7},{11}") + "2019,2020,1.5\n";
        Assert.Contains(Table.Load(text).Warnings, static warning => warning.Contains("its first row ('2019,2020,2021…') is taken for data, though its numbers stand in equal steps", StringComparison.Ordinal));
        Assert.DoesNotContain(Table.Load(text, Table.Raw with { HeaderRow = HeaderRow.Absent }).Warnings, static warning => warning.Contains("equal steps", StringComparison.Ordinal));
    }

    [Fact]
    public void Rows_that_all_go_on_in_steps_are_data() =>
        Assert.Equal(DoubtTable.Rows, Count(Table.Load(DoubtTable.Text("", static i => string.Create(CultureInfo.InvariantCulture, $"{i},{i + 1},{i + 2},{i + 3},{i * i % 7}.5")))));

    [Theory]
    [InlineData("a,b,y", "sum")]
    [InlineData("a,b,c,y", "sum")]
    [InlineData("a,b,y", "mean")]
    [InlineData("a,text,b,y", "sum")]
    [InlineData("a,b,y", "first")]
    public void A_row_of_sums_is_said_though_no_word_tells(string header, string what)
    {
        string[] names = header.Split(',');
        double[][] columns = [.. names.Select(static (_, c) => Enumerable.Range(0, 40).Select(i => (i * (c + 3) % 17) + 0.5).ToArray())];
        string Row(Func<double[], double> of) => string.Join(',', names.Select((name, c) => name == "text" ? "ab"[(int)of(columns[c]) % 2].ToString() : of(columns[c]).ToString("R", CultureInfo.InvariantCulture)));
        string[] rows = [.. Enumerable.Range(0, 40).Select(i => Row(column => column[i]))];
        string sums = Row(column => what == "mean" ? column.Average() : column.Sum());
        string text = header + "\n" + string.Join('\n', what == "first" ? [sums, .. rows] : [.. rows, sums]) + "\n";
        Assert.Contains(Table.Load(text).Warnings, warning => warning.Contains($"its data row {(what == "first" ? 1 : 41)} of 41 holds the {(what == "mean" ? "mean" : "sum")} of all others", StringComparison.Ordinal));
        Assert.DoesNotContain(Table.Load(header + "\n" + string.Join('\n', rows) + "\n").Warnings, static warning => warning.Contains("of all others", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("yyyyMMdd", true)]
    [InlineData("yyyyMM", true)]
    [InlineData("yyyyMMddHHmm", true)]
    [InlineData("yyyy", false)]
    public void Days_that_are_written_as_one_number_are_said(string format, bool areSaid)
    {
        var first = new DateTime(2020, 1, 30, 0, 0, 0, DateTimeKind.Unspecified);
        string text = DoubtTable.Text("when,a,label", i => string.Create(CultureInfo.InvariantCulture, $"{first.AddDays(i % 90).ToString(format, CultureInfo.InvariantCulture)},{i % 7}.5,{DoubtTable.Class(i)}"));
        Assert.Equal(areSaid, Table.Load(text).Warnings.Any(static warning => warning.Contains("days or months", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("\uFEFF\uFEFFlabel,b,c")]
    [InlineData("\u200Blabel,b,c")]
    [InlineData("\u2060label\u200B,b,c")]
    [InlineData("b,label\u200B,c")]
    [InlineData("b,\uFEFFlabel,c")]
    public void What_has_no_width_hides_no_name(string header) => Assert.Contains("'label' is predicted, by its name", Assert.Single(Table.Load(Text(header, "{6},{7},{1}")).Warnings, static warning => warning.Contains("by its name", StringComparison.Ordinal)), StringComparison.Ordinal);

    [Theory]
    [InlineData("y_true,a,b", "{13},{1},{2}", "y_true")]
    [InlineData("gt,a,b", "{12},{1},{2}", "gt")]
    [InlineData("quality,rooms,area", "{13},{1},{2}", "quality")]
    [InlineData("a,sick_label,b", "{1},{12},{2}", "sick_label")]
    [InlineData("kind,width,depth,thickness", "{5},{1},{2},{3}", "kind")]
    [InlineData("", "{5},{6},{7},{8},{6}", "0")] // balance-scale
    public void A_label_that_does_not_stand_last_is_said(string header, string row, string likely) =>
        Assert.Contains(Table.Load(Text(header, row)).Warnings, warning => warning.Contains($"and '{likely}' may be the one that is meant", StringComparison.Ordinal));

    [Fact]
    public void Minus_one_and_one_in_the_first_column_may_be_the_classes() =>
        Assert.Contains(Table.Load(DoubtTable.Text("", static i => (i * 7 % 5 < 2 ? "-1" : "1") + DoubtTable.Format("\t{1}\t{2}\t{3}\t{4}", i))).Warnings, static warning => warning.Contains("and '0' may be the one that is meant", StringComparison.Ordinal));

    [Fact]
    public void Thousands_or_decimals_that_nothing_tells_are_said_in_files_with_semicolons()
    {
        string text = DoubtTable.Text("a;price", static i => string.Create(CultureInfo.InvariantCulture, $"{i % 9};{1 + (i % 8)}.{501 + i}"));
        Assert.Contains(Table.Load(text).Warnings, static warning => warning.Contains("-DecimalComma if it groups digits", StringComparison.Ordinal));
        Assert.DoesNotContain(Table.Load(text, Table.Raw with { DecimalComma = false }).Warnings, static warning => warning.Contains("-DecimalComma", StringComparison.Ordinal));
        Assert.DoesNotContain(Table.Load(text.Replace(';', ',')).Warnings, static warning => warning.Contains("-DecimalComma", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("NA")]
    [InlineData("null")]
    [InlineData("")]
    public void Words_for_a_missing_value_are_none_in_Parquet_either(string word)
    {
        string[] words = [.. Enumerable.Range(0, 12).Select(i => i == 3 ? word : "DE")], labels = [.. Enumerable.Range(0, 12).Select(static i => "ab"[i % 2].ToString())];
        byte[] file = ParquetMaker.Bytes(("c", words), ("n", Enumerable.Range(0, 12).Select(static i => i * i % 7).ToArray()), ("label", labels));
        Assert.Contains("in data row 4 of its column 'c'", Assert.Throws<DataFormatException>(() => Prepare(Table.Raw)).Message, StringComparison.Ordinal);
        if (word.Length > 0) Assert.Contains($"c={word}", Prepare(Table.Raw with { MissingValues = [] }).FeatureNames!);

        TrainingData Prepare(DataOptions options) => TablePreparation.Prepare("set", "set", ParquetTable.Read(Table.Stream(file), options), null, options);
    }

    [Fact]
    public void Whole_numbers_that_double_precision_makes_one_are_not_said_to_count_or_to_be_one()
    {
        TrainingData data = Table.Load(DoubtTable.Text("n,a,label", static i => string.Create(CultureInfo.InvariantCulture, $"{1_152_921_504_606_846_976 + i},{i % 7}.5,{DoubtTable.Class(i)}")));
        Assert.DoesNotContain(data.Warnings, static warning => warning.Contains("counts the rows", StringComparison.Ordinal));
        Assert.Contains(data.Warnings, static warning => warning.Contains("as read in double precision", StringComparison.Ordinal));
    }

    [Fact]
    public void Values_of_which_each_is_another_are_refused_with_the_way_to_predict_them() =>
        Assert.Contains("-Regression", Table.AssertFault(DataErrors.TooFew, "a,salary\n1,45000\n2,50000\n3,60000\n4,80000\n").Message, StringComparison.Ordinal);

    [Fact]
    public void A_first_row_whose_words_all_come_again_and_again_is_data_without_a_word() =>
        Assert.Empty(Table.Load(DoubtTable.Text("", static i => $"{"xob"[i * 7 % 3]},{"xob"[i / 2 % 3]},{"xob"[i / 5 % 3]},{DoubtTable.Class(i)}")).Warnings);

    private static string Text(string header, string row) => DoubtTable.Text(header, i => DoubtTable.Format(row, i));

    private static int Count(TrainingData data) => (int)(data.Train.Count + data.Validation.Count);
}
