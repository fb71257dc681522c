namespace ClrEngine.Tests.Data.Tables;

/// <summary>The column decides, not one of its fields.</summary>
public sealed class ColumnKindTests
{
    // Sixty rows of one column of numbers beside the label, of which the twelfth is another field.
    private static string With(string field, string header = "size", Func<int, string>? others = null) =>
        $"{header},y\n" + string.Concat(Enumerable.Range(1, 60).Select(i => $"{(i == 12 ? field : others?.Invoke(i) ?? $"{(i * 7) % 11}")},{(i % 2 == 0 ? "a" : "b")}\n"));

    [Theory]
    [InlineData("None")]
    [InlineData("<NA>")]
    [InlineData("#N/A")]
    [InlineData("#DIV/0!")]
    [InlineData("NULL")]
    [InlineData(@"\N")]
    [InlineData("NaT")]
    [InlineData("-nan")]
    [InlineData("1.#IND")]
    [InlineData(".")]
    [InlineData("-")]
    [InlineData("—")]
    [InlineData("n.a.")]
    [InlineData("?")]
    [InlineData("")]
    public void A_missing_value_among_numbers_is_refused_by_row_column_and_text(string missing) =>
        Assert.Contains($"('{missing}') in data row 12 of its column 'size'", Table.AssertFault(DataErrors.MissingValue, With(missing)).Message);

    [Theory]
    [InlineData("inf")]
    [InlineData("-Infinity")]
    [InlineData("+INF")]
    [InlineData("∞")]
    [InlineData("-1.#INF")]
    public void What_is_not_finite_is_refused_by_row_and_column(string field) =>
        Assert.Contains($"'{field}' in data row 12 of its column 'size', which is not finite", Table.AssertFault(DataErrors.Value, With(field)).Message);

