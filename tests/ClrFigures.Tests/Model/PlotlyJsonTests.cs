using System.Text.Json.Nodes;
using ClrFigures.Histories;
using ClrFigures.RangeTests;
using ClrFigures.Schedules;

namespace ClrFigures.Tests.Model;

public sealed class PlotlyJsonTests
{
    public static TheoryData<string> Kinds => [.. Figures.Keys];

    private static readonly Dictionary<string, ClrFigure> Figures = new()
    {
        ["schedule"] = ScheduleFigure.Of(Sample.Schedule()),
        ["modes"] = ModesFigure.Of(),
        ["range test"] = RangeTestFigure.Of(Sample.RangeTest(), [Sample.Bounds(Sample.RangeTest())]),
        ["history"] = HistoryFigure.Of(Sample.History()),
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
        ClrFigure figure = HistoryFigure.Of([new(Sample.Hostile, Sample.History()), new("b", Sample.History())]);

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
