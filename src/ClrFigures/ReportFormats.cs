using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ClrFigures;

/// <summary>A report as one HTML file: plotly.js inside, nothing fetched, readable without a script: then its figures are still pictures.</summary>
internal static class ReportHtml
{
    /// <summary>The page.</summary>
    public static string Write(Report report, DateTimeOffset made)
    {
        var body = new StringBuilder();
        var script = new StringBuilder();
        body.Append(CultureInfo.InvariantCulture, $"<main>\n<h1>{WebUtility.HtmlEncode(report.Title)}</h1>\n");
        body.Append(CultureInfo.InvariantCulture, $"<p class=\"made\">Made on <time datetime=\"{made:O}\">{made:yyyy-MM-dd HH:mm zzz}</time>.</p>\n");
        foreach (ReportSection section in report.Sections)
            Append(section, body, script);
        body.Append("</main>");
        return PageHtml.Write(report.Title, body.ToString(), script.ToString());
    }

    private static void Append(ReportSection section, StringBuilder body, StringBuilder script)
    {
        body.Append(CultureInfo.InvariantCulture, $"<section>\n<h2>{WebUtility.HtmlEncode(section.Name)}</h2>\n");
        foreach (TextTable table in section.Tables)
            body.Append(CultureInfo.InvariantCulture, $"<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{WebUtility.HtmlEncode(table.Caption)}\">\n{table.ToHtml()}</div>\n");
        foreach (ClrFigure figure in section.Figures)
        {
            string element = FigureHtml.NewId();
            body.Append(CultureInfo.InvariantCulture, $"<figure>\n{FigureHtml.Place(figure, element)}</figure>\n");
            script.AppendLine(FigureHtml.DrawCall(figure, element));
        }
        body.Append("</section>\n");
    }
}

/// <summary>A report as JSON: its tables, and its figures as plotly.js 3 takes them.</summary>
internal static class ReportJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The JSON.</summary>
    public static string Write(Report report, DateTimeOffset made) => JsonSerializer.Serialize(
        new
        {
            title = report.Title,
            made,
            sections = report.Sections.Select(section => new
            {
                name = section.Name,
                tables = section.Tables.Select(table => new { caption = table.Caption, columns = table.Columns.Select(column => column.Name), rows = table.Rows }),
                figures = section.Figures.Select(Titled),
            }),
        },
        Indented);

    private static JsonNode Titled(ClrFigure figure)
    {
        JsonNode json = JsonNode.Parse(figure.ToJson())!;
        json["title"] = figure.Title;
        return json;
    }
}
