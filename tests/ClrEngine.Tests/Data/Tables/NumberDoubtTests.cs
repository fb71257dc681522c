namespace ClrEngine.Tests.Data.Tables;

/// <summary>Numbers that may be read in more ways than one, or are none; and ordinary ones beside them, of which nothing is said.</summary>
public sealed class NumberDoubtTests
{
    private const int Rows = DoubtTable.Rows;

    [Theory]
    [InlineData(",", "1.588|530|12.345|88", "beside '530', of which the point is taken to stand before decimals; give -DecimalComma", 1.588)]
    [InlineData("\t", "1.588|530|12.345|88", "the point is taken to stand before decimals", 1.588)]
    [InlineData(";", "1.588|530|12.345|88", "the point is taken to group digits; give -DecimalComma:$false", 1588)]
    [InlineData(",", "-2.000|0|17.250|900", "values such as '-2.000' beside '0'", -2)]
    [InlineData(",", "999|1.000|1.001|998", "values such as '1.000' beside '999'", 999)]
    public void Whole_numbers_beside_three_decimals_may_have_groups_of_digits(string delimiter, string values, string said, double first)
    {
        string text = Column(values, delimiter);
        TrainingData data = Table.Load(text);
        Assert.Contains(said, Assert.Single(data.Warnings), StringComparison.Ordinal);
        Assert.Contains((float)first, data.Values());
        Assert.All([true, false], comma => Assert.Empty(Table.Load(text, Table.Raw with { DecimalComma = comma }).Warnings));
    }

    [Theory]
    [InlineData("0.123|0.456|0.789")]
    [InlineData("1.234|5.678|12.345")]
    [InlineData("1.588|530|0.5")]
    [InlineData("1.588|5300|12.345")]
    [InlineData("1.588|530|0.125")]
    [InlineData("1.588|530|2.25e1")]
    [InlineData("530|88|1200")]
    [InlineData("1.588.220|530|12.345")]
    [InlineData("0.5|1.234|7")]
    public void Other_numbers_with_points_are_told_by_their_column(string values) => Assert.Empty(Table.Load(Column(values, ",")).Warnings);

    [Theory]
    [InlineData(",", "1.234|0.5|7", 1.234)]
    [InlineData(";", "1.234|0.5|7", 1.234)]
    [InlineData("\t", "1.234|0.5|7", 1.234)]
    [InlineData(";", "1.234|0,5|7", 1234)]
    [InlineData("\t", "1.234|0,5|7", 1234)]
    [InlineData(";", "1,234|0.5|7", 1234)]
    [InlineData("\t", "1,234|0,5|7", 1.234)]
    public void Another_field_of_the_column_tells_what_a_mark_is(string delimiter, string values, double first)
    {
        TrainingData data = Table.Load(Column(values, delimiter));
        Assert.Empty(data.Warnings);
        Assert.Contains((float)first, data.Values());
        Assert.Contains(0.5f, data.Values());
    }

    [Theory]
    [InlineData(",", "1.234|\"5,678\"|9.012")]
    [InlineData(";", "1.234|5,678|9.012")]
    [InlineData("\t", "1.234|5,678|7")]
    public void Both_marks_before_three_digits_are_refused_until_one_is_told(string delimiter, string values)
    {
        string text = Text(string.Join(delimiter, "area", "n", "label"), i => string.Join(delimiter, delimiter == "," ? "0.5" : $"{i % 7}.25", values.Split('|')[i % 3], Class(i)));
        Assert.Contains("'5,678' in data row 2 of its column 'n', and '1.234' in data row 1", Table.AssertFault(DataErrors.Value, text).Message, StringComparison.Ordinal);
        Assert.Contains(5678f, Table.Load(text, Table.Raw with { DecimalComma = false }).Values());
    }

    [Theory]
    [InlineData("1.234|5,678|0.5", 5678, "'5,678' in data row 2, taken for a whole number with its digits grouped, beside '1.234' in data row 1")]
    [InlineData("1.234|5,678|0,5", 1234, "'1.234' in data row 1, taken for a whole number with its digits grouped, beside '5,678' in data row 2")]
    public void Both_marks_where_another_field_tells_are_said(string values, double grouped, string said)
    {
        TrainingData data = Table.Load(Column(values, ";"));
        Assert.Contains(said, Assert.Single(data.Warnings), StringComparison.Ordinal);
        Assert.Contains((float)grouped, data.Values());
        Assert.Empty(Table.Load(Column(values, ";"), Table.Raw with { DecimalComma = values.Contains("0,5", StringComparison.Ordinal) }).Warnings);
    }

    [Fact]
    public void Exponents_of_Fortran_are_read_and_codes_like_them_are_words()
    {
        Assert.Contains(-25f, Table.Load(Column("1.5D+01|-2.5d+01|3.0D-02", ",")).Values());
        Assert.Equal(4, Table.Load(Column("1d5|2d5|3d2", ",")).Shape[0]);
    }

