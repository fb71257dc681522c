using System.Xml.Linq;
using ClrFigures.Plotly;
using ClrFigures.Tests.Browser;
using Newtonsoft.Json.Linq;

namespace ClrFigures.Tests;

public sealed class StillPictureTests
{
    private const int Largest = 9_000;

    public static TheoryData<string> Names => Gallery.Names;

    [Theory, MemberData(nameof(Names))]
    public void It_is_small_and_says_what_the_figure_says(string name)
    {
        ClrFigure figure = Gallery.Figures[name];

        string svg = StillPicture.Draw(figure);

        string texts = string.Join(' ', XDocument.Parse(svg).Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value));
        Assert.InRange(svg.Length, 500, Largest);
        IEnumerable<string> expected = (bool)figure.Layout()["showlegend"]! ? figure.Legend().Select(n => System.Net.WebUtility.HtmlDecode(n!)) : [];
        Assert.All(expected, entry => Assert.Contains(entry, texts, StringComparison.Ordinal));
        Assert.All(figure.Title.Split(' '), word => Assert.Contains(word, texts, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Names))]
    public void It_has_no_number_that_is_none_and_no_script(string name) =>
        Assert.DoesNotMatch("NaN|∞|Infinity|<script|<image|href", StillPicture.Draw(Gallery.Figures[name]));

    [Fact]
    public void The_label_of_a_tick_at_the_edge_is_not_cut_off()
    {
        XElement label = XDocument.Parse(StillPicture.Draw(ScheduleFigure.Draw(Sample.Schedule(), count: 80_001))).Descendants().Single(e => e.Value == "80,000");

        Assert.InRange((double)label.Attribute("x")!, 580, 620);
    }

    [Fact]
    public void A_straight_line_is_drawn_by_its_corners() =>
        Assert.Matches("d=\"M[0-9. ]+(l[0-9. -]+){8}\"", StillPicture.Draw(ScheduleFigure.Draw(Sample.Schedule())));
}

public sealed class FigureSizeTests
{
    private const int Kilobyte = 1000;

    private static int Size(ClrFigure figure) => System.Text.Encoding.UTF8.GetByteCount(FigureHtml.Fragment(figure));

    [Fact]
    public void A_schedule_of_twenty_cycles_is_at_most_15_kilobytes() =>
        Assert.InRange(Size(ScheduleFigure.Draw(Sample.Schedule(), count: 80_001)), 1, 15 * Kilobyte);

    [Fact]
    public void Three_modes_are_at_most_25_kilobytes() => Assert.InRange(Size(ModesFigure.Draw()), 1, 25 * Kilobyte);

    [Theory]
    [InlineData(1000)]
    [InlineData(3000)]
    public void A_range_test_of_many_steps_is_at_most_40_kilobytes(int steps) => Assert.InRange(Size(RangeTestFigure.Draw(Sample.RangeTest(steps: steps))), 1, 40 * Kilobyte);

    [Fact]
    public void Ten_figures_of_a_notebook_are_at_most_300_kilobytes() => Assert.InRange(
        new[] { "schedule", "schedules", "modes", "sweep", "groups", "range-test", "range-test-methods", "range-test-repeats", "history", "histories" }.Sum(name => Size(Gallery.Figures[name])),
        1,
        300 * Kilobyte);
}

public sealed class LiveFigureTests
{
    [Fact]
    public void A_redraw_sends_what_is_new()
    {
        var live = new LiveFigure(HistoryFigure.Draw(Sample.History(epochs: 20)));

        string redraw = live.Redraw(HistoryFigure.Draw(Sample.History(epochs: 21)));

        Assert.Contains(".change('clr-", redraw, StringComparison.Ordinal);
        Assert.InRange(redraw.Length, 1, FigureHtml.Redraw(HistoryFigure.Draw(Sample.History(epochs: 21)), "a").Length / 4);
    }

    [Fact]
    public void Where_much_is_new_the_figure_is_sent_whole_and_later_changes_are_to_that()
    {
        var live = new LiveFigure(HistoryFigure.Draw(Sample.History(epochs: 1)));

        Assert.Contains(", 1)", live.Redraw(HistoryFigure.Draw(Sample.History(epochs: 20))), StringComparison.Ordinal);
        Assert.Contains(", 1, {", live.Redraw(HistoryFigure.Draw(Sample.History(epochs: 21))), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_is_new_nothing_is_sent()
    {
        var live = new LiveFigure(HistoryFigure.Draw(Sample.History(epochs: 2)));

        Assert.Empty(live.Redraw(HistoryFigure.Draw(Sample.History(epochs: 2))));
    }

    [Theory]
    [InlineData("{\"a\":1,\"b\":[1,2]}", "{\"a\":1,\"b\":[1,2]}", null)]
    [InlineData("{\"a\":1,\"b\":2}", "{\"a\":1,\"b\":3}", "{\"b\":{\"$\":3}}")]
    [InlineData("{\"a\":1}", "{\"b\":1}", "{\"a\":{\"$\":null},\"b\":{\"$\":1}}")]
    [InlineData("[1,2,3]", "[1,2,4,5]", "{\"$from\":2,\"$tail\":[4,5]}")]
    [InlineData("[{\"y\":[1]},{\"y\":[1]}]", "[{\"y\":[1]},{\"y\":[1,2]}]", "{\"1\":{\"y\":{\"$from\":1,\"$tail\":[2]}}}")]
    public void A_change_names_what_differs(string old, string now, string? expected) => Assert.Equal(
        expected is null ? null : JsonNode.Parse(expected)!.ToJsonString(),
        JsonChange.Between(JToken.Parse(old), JToken.Parse(now))?.ToString(Newtonsoft.Json.Formatting.None));
}
