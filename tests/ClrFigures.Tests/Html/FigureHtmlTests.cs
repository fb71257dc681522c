using System.Text.RegularExpressions;
using ClrFigures.Histories;
using ClrFigures.Html;
using ClrFigures.Schedules;

namespace ClrFigures.Tests.Html;

public sealed class FigureHtmlTests
{
    private static readonly ClrFigure Figure = ScheduleFigure.Of(Sample.Schedule());
    private static readonly ClrFigure Hostile = HistoryFigure.Of(Sample.History(model: Sample.Hostile));

    [Fact]
    public void Two_fragments_have_different_elements() =>
        Assert.NotEqual(Id(FigureHtml.Fragment(Figure)), Id(FigureHtml.Fragment(Figure)));

    [Fact]
    public void A_redraw_names_the_element_of_its_fragment() =>
        Assert.Contains("'live_1'", FigureHtml.Redraw(Figure, Id(FigureHtml.Fragment(Figure, "live_1"))));

    [Fact]
    public void An_id_that_would_leave_its_attribute_is_refused() =>
        Assert.Throws<ArgumentException>(() => FigureHtml.Fragment(Figure, "a\" onload=\"x"));

    [Fact]
    public void A_hostile_name_adds_no_element_to_a_fragment() =>
        Assert.Equal(["<div", "</div", "<script", "</script"], Tags(FigureHtml.Fragment(Hostile)));

    [Fact]
    public void A_page_carries_plotly_and_fetches_nothing()
    {
        string page = FigureHtml.Page(Figure);

        Assert.Contains("plotly.js (basic - minified) v3.", page);
        Assert.DoesNotMatch("<(script|link|img|iframe)[^>]+(src|href)=", page);
    }

    [Fact]
    public void A_page_has_a_language_a_title_and_a_policy_that_fetches_nothing()
    {
        string page = FigureHtml.Page(Hostile);

        Assert.Contains("<html lang=\"en\">", page);
        Assert.Contains("<title>Training of &lt;/script&gt;", page);
        Assert.Contains("default-src 'none'", page);
    }

    private static string Id(string fragment) => Regex.Match(fragment, "id=\"([^\"]+)\"").Groups[1].Value;

    private static string[] Tags(string html) => [.. Regex.Matches(html, "</?[a-zA-Z]+").Select(m => m.Value)];
}
