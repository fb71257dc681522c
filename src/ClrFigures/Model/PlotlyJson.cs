using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace ClrFigures.Model;

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
    public static string Of(object model)
    {
        JToken token = JToken.FromObject(model, Serializer);
        Modernize(token);
        var text = new StringWriter();
        using var writer = new JsonTextWriter(text) { StringEscapeHandling = StringEscapeHandling.EscapeHtml };
        token.WriteTo(writer);
        return text.ToString();
    }

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