    [Theory]
    [InlineData("twelve")]
    [InlineData("12x")]
    [InlineData("1.2.3")]
    [InlineData("12 kg")]
    [InlineData("2020-01-01")]
    [InlineData("5%")]
    [InlineData("\"1,5\"")]
    public void An_odd_field_among_numbers_is_refused_by_row_and_column(string field) =>
        Assert.Contains($"'{field.Trim('"')}' in data row 12 of its column 'size'", Table.AssertFault(DataErrors.Value, With(field, others: static i => $"{i}.25")).Message);

    [Fact]
    public void An_odd_label_among_numbers_is_refused_too()
    {
        string text = "x,y\n" + string.Concat(Enumerable.Range(0, 60).Select(static i => $"{i % 7},{(i == 4 ? "two" : i % 2)}\n"));
        Assert.Contains("'two' in data row 5 of its column 'y'", Table.AssertFault(DataErrors.Value, text).Message);
    }

    [Fact]
    public void A_column_that_is_half_numbers_is_words_and_says_so()
    {
        TrainingData data = Table.Load("code,n,y\n" + string.Concat(Enumerable.Range(0, 60).Select(static i => $"{(i % 3 == 0 ? "A" : i % 3)},{i % 5},{i % 2}\n")));
        Assert.Equal(["code=1", "code=2", "code=A", "n"], data.FeatureNames);
        Assert.Contains("'code' has numbers in 40 of 60 rows, and texts such as 'A' in data row 1", Assert.Single(data.Warnings));
    }

    [Fact]
    public void A_label_of_numbers_and_a_word_is_said_or_refused()
    {
        Assert.Contains("('unknown') in data row 3 of its column 'y'", Table.AssertFault(DataErrors.MissingValue, Labels("unknown")).Message);
        Assert.Contains("'other' in data row 3", Assert.Single(Table.Load(Labels("other")).Warnings));

        static string Labels(string word) => "x,y\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{i % 7},{new[] { "1", "2", word }[i % 3]}\n"));
    }

    [Fact]
    public void Which_words_are_missing_can_be_given()
    {
        const string Text = "continent,n,y\nEU,1,a\nNA,2,b\nAS,1,a\nNA,2,b\nEU,5,a\n";
        Assert.Contains("-MissingValue", Table.AssertFault(DataErrors.MissingValue, Text).Message);
        Assert.Equal(["continent=AS", "continent=EU", "continent=NA", "n"], Table.Load(Text, Table.Raw with { MissingValues = [] }).FeatureNames);
        Assert.Contains("('AS') in data row 3", Table.AssertFault(DataErrors.MissingValue, Text, Table.Raw with { MissingValues = ["as"] }).Message);
        Assert.Contains("('-999') in data row 12", Table.AssertFault(DataErrors.MissingValue, With("-999"), Table.Raw with { MissingValues = ["-999"] }).Message);
    }

    [Fact]
    public void A_dash_is_a_word_among_words() =>
        Assert.Equal(["grade=+", "grade=-", "grade=o"], Table.Load("grade,y\n+,a\n-,b\no,a\n-,b\n+,a\no,b\n").FeatureNames);

    [Theory]
    [InlineData("2024-01-0{0}")]
    [InlineData("2024-01-0{0} 12:30:00")]
    [InlineData("0{0}.12.2024")]
    [InlineData("{0}/12/2024")]
    public void Dates_are_refused_unless_they_are_categories(string format)
    {
        string text = With(string.Format(CultureInfo.InvariantCulture, format, 3), "day", i => string.Format(CultureInfo.InvariantCulture, format, 1 + (i % 3)));
        Assert.Contains("a date", Table.AssertFault(DataErrors.Value, text).Message);
        Assert.Equal(3, Table.Load(text, Table.Raw with { CategoryColumns = ["day"] }).FeatureNames!.Count);
    }

    [Theory]
    [InlineData("{0}%")]
    [InlineData("{0} %")]
    [InlineData("${0}")]
    [InlineData("-${0}")]
    [InlineData("{0} €")]
    [InlineData("£ {0}")]
    public void Percent_and_money_are_refused_by_row_and_column(string format)
    {
        string message = Table.AssertFault(DataErrors.Value, With(string.Format(CultureInfo.InvariantCulture, format, 3), others: i => string.Format(CultureInfo.InvariantCulture, format, i % 3))).Message;
        Assert.Contains("data row 1 of its column 'size', a number with a sign for percent or money", message);
    }

    [Theory]
    [InlineData("{0} kg")]
    [InlineData("0x{0}")]
    [InlineData("<{0}")]
    [InlineData("{0}.5 kr")]
    public void Words_that_begin_with_digits_are_said(string format)
    {
        string text = With(string.Format(CultureInfo.InvariantCulture, format, 3), others: i => string.Format(CultureInfo.InvariantCulture, format, i % 3));
        Assert.Contains("taken for words", Assert.Single(Table.Load(text).Warnings));
        Assert.Empty(Table.Load(text, Table.Raw with { CategoryColumns = ["size"] }).Warnings);
    }

    [Fact]
    public void Numbers_can_be_categories()
    {
        Assert.Equal(["size=0", "size=10"], Table.Load(With("10", others: static _ => "0"), Table.Raw with { CategoryColumns = ["size"] }).FeatureNames);
        Assert.Equal(["n=1", "n=2"], ParquetTests.Load(ParquetMaker.Bytes(("n", new[] { 1, 2, 1, 2 }), ("y", new[] { 0, 1, 0, 1 })), Table.Raw with { CategoryColumns = ["n"] }).FeatureNames);
    }

    [Fact]
    public void Many_whole_numbers_of_which_hardly_one_comes_twice_are_values_and_that_is_said()
    {
        string text = "x,y\n" + string.Concat(Enumerable.Range(0, 30).Select(static i => $"{i % 7},{i * 3}\n"));
        TrainingData guessed = Table.Load(text);
        Assert.IsType<ValueTargets>(guessed.Train.Targets);
        Assert.Contains("'y' stands there twice", Assert.Single(guessed.Warnings), StringComparison.Ordinal);
        Assert.Empty(Table.Load(text, new DataOptions { Regression = true }).Warnings);
    }
}

/// <summary>Decimal commas and grouped digits.</summary>
public sealed class DecimalTests
{
    [Theory]
    [InlineData("0,5", "1,5", "2,25", 0.5f, 1.5f, 2.25f)]
    [InlineData("1.234,5", "-0,25", "7", 1234.5f, -0.25f, 7)]
    [InlineData("0,123", "1,234", "2,345", 0.123f, 1.234f, 2.345f)]
    [InlineData("1 234,5", "2 000,25", "7", 1234.5f, 2000.25f, 7)]
    [InlineData("1.234.567,5", "1.000", "0,5", 1234567.5f, 1000, 0.5f)]
    [InlineData("1,5e3", "2E-1", "0,5", 1500, 0.2f, 0.5f)]
    [InlineData(",5", "1", "2", 0.5f, 1, 2)]
    public void Decimal_commas_are_told_by_the_column(string one, string two, string three, float first, float second, float third)
    {
        foreach ((string header, string quote, char delimiter) in new[] { ("x;y\n", "", ';'), ("x\ty\n", "", '\t'), ("x,y\n", "\"", ','), ("", "", ';') })
        {
            TrainingData data = Table.Load(header + string.Join('\n', new[] { one, two, three, two }.Select((text, i) => $"{quote}{text}{quote}{delimiter}{"ab"[i % 2]}")));
            Assert.Equal(new[] { first, second, third, second }.Order(), data.RowsInOrder().Select(static row => row[0]));
            Assert.Empty(data.Warnings);
        }
    }

