using System.Text.Json;
using System.Text.Json.Nodes;

namespace ClrFigures.Reports;

/// <summary>A report as JSON: its tables, and its figures as plotly.js 3 takes them.</summary>
public static class ReportJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The JSON.</summary>
    /// <param name="report">The report.</param>
    /// <param name="made">When it was made.</param>
    public static string Of(Report report, DateTimeOffset made)
    {
        ArgumentNullException.ThrowIfNull(report);
        var json = new JsonObject
        {
            ["title"] = report.Title,
            ["made"] = made,
            ["sections"] = new JsonArray([.. report.Sections.Select(Of)]),
        };
        return json.ToJsonString(Indented);
    }

    private static JsonNode Of(ReportSection section) => new JsonObject
    {
        ["name"] = section.Name,
        ["tables"] = new JsonArray([.. section.Tables.Select(Of)]),
        ["figures"] = new JsonArray([.. section.Figures.Select(Of)]),
    };

    private static JsonNode Of(ReportTable table) => new JsonObject
    {
        ["caption"] = table.Caption,
        ["columns"] = new JsonArray([.. table.Columns.Select(c => JsonValue.Create(c.Name))]),
        ["rows"] = new JsonArray([.. table.Rows.Select(r => new JsonArray([.. r.Select(t => JsonValue.Create(t))]))]),
    };

    private static JsonNode Of(ClrFigure figure)
    {
        JsonNode json = JsonNode.Parse(figure.ToJson())!;
        json["title"] = figure.Title;
        return json;
    }
}
