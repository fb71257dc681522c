using System.Globalization;
using ClrEngine.Errors;

namespace ClrFigures.Tests;

public sealed class ReportTests
{
    [Fact]
    public void Every_kind_has_a_section_with_tables_and_figures()
    {
        Report report = SampleReport.Of();

        Assert.Equal(["Range tests", "Schedules", "Training"], report.Sections.Select(s => s.Name));
        Assert.Equal([3, 1, 1], report.Sections.Select(s => s.Tables.Count));
        Assert.Equal([1, 1, 3], report.Sections.Select(s => s.Figures.Count));
    }

    [Fact]
    public void A_kind_without_objects_has_no_section() =>
        Assert.Equal(["Training"], Report.From(ReportContent.From([Sample.History()]), "t").Sections.Select(s => s.Name));

    [Fact]
    public void Bounds_alone_make_a_table() =>
        Assert.Equal(["Suggested bounds"], Report.From(ReportContent.From([Sample.Bounds(Sample.RangeTest())]), "t").Sections.Select(s => s.Name));

    [Fact]
    public void Bounds_are_drawn_on_the_range_test_that_they_came_from()
    {
        LrRangeTestResult first = Sample.RangeTest(1), second = Sample.RangeTest(2);

        LrBounds ofFirst = Sample.Bounds(first), ofSecond = Sample.Bounds(second);

        ReportContent content = ReportContent.From([first, second, ofFirst, ofSecond]);

        Assert.Same(ofFirst, Assert.Single(content.RangeTests[0].Bounds));
        Assert.Same(ofSecond, Assert.Single(content.RangeTests[1].Bounds));
    }

    [Fact]
    public void Bounds_of_another_test_are_not_drawn_but_listed()
    {
        var strange = Sample.Bounds(Sample.RangeTest()) with { SteepestLr = 0.123 };

        ReportContent content = ReportContent.From([Sample.RangeTest(), strange]);

        Assert.Empty(content.RangeTests[0].Bounds);
        Assert.Equal([strange], content.OtherBounds);
    }

    [Fact]
    public void Every_row_is_as_long_as_its_heads() => Assert.All(
        SampleReport.Of().Sections.SelectMany(s => s.Tables),
        t => Assert.All(t.Rows, r => Assert.Equal(t.Columns.Count, r.Count)));

    [Fact]
    public void The_training_table_says_which_epoch_was_best()
    {
        TextTable table = SampleReport.Of().Sections[2].Tables[0];

        Assert.Equal("16", table.Rows[0][table.Columns.ToList().FindIndex(c => c.Name == "Best epoch")]);
    }

    [Fact]
    public void An_object_of_another_kind_is_refused_by_name()
    {
        var error = Assert.Throws<InvalidParameterException>(() => ReportContent.From(["text"]));

        Assert.Equal("NotReportable", error.ErrorId);
        Assert.Contains("String", error.Message);
    }

    [Fact]
    public void As_json_it_has_its_tables_and_figures()
    {
        JsonNode json = JsonNode.Parse(ReportJson.Write(SampleReport.Of(), SampleReport.Made))!;

        Assert.Equal("Digits", (string?)json["title"]);
        Assert.Equal([1, 1, 3], json["sections"]!.AsArray().Select(s => s!["figures"]!.AsArray().Count));
        Assert.NotNull(json["sections"]![0]!["figures"]![0]!["data"]);
    }

    [Fact]
    public void The_tables_of_a_range_test_and_its_bounds_name_one_lowest_rate()
    {
        IReadOnlyList<TextTable> tables = SampleReport.Of().Sections[0].Tables;

        Assert.Equal(Cell(tables[0], "at rate"), Cell(tables[1], "Lowest loss at"));

        static string Cell(TextTable table, string column) => table.Rows[0][table.Columns.ToList().FindIndex(c => c.Name == column)];
    }
}

public sealed class TableTests
{
    private static readonly TextTable Small = new([new("name"), new("rate", IsNumber: true)], [["a<b", "0.1"], ["longer", ""]], "Two & two");

    [Fact]
    public void As_text_names_stand_at_the_left_and_numbers_at_the_right() =>
        Assert.Equal("name    rate\na<b      0.1\nlonger", Small.ToText());

    [Fact]
    public void As_html_texts_are_encoded_numbers_stand_at_the_right_and_what_is_missing_is_a_dash()
    {
        string html = Small.ToHtml();

        Assert.Contains("Two &amp; two</caption>", html);
        Assert.Contains(">a&lt;b</div></th>", html);
        Assert.Contains("text-align:right;white-space:nowrap\">0.1</td>", html);
        Assert.Contains(">–</td>", html.Replace("&#8211;", "–", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("de-DE")]
    [InlineData("ar-SA")]
    public void Numbers_are_alike_in_every_culture(string culture)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            Assert.Equal(
                ["0.001235", "0.1235", "97.50 %", "0.900", "1.50", "1,234,567", "27.4 steps/s", "1,690 steps/s", "", "NaN"],
                new[] { NumberText.Rate(0.00123456), NumberText.Loss(0.12346), NumberText.Percent(97.5), NumberText.Momentum(0.9), NumberText.Seconds(1.5), NumberText.Whole(1234567), NumberText.Speed(27.43), NumberText.Speed(1690.4), NumberText.Rate(null), NumberText.Loss(double.NaN) });
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_rule_without_bounds_says_why_in_the_table_of_suggestions()
    {
        TextTable table = Tables.Suggestions([Sample.Bounds(Sample.RangeTest()), new NoSuggestion(SuggestionMethod.Smith, NoSuggestionErrors.NeverFell, "It never fell.")]);

        Assert.Equal(["Smith", "", "", "It never fell."], table.Rows[1]);
        Assert.StartsWith("The value is lowest at", table.Rows[0][3], StringComparison.Ordinal);
    }
}