    [Theory]
    [InlineData("1 1:0.5 2:{0} 7:-1e-3")]
    [InlineData("+1\t1:{0}\t2:5")]
    [InlineData("2 qid:1 1:{0} 2:5")]
    public void Numbered_values_of_LIBSVM_are_refused(string row) =>
        Assert.Contains("as LIBSVM and SVMlight write them", Table.AssertFault(DataErrors.Magic, Text("", i => string.Format(CultureInfo.InvariantCulture, row, i % 5))).Message, StringComparison.Ordinal);

    [Fact]
    public void Another_column_tells_what_a_point_is()
    {
        Assert.Empty(Table.Load(Text("area,n,label", i => $"{i % 7}.5,{(i % 2 == 0 ? "1.588" : "530")},{Class(i)}")).Warnings);
        TrainingData data = Table.Load(Text("area;n;label", i => $"{i % 7},5;{(i % 2 == 0 ? "1.588" : "530")};{Class(i)}"));
        Assert.Empty(data.Warnings);
        Assert.Contains(1588f, data.Values());
        // One in doubt puts all of their kind in doubt.
        Assert.Contains("'m' has values such as '2.345', of which", string.Join('\n', Table.Load(Text("m,n,label", i => $"{2 + (i % 3)}.345,{(i % 2 == 0 ? "\u22121.588" : "\u2212530")},{Class(i)}")).Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-999", "{6}")]
    [InlineData("-9999", "{1}")]
    [InlineData("9999", "{1}")]
    [InlineData("999", "{13}")]
    [InlineData("99", "{12}")]
    [InlineData("-200", "{1}")]
    [InlineData("-32768", "{0}")]
    [InlineData("-99.9", "{1}")]
    [InlineData("1E+20", "{1}")]
    public void A_number_that_stands_for_nothing_is_said(string filler, string others)
    {
        TrainingData data = Table.Load(Text("n,label", i => (i % 30 == 7 ? filler : others == "{0}" ? $"{i % 9}" : Format(others, i)) + "," + Class(i)));
        Assert.Contains($"'n' has {filler} in 4 of 120 rows, first in data row 8, far from all others", Assert.Single(data.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Such_a_number_among_its_like_is_a_number()
    {
        Assert.Empty(Table.Load(Text("year,label", i => $"{(i % 3 == 0 ? 99 : 92 + (i % 4))},{Class(i)}")).Warnings);
        Assert.Empty(Table.Load(Text("n,m,label", i => $"{900 + (i * 7 % 100)},{(i % 60 == 7 ? 99 : i % 2)},{Class(i)}")).Warnings);
    }

    [Theory]
    [InlineData(">50K|<=50K")]
    [InlineData("1st|2nd|3rd")]
    [InlineData("4th|5th|6th|7th")]
    [InlineData("<1H OCEAN|INLAND|NEAR BAY")]
    [InlineData("18-25|26-35|36-45|46-65|65+")]
    [InlineData("2WD|4WD|AWD")]
    [InlineData("1Story|2Story|1.5Fin|SLvl")]
    public void Categories_that_begin_with_digits_are_no_numbers_with_units(string values) => Assert.Empty(Table.Load(Column(values, ",")).Warnings);

    [Theory]
    [InlineData("5 kg|7 kg|12.5 kg")]
    [InlineData("180cm|175cm|160cm|158cm")]
    [InlineData("1.5L|2.0L|3L")]
    [InlineData("~5|~7|~9")]
    [InlineData("12 mg/l|8 mg/l|9 mg/l")]
    [InlineData("'5|'7|'9")]
    [InlineData("=\"5\"|=\"7\"|=\"9\"")]
    [InlineData("- 5|- 7|- 9")]
    [InlineData("\u20135.5|\u20137|\u20139")]
    [InlineData("1.2K|350K|3M|12M")]
    [InlineData("5\u00B0C|7\u00B0C|9\u00B0C")]
    public void Numbers_with_one_unit_are_said(string values) =>
        Assert.Contains("numbers that are all written in one way", Assert.Single(Table.Load(Column(values, ",")).Warnings), StringComparison.Ordinal);

    [Theory]
    [InlineData("(0.85)|1.25|3.5")]
    [InlineData("1.5|0.85-|3")]
    [InlineData("(1,250.00)|3.5|4.25")]
    [InlineData("($12)|7|8")]
    [InlineData("-|(3)|5")]
    public void Negative_numbers_of_bookkeepers_are_refused(string values) =>
        Assert.Contains("write a minus before it", Table.AssertFault(DataErrors.Value, Column(values, ";")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("05-Jan-20|17-Feb-20|03-Mar-21")]
    [InlineData("05JAN2020|17FEB2020|03MAR2021")]
    [InlineData("Jan 5 2020|February 17 2020|Sept. 3 2021")]
    [InlineData("5. Januar 2020|17. März 2020|3. Dezember 2021")]
    [InlineData("26/Nov/2026:16:18:09 +0000|27/Nov/2026:16:18:09 +0000|28/Nov/2026:00:00:00 +0000")]
    [InlineData("Thu Nov 26 16:18:09 UTC 2026|Fri Nov 27 06:18:09 UTC 2026|Sat Nov 28 6:18:09 UTC 2026")]
    [InlineData("2020-01|2020-02|2021-12")]
    [InlineData("01/2020|02/2020|12/2021")]
    [InlineData("Jan 2000|February 2001|Sept. 2002")]
    [InlineData("2000-Jan|2001 Feb|Dec-20")]
    [InlineData("2020Q1|2020-Q2|Q3 2021")]
    [InlineData("2020-W05|2020W17|2021-W53-7")]
    [InlineData("9:30|16:45|23:59")]
    [InlineData("16:18:09.25|00:00:00|1:02:03")]
    [InlineData("4:18 PM|11:59 am|12:00 a.m.")]
    [InlineData("0 days 00:05:30|1 days 12:00:00.5|2 days 00:00:01")]
    public void Days_with_names_and_times_are_refused_as_dates(string values)
    {
        string text = Column(values, ";");
        Assert.Contains(", a date or a time", Table.AssertFault(DataErrors.Value, text).Message, StringComparison.Ordinal);
        Assert.Empty(Table.Load(text, Table.Raw with { CategoryColumns = ["n"] }).Warnings);
    }

    [Theory]
    [InlineData("\u0661\u066B\u0665|\u0662|\u0663")]
    [InlineData("\uFF11|\uFF12|-\uFF13")]
    [InlineData("\u0967|\u0968|\u0969")]
    public void Numbers_in_digits_of_other_scripts_are_refused(string values) =>
        Assert.Contains("in other digits than 0 to 9", Table.AssertFault(DataErrors.Value, Column(values, ",")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("16:9|4:3|21:9")]
    [InlineData("may 12|june 3|april 7")]
    [InlineData("3 marbles 12|4 marbles 12|5 marbles")]
    [InlineData("Jan|Feb|Mar")]
    [InlineData("2020-13|1234-05|20-2020")]
    [InlineData("Q1|Q2|W05")]
    public void Texts_that_are_no_days_are_words(string values) => Assert.DoesNotContain(", a date", string.Join('\n', Table.Load(Column(values, ";")).Warnings), StringComparison.Ordinal);

    [Fact]
    public void Blanks_between_numbers_and_a_tab_before_a_name_are_read()
    {
        // As UCI's auto-mpg.data is written.
        string text = string.Concat(Enumerable.Range(0, Rows).Select(static i => $"{10 + (i % 20)}.0   {4 + (i % 3)}   {300 + i}.0      130.0      {3000 + (i * 7)}.      12.{i % 10}   70  {1 + (i % 3)}\t\"chevrolet malibu {i}\"\n"));
        TrainingData data = Table.Load(text, Table.Raw with { LabelColumn = "0", IgnoreColumns = ["8", "3", "6"] });
        Assert.Equal([5], data.Shape);
        Assert.IsType<ValueTargets>(Table.Load(text, Table.Raw with { LabelColumn = "0", IgnoreColumns = ["8"], Regression = true }).Train.Targets);
        Assert.Contains("they are names, not classes", Table.AssertFault(DataErrors.Label, text).Message, StringComparison.Ordinal);
        Assert.Equal([4], Table.Load(Text("", static i => $"New York {i % 4}\t{Class(i)}")).Shape);
    }

    // Stored in 32 bits, and by some writers widened as if it had a sign.
    [Theory]
    [InlineData(0xFF, 0xFF, true)]
    [InlineData(0, 0, true)]
    [InlineData(4, 0, false)]
    [InlineData(0, 0x80, false)]
    public void A_parquet_number_of_8_bits_is_one_of_8_bits_or_refused(byte second, byte last, bool isRead)
    {
        byte[] file = ParquetMaker.Bytes(Parquet.CompressionMethod.None, int.MaxValue, ("n", new byte[] { 1, 200, 3, 4 }), ("y", new[] { "a", "b", "a", "b" }));
        for (int at; (at = file.AsSpan().IndexOf((byte[])[200, 0, 0, 0])) >= 0;)
            (file[at], file[at + 1], file[at + 2], file[at + 3]) = (201, second, last == 0x80 ? (byte)0 : last, last);
        if (isRead)
        {
            Assert.Contains(201f, ParquetTests.Load(file).Values());
            return;
        }

        var refused = Assert.Throws<DataFormatException>(() => ParquetTests.Load(file));
        Assert.Equal(DataErrors.Value, refused.Cause);
        Assert.Contains("in data row 2 of its column 'n', which is to have unsigned numbers of 8 bits, 0 to 255", refused.Message, StringComparison.Ordinal);
    }

    private static string Column(string values, string delimiter) => DoubtTable.Column(values, delimiter);

    private static string Format(string row, int i) => DoubtTable.Format(row, i);

    private static string Class(int i) => DoubtTable.Class(i);

    private static string Text(string header, Func<int, string> row) => DoubtTable.Text(header, row);
}

file static class DataValues
{
    public static float[] Values(this TrainingData data) => [.. data.Train.Samples.ReadAll(), .. data.Validation.Samples.ReadAll()];
}
