using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ClrFigures.Tests;

public sealed class FigureHtmlTests
{
    private static readonly ClrFigure Figure = ScheduleFigure.Draw(Sample.Schedule());
    private static readonly ClrFigure Hostile = HistoryFigure.Draw(Sample.History(model: Sample.Hostile));

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
        Assert.Equal(["<div", "<img", "</div", "<script", "</script"], Tags(FigureHtml.Fragment(Hostile)));

    [Fact]
    public void A_page_carries_plotly_and_fetches_nothing()
    {
        string page = FigureHtml.Page(Figure);

        Assert.Contains("plotly.js (basic - minified) v3.", page);
        Assert.DoesNotMatch("<(script|link|img|iframe)[^>]+(src|href)=(?!\"data:)", page);
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

public sealed class PlotlyJsonTests
{
    public static TheoryData<string> Kinds => [.. Figures.Keys];

    private static readonly Dictionary<string, ClrFigure> Figures = new()
    {
        ["schedule"] = ScheduleFigure.Draw(Sample.Schedule()),
        ["modes"] = ModesFigure.Draw(),
        ["range test"] = RangeTestFigure.Draw(Sample.RangeTest(), [Sample.Bounds(Sample.RangeTest())]),
        ["history"] = HistoryFigure.Draw(Sample.History()),
    };

    [Theory, MemberData(nameof(Kinds))]
    public void No_title_is_a_bare_string(string kind) => Assert.All(
        Members(Figures[kind].Layout()).Where(m => m.Key == "title"),
        m => Assert.IsType<JsonObject>(m.Value));

    [Theory, MemberData(nameof(Kinds))]
    public void Members_that_plotly_3_does_not_know_are_left_out(string kind) =>
        Assert.DoesNotContain(Members(Figures[kind].Layout()), m => m.Key is "_isSubplotObj" or "titlefont" or "autotick");

    [Theory, MemberData(nameof(Kinds))]
    public void Backgrounds_are_transparent(string kind) => Assert.All(
        new[] { "paper_bgcolor", "plot_bgcolor" },
        m => Assert.Equal("rgba(0,0,0,0)", (string?)Figures[kind].Layout()[m]));

    [Fact]
    public void A_hostile_name_cannot_end_a_script_nor_be_markup_in_the_drawing()
    {
        ClrFigure figure = HistoryFigure.Draw([new(Sample.Hostile, Sample.History()), new("b", Sample.History())]);

        Assert.DoesNotContain('<', figure.ToJson());
        Assert.All(figure.Legend(), name => Assert.DoesNotMatch("[<>%{}$]", name));
    }

    [Fact]
    public void The_three_parts_join_to_one_object() =>
        Assert.Equal(["data", "layout", "config"], JsonNode.Parse(Figures["schedule"].ToJson())!.AsObject().Select(m => m.Key));

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Members(JsonNode? node) => node switch
    {
        JsonObject item => item.SelectMany(m => Members(m.Value).Prepend(m)),
        JsonArray list => list.SelectMany(Members),
        _ => [],
    };
}

public sealed class FigureImageTests
{
    private static readonly ClrFigure[] Figures = [ScheduleFigure.Draw(Sample.Schedule()), ModesFigure.Draw()];

    [Fact]
    public void A_png_has_two_pixels_for_each_of_the_layout()
    {
        SkipWithoutChromium();

        IReadOnlyList<byte[]> pictures = FigureImage.Render(Figures, ImageFormat.Png, 700, TestContext.Current.CancellationToken);

        Assert.Equal(
            Figures.Select(f => (1400, 2 * f.Height)),
            pictures.Select(p => (BinaryPrimitives.ReadInt32BigEndian(p.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(p.AsSpan(20)))));
    }

    [Fact]
    public void An_svg_is_well_formed_and_holds_the_title()
    {
        SkipWithoutChromium();

        byte[] picture = FigureImage.Render([Figures[0]], ImageFormat.Svg, cancellationToken: TestContext.Current.CancellationToken)[0];

        XDocument svg = XDocument.Parse(Encoding.UTF8.GetString(picture));
        Assert.Equal("svg", svg.Root!.Name.LocalName);
        Assert.Contains(svg.Descendants(), e => e.Name.LocalName == "text" && e.Value == Figures[0].Title);
    }

    [Fact]
    public void A_named_executable_goes_before_the_path_and_a_missing_one_is_not_replaced()
    {
        string here = typeof(FigureImageTests).Assembly.Location;

        Assert.Equal(here, Chromium.Find(here, "/usr/bin"));
        Assert.Null(Chromium.Find(here + ".missing", "/usr/bin"));
    }

    [Fact]
    public void The_error_names_what_to_install() =>
        Assert.Contains("apt-get install chromium", BrowserException.NotFound().Message);

    private static void SkipWithoutChromium() =>
        Assert.SkipWhen(Chromium.Find() is null, $"No Chromium was found: install it (apt-get install chromium), or name its executable in {Chromium.Variable}.");
}
