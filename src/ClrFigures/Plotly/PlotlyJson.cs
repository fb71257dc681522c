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
