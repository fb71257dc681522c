using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace ClrFigures.Plotly;

/// <summary>
/// XPlot's model, which was made for plotly.js 1, as JSON for plotly.js 3: a title is an object
/// (<c>"title": "text"</c> is dropped without a word since version 3), and members that no longer exist are left out.
/// </summary>
internal static class PlotlyJson
{
    private static readonly JsonSerializer Serializer = JsonSerializer.Create(new JsonSerializerSettings
    {
        NullValueHandling = NullValueHandling.Ignore,
        Converters = { new FiniteNumberConverter() },
    });

    /// <summary>The JSON of a trace list, a layout or a part of either, safe inside an inline script.</summary>
    public static string Write(object model)
    {
        JToken token = JToken.FromObject(model, Serializer);
        Modernize(token);
        var text = new StringWriter();
        using var writer = new JsonTextWriter(text) { StringEscapeHandling = StringEscapeHandling.EscapeHtml };
        token.WriteTo(writer);
        return text.ToString();
    }

    /// <summary>What was written; a text that looks like a date stays a text.</summary>
    public static JToken Read(string json) => JToken.ReadFrom(new JsonTextReader(new StringReader(json)) { DateParseHandling = DateParseHandling.None });

    private static void Modernize(JToken token)
    {
        if (token is JObject item)
        {
            item.Remove("_isSubplotObj");
            TitleAsObject(item);
        }
        foreach (JToken child in token.Children().ToArray())
            Modernize(child);
    }

    private static void TitleAsObject(JObject item)
    {
        if (item["title"] is JValue { Type: JTokenType.String } text)
            item["title"] = new JObject { ["text"] = text };
        if (item["titlefont"] is not { } font)
            return;
        item.Remove("titlefont");
        if (item["title"] is JObject title)
            title["font"] = font;
    }
}

/// <summary>Writes numbers as JSON knows them: NaN and infinity become null, which plotly.js draws as a gap.</summary>
internal sealed class FiniteNumberConverter : JsonConverter<double>
{
    public override bool CanRead => false;

    public override void WriteJson(JsonWriter writer, double value, JsonSerializer serializer)
    {
        if (double.IsFinite(value))
            writer.WriteValue(value);
        else
            writer.WriteNull();
    }

    public override double ReadJson(JsonReader reader, Type objectType, double existingValue, bool hasExistingValue, JsonSerializer serializer) =>
        throw new NotSupportedException("Figures are only written.");
}

/// <summary>A figure as a page gets it: long rows of numbers with the digits that a reader sees, and what follows a rule or repeats said once.</summary>
internal static class PageJson
{
    private const int Long = 64, Digits = 5, MostDigits = 15, StepsSeen = 2000;
    private const double Exact = 1e-9;

    private static readonly string[] Members = ["x", "y", "customdata"];

    /// <summary>The figure with the numbers that the page holds once it has drawn it.</summary>
    public static JToken Seen(ClrFigure figure)
    {
        JToken whole = PlotlyJson.Read(figure.ToJson());
        foreach ((_, JArray row) in Rows(whole))
        {
            if (Rule(row) is null)
                Round(row);
        }
        return whole;
    }

    /// <summary>What <c>clrFigures.draw</c> takes: the figure with its rows shortened.</summary>
    public static string Write(JToken seen)
    {
        JToken packed = seen.DeepClone();
        var sent = new List<(int Trace, string Member, JArray Row)>();
        foreach ((JProperty member, JArray row) in Rows(packed))
        {
            if (Rule(row) is { } rule)
                member.Value = rule;
            else if (sent.FirstOrDefault(before => before.Row.Count >= row.Count && JToken.DeepEquals(new JArray(before.Row.Take(row.Count)), row)) is { Row: not null } same)
                member.Value = new JObject { ["$of"] = new JArray(same.Trace, same.Member), ["$count"] = row.Count };
            else
                sent.Add((member.Parent!.Parent!.Children().TakeWhile(trace => trace != member.Parent).Count(), member.Name, row));
        }
        return PlotlyJson.Write(packed);
    }

    private static (JProperty Member, JArray Row)[] Rows(JToken figure) =>
        [.. figure["data"]!.OfType<JObject>().SelectMany(trace => Members.Select(trace.Property)).Where(m => m?.Value is JArray { Count: >= Long }).Select(m => (m!, (JArray)m!.Value))];

    // Steps that are alike, or factors that are.
    private static JObject? Rule(JArray row)
    {
        double[] v = [.. row.Select(Number)];
        double by = (v[^1] - v[0]) / (v.Length - 1), times = Math.Pow(v[^1] / v[0], 1.0 / (v.Length - 1));
        return Follows(i => v[0] + (i * by)) ? new JObject { ["$from"] = v[0], ["$by"] = by, ["$count"] = v.Length }
            : Follows(i => v[0] * Math.Pow(times, i)) ? new JObject { ["$from"] = v[0], ["$times"] = times, ["$count"] = v.Length }
            : null;

        bool Follows(Func<int, double> rule) => Enumerable.Range(0, v.Length).All(i => Math.Abs(rule(i) - v[i]) <= Exact * Math.Abs(v[i]));
    }

    private static void Round(JArray row)
    {
        double[] finite = [.. row.Select(Number).Where(double.IsFinite).Order()];
        // Of the middle half: a diverged end would hide what the rest needs.
        double step = finite.Length == 0 ? 0 : (finite[finite.Length * 3 / 4] - finite[finite.Length / 4]) / StepsSeen;
        for (int i = 0; i < row.Count; i++)
        {
            double value = Number(row[i]);
            if (!double.IsFinite(value) || value == Math.Floor(value))
                continue;
            int digits = step > 0 ? Math.Clamp((int)Math.Ceiling(Math.Log10(Math.Abs(value)) - Math.Log10(step)), Digits, MostDigits) : MostDigits;
            row[i] = double.Parse(value.ToString("G" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        }
    }

    private static double Number(JToken value) => value.Type is JTokenType.Integer or JTokenType.Float ? (double)value : double.NaN;
}

/// <summary>Texts inside a figure.</summary>
internal static class PlotText
{
    private const int LongestName = 60, LongestTitle = 110;

    /// <summary>
    /// Any text as plotly.js shows it letter by letter. plotly.js reads some HTML tags and entities in its texts, fills
    /// in <c>%{…}</c>, and hands <c>$…$</c> to MathJax where a page has it.
    /// </summary>
    public static string Plain(string text) => Encoded(Shortened(text, LongestName));

    /// <summary>A title, which has more room than a name.</summary>
    public static string Title(string text) => Encoded(Shortened(text, LongestTitle));

    private static string Encoded(string text) => string.Concat(text.Select(c => c switch
    {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '%' or '{' or '}' or '$' => $"&#{(int)c};",
        _ when char.IsControl(c) => " ",
        _ => c.ToString(),
    }));

    private static string Shortened(string text, int longest) => text.Length <= longest ? text : text[..(longest - 1)] + "…";
}
