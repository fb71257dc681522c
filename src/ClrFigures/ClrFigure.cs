using ClrFigures.Plotly;
using Newtonsoft.Json.Linq;

namespace ClrFigures;

/// <summary>A figure that plotly.js 3 draws: what <c>Plotly.newPlot(div, data, layout, config)</c> takes, as JSON.</summary>
/// <param name="Title">What the figure shows, as plain text. It isn't encoded: encode it for the place that it goes to.</param>
/// <param name="Data">The traces: a JSON array that is safe inside an inline script (<c>&lt;</c> is written <c>\u003c</c>).</param>
/// <param name="Layout">The layout: a JSON object, safe inside an inline script. Its backgrounds are transparent, its greys readable on light and dark.</param>
/// <param name="Config">The configuration: a JSON object, safe inside an inline script.</param>
/// <param name="Height">The height in pixels that the figure is laid out for; its width follows its place.</param>
public sealed record ClrFigure(string Title, string Data, string Layout, string Config, int Height)
{
    /// <summary>The three parts as one JSON object with the members <c>data</c>, <c>layout</c> and <c>config</c>, as in a <c>.plotly.json</c> file.</summary>
    public string ToJson() => $$"""{"data":{{Data}},"layout":{{Layout}},"config":{{Config}}}""";

    /// <summary>The title.</summary>
    public override string ToString() => Title;
}

/// <summary>
/// A figure that is drawn anew in its place while work goes on. A redraw sends what has changed since the figure was last sent whole;
/// it is sent whole again when that is no longer little, so that a page which missed a redraw is right again soon.
/// </summary>
internal sealed class LiveFigure
{
    private const int Little = 2;

    private readonly string _id = FigureHtml.NewId();
    private JToken _whole, _newest;
    private int _number;

    /// <summary>A figure that begins with this state.</summary>
    public LiveFigure(ClrFigure first)
    {
        _whole = _newest = PageJson.Seen(first);
        Fragment = FigureHtml.Fragment(first, _id);
    }

    /// <summary>The element and the script of the first state.</summary>
    public string Fragment { get; }

    /// <summary>The script that draws the next state, which may stand anywhere on the page of the fragment; nothing where nothing has changed.</summary>
    public string Redraw(ClrFigure next)
    {
        JToken now = PageJson.Seen(next);
        if (JToken.DeepEquals(_newest, now))
            return "";
        _newest = now;
        string json = PageJson.Write(now), change = JsonChange.Between(_whole, now) is { } found ? PlotlyJson.Write(found) : "{}";
        if (change.Length * Little <= json.Length)
            return Script(FormattableString.Invariant($"change('{_id}', {_number}, {change})"));
        _whole = now;
        return Script(FormattableString.Invariant($"draw('{_id}', {json}, {++_number})"));
    }

    private static string Script(string call) => $"<script>{FigureHtml.Call(call)}</script>\n";
}

/// <summary>
/// What has changed between two JSON values: of an object the members that differ; of a list of objects as long as before the items
/// that differ, by their place; of another list what follows the part that stayed, <c>{"$from": 3, "$tail": […]}</c>; else the new value, <c>{"$": …}</c>.
/// </summary>
internal static class JsonChange
{
    /// <summary>The change; null if there is none.</summary>
    public static JObject? Between(JToken? old, JToken? now) => (old, now) switch
    {
        _ when JToken.DeepEquals(old, now) => null,
        (JObject before, JObject after) => Parts(before.Properties().Concat(after.Properties()).Select(p => p.Name).Distinct(), name => Between(before[name], after[name])),
        (JArray before, JArray after) when before.Count == after.Count && after.All(item => item is JObject) =>
            Parts(Enumerable.Range(0, after.Count).Select(i => i.ToString(CultureInfo.InvariantCulture)), at => Between(before[int.Parse(at, CultureInfo.InvariantCulture)], after[int.Parse(at, CultureInfo.InvariantCulture)])),
        (JArray before, JArray after) => Tail(after, before.Zip(after).TakeWhile(pair => JToken.DeepEquals(pair.First, pair.Second)).Count()),
        _ => new JObject { ["$"] = now ?? JValue.CreateNull() },
    };

    private static JObject Parts(IEnumerable<string> names, Func<string, JObject?> between)
    {
        var change = new JObject();
        foreach (string name in names)
        {
            if (between(name) is { } part)
                change[name] = part;
        }
        return change;
    }

    private static JObject Tail(JArray after, int same) => new() { ["$from"] = same, ["$tail"] = new JArray(after.Skip(same)) };
}