    [Theory]
    [InlineData("1,234", "12,000", "999", 1234, 12000, 999)]
    [InlineData("1,234.5", "12,000", "7.25", 1234.5f, 12000, 7.25f)]
    [InlineData("1,234,567", "2,000", "5", 1234567, 2000, 5)]
    [InlineData("1'234.5", "2'000", "5", 1234.5f, 2000, 5)]
    [InlineData("1 234", "2 000", "5", 1234, 2000, 5)]
    public void Grouped_digits_are_numbers(string one, string two, string three, float first, float second, float third)
    {
        TrainingData data = Table.Load("x,y\n" + string.Join('\n', new[] { one, two, three, two }.Select((text, i) => $"\"{text}\",{"ab"[i % 2]}")));
        Assert.Equal(new[] { first, second, third, second }.Order(), data.RowsInOrder().Select(static row => row[0]));
    }

    [Fact]
    public void A_comma_that_may_group_or_not_goes_by_the_delimiter_and_is_said_or_asked()
    {
        const string Commas = "x,y\n\"1,234\",a\n\"2,345\",b\n\"1,234\",a\n\"2,345\",b\n";
        TrainingData grouped = Table.Load(Commas), decimals = Table.Load("x;y\n1,234;a\n2,345;b\n1,234;a\n2,345;b\n");
        Assert.Equal(1234, grouped.RowsInOrder()[0][0]);
        Assert.Contains("-DecimalComma", Assert.Single(grouped.Warnings));
        Assert.Equal(1.234f, decimals.RowsInOrder()[0][0]);
        Assert.Contains("-DecimalComma:$false", Assert.Single(decimals.Warnings));
        Table.AssertFault(DataErrors.Value, "x\ty\n1,234\ta\n2,345\tb\n1,234\ta\n2,345\tb\n");
        Assert.Equal(1.234f, Table.Load(Commas, Table.Raw with { DecimalComma = true }).RowsInOrder()[0][0]);
        Assert.Equal(1234, Table.Load("x;y\n1,234;a\n2,345;b\n1,234;a\n2,345;b\n", Table.Raw with { DecimalComma = false }).RowsInOrder()[0][0]);
    }

    [Fact]
    public void One_column_tells_for_another()
    {
        TrainingData data = Table.Load("x;z;y\n1,234;0,5;a\n2,345;1,5;b\n1,234;2,5;a\n2,345;3,5;b\n");
        Assert.Equal([1.234f, 0.5f], data.RowsInOrder()[0]);
        Assert.Empty(data.Warnings);
    }

    [Fact]
    public void Values_to_predict_have_decimal_commas_too()
    {
        TrainingData data = Table.Load("x;y\n1;0,5\n2;1,5\n3;2,5\n4;3,5\n5;4,5\n");
        Assert.Equal(12.5f, ((ValueTargets)data.Train.Targets).Values.Sum() + ((ValueTargets)data.Validation.Targets).Values.Sum());
    }

    [Theory]
    [InlineData("0.1")]
    [InlineData("123456789012345")]
    [InlineData("-98765.4321")]
    [InlineData("\u22125.25")]
    [InlineData("0.30000000000000004")]
    [InlineData("1e-5")]
    [InlineData("4.35")]
    [InlineData("-0.000001")]
    [InlineData("99999999999999")]
    [InlineData("3.4028234e38")]
    public void A_number_is_the_nearest_double(string text)
    {
        double expected = double.Parse(text.Replace('\u2212', '-'), CultureInfo.InvariantCulture);
        Assert.True(ClrEngine.Data.Tables.FieldText.TryParse(text, decimalComma: false, out double value));
        Assert.Equal(expected, value);
        Assert.True(ClrEngine.Data.Tables.FieldText.TryParse(text.Replace('.', ','), decimalComma: true, out value));
        Assert.Equal(expected, value);
    }
}
