using System.Net;
using System.Security.Cryptography;
using System.Text;
using ClrFigures.Plotly;

namespace ClrFigures;

/// <summary>Figures as HTML that needs no network.</summary>
public static class FigureHtml
{
    /// <summary>
    /// The scripts that fragments need, once a page: plotly.js 3 and the drawing. It does nothing where they are loaded already,
    /// and plotly.js stays a plain global where a page has RequireJS, as Jupyter does.
    /// </summary>
    public static string Loader { get; } = $"<script>{PlotlyScript}</script>\n<script>{Scripts.Drawing}</script>";

    internal static string PlotlyScript =>
        "if (!(window.Plotly && +window.Plotly.version.split('.')[0] >= 3)) (function (define, module, exports) {\n" + Scripts.Plotly + "\n}).call(window);";

    /// <summary>
    /// A figure for a page that has the <see cref="Loader"/>, before or after it: the script waits for it. Where no script runs, it is a
    /// still picture. Many fit on one page. The id of its element is unique if null.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="id"/> has other characters than letters, digits, <c>-</c> and <c>_</c>.</exception>
    public static string Fragment(ClrFigure figure, string? id = null)
    {
        string element = id ?? NewId();
        return Place(figure, element) + Redraw(figure, element);
    }

    /// <summary>The script that draws a figure, as it is now, into the element of the fragment with this id: a live figure.</summary>
    /// <exception cref="ArgumentException"><paramref name="id"/> has characters that an id here does not have.</exception>
    public static string Redraw(ClrFigure figure, string id) => id.Length > 0 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
        ? $"<script>{DrawCall(figure, id)}</script>\n"
        : throw new ArgumentException($"'{id}' is no id of a figure; use letters, digits, - and _.", nameof(id));

    /// <summary>One figure as a whole page, which opens without a network.</summary>
    public static string Page(ClrFigure figure)
    {
        string element = NewId();
        return PageHtml.Write(figure.Title, $"<main>{Place(figure, element)}</main>", DrawCall(figure, element));
    }

    internal static string NewId() => "clr-" + Guid.NewGuid().ToString("n");

    /// <summary>The element that a figure is drawn into. It holds a picture until then: an image with its data in its address passes the sanitizers of Jupyter and GitHub, and an svg element doesn't.</summary>
    internal static string Place(ClrFigure figure, string element)
    {
        ArgumentNullException.ThrowIfNull(figure);
        string title = WebUtility.HtmlEncode(figure.Title), picture = Convert.ToBase64String(Encoding.UTF8.GetBytes(StillPicture.Draw(figure)));
        return $"""
            <div id="{element}" class="clr-figure" role="img" aria-label="{title}"><img alt="{title}" width="{StillPicture.Width}" height="{figure.Height}" style="max-width:100%;height:auto" src="data:image/svg+xml;base64,{picture}"></div>

            """;
    }

    /// <summary>The call that draws it.</summary>
    internal static string DrawCall(ClrFigure figure, string element)
    {
        ArgumentNullException.ThrowIfNull(figure);
        return Call($"draw('{element}', {PageJson.Write(PageJson.Seen(figure))})");
    }

    /// <summary>A call of the drawing. It may come with a later output of a notebook: the call looks for it until it is there.</summary>
    internal static string Call(string call) =>
        $"(function look(n) {{ if (window.clrFigures) window.clrFigures.{call}; else if (n) setTimeout(look, 50, n - 1); }})(600);";
}

/// <summary>A whole page around a body: scripts and styles inside, nothing fetched.</summary>
internal static class PageHtml
{
    public static string Write(string title, string body, string script) => $"""
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

/// <summary>The scripts and styles inside this assembly.</summary>
internal static class Scripts
{
    /// <summary>plotly.js 3, the basic bundle (scatter, bar and pie traces), with its licence at its top.</summary>
    public static string Plotly => Read("plotly.js");

    public static string Drawing => Read("clr-figures.js");

    public static string Style => Read("report.css");

    private static string Read(string name)
    {
        using Stream stream = typeof(Scripts).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is not in {typeof(Scripts).Assembly.GetName().Name}.");
        using var reader = new StreamReader(stream);
        // A literal end tag inside a string of a script would end the script element.
        return reader.ReadToEnd().Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase);
    }
}
