using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ClrFigures;

/// <summary>A report as one HTML file: plotly.js inside, nothing fetched, readable without a script but for its figures.</summary>
public static class ReportHtml
{
    /// <summary>The page.</summary>
    /// <param name="report">The report.</param>
    /// <param name="made">When it was made, shown under the title.</param>
    public static string Of(Report report, DateTimeOffset made)
    {
        ArgumentNullException.ThrowIfNull(report);
        var body = new StringBuilder();
        var script = new StringBuilder();
        body.Append(CultureInfo.InvariantCulture, $"<main>\n<h1>{WebUtility.HtmlEncode(report.Title)}</h1>\n");
        body.Append(CultureInfo.InvariantCulture, $"<p class=\"made\">Made on <time datetime=\"{made:O}\">{made:yyyy-MM-dd HH:mm zzz}</time>.</p>\n");
        foreach (ReportSection section in report.Sections)
            Append(section, body, script);
        body.Append("<noscript><p>The figures need JavaScript; the tables don't.</p></noscript>\n</main>");
        return PageHtml.Write(report.Title, body.ToString(), script.ToString());
    }

    private static void Append(ReportSection section, StringBuilder body, StringBuilder script)
    {
        body.Append(CultureInfo.InvariantCulture, $"<section>\n<h2>{WebUtility.HtmlEncode(section.Name)}</h2>\n");
        foreach (TextTable table in section.Tables)
            body.Append(CultureInfo.InvariantCulture, $"<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{WebUtility.HtmlEncode(table.Caption)}\">\n{table.ToHtml()}</div>\n");
        foreach (ClrFigure figure in section.Figures)
        {
            string element = ElementId.New();
            body.Append(CultureInfo.InvariantCulture, $"<figure>\n{FigureHtml.Place(figure, element)}</figure>\n");
            script.AppendLine(FigureHtml.DrawCall(figure, element));
        }
        body.Append("</section>\n");
    }
}

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

    private static JsonNode Of(TextTable table) => new JsonObject
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
