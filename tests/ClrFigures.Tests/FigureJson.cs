using System.Text.Json.Nodes;

namespace ClrFigures.Tests;

/// <summary>Reading a figure's JSON in assertions.</summary>
internal static class FigureJson
{
    public static JsonArray Traces(this ClrFigure figure) => JsonNode.Parse(figure.Data)!.AsArray();

    public static JsonObject Layout(this ClrFigure figure) => JsonNode.Parse(figure.Layout)!.AsObject();

    public static JsonNode Trace(this ClrFigure figure, string name) =>
        figure.Traces().Single(t => (string?)t!["name"] == name)!;

    public static string?[] Legend(this ClrFigure figure) =>
        [.. figure.Traces().Where(t => (bool?)t!["showlegend"] != false).Select(t => (string?)t!["name"])];

    public static double?[] Numbers(this JsonNode trace, string member) =>
        [.. trace[member]!.AsArray().Select(v => (double?)v)];

    public static string? AxisTitle(this ClrFigure figure, string axis) => (string?)figure.Layout()[axis]?["title"]?["text"];
}
