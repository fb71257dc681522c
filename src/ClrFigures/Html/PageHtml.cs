using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace ClrFigures.Html;

/// <summary>A whole page around a body: scripts and styles inside, nothing fetched.</summary>
internal static class PageHtml
{
    /// <param name="title">The page's title, as plain text.</param>
    /// <param name="body">What the body holds, as HTML without scripts.</param>
    /// <param name="script">The script that draws its figures.</param>
    public static string Of(string title, string body, string script) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="{Policy(FigureHtml.PlotlyScript, Scripts.Drawing, script)}">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{WebUtility.HtmlEncode(title)}</title>
        <style>{Scripts.Style}</style>
        </head>
        <body>
        {body}
        {FigureHtml.Loader}
        <script>{script}</script>
        </body>
        </html>

        """;

    // Only these scripts run, and nothing is fetched or sent: whatever a name in the data may hold stays a name.
    private static string Policy(params string[] scripts) =>
        $"default-src 'none'; script-src {string.Join(' ', scripts.Select(Hash))}; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'";

    private static string Hash(string script) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'";
}
