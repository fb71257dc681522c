using System.Globalization;
using System.Text.RegularExpressions;
using ClrFigures.Html;

namespace ClrFigures.Images;

/// <summary>Figures as pictures, drawn by a headless Chromium.</summary>
public static partial class FigureImage
{
    /// <summary>The width in pixels of the layout.</summary>
    public const int DefaultWidth = 900;

    /// <summary>Draws figures on white, in dark ink.</summary>
    /// <param name="figures">The figures.</param>
    /// <param name="format">The kind of picture.</param>
    /// <param name="width">The width of the layout in pixels; a PNG has twice as many.</param>
    /// <param name="cancellationToken">Stops the browser.</param>
    /// <returns>One file's bytes for each figure, in order.</returns>
    /// <exception cref="BrowserException">There is no Chromium, or it failed.</exception>
    public static IReadOnlyList<byte[]> Render(IReadOnlyList<ClrFigure> figures, ImageFormat format, int width = DefaultWidth, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(figures);
        string executable = Chromium.Find() ?? throw BrowserException.NotFound();
        string dom = HeadlessPage.Dump(executable, Page(figures, format, width), cancellationToken);
        byte[][] images = [.. Drawn().Matches(dom).Select(m => Convert.FromBase64String(m.Groups[1].Value))];
        return images.Length == figures.Count
            ? images
            : throw BrowserException.Failed(executable, Fault().Match(dom) is { Success: true } fault ? fault.Groups[1].Value : "its page was not finished.");
    }

    private static string Page(IReadOnlyList<ClrFigure> figures, ImageFormat format, int width) => PageHtml.Of(
        "Figures",
        "<div id=\"ink\" style=\"color:#222\"></div>",
        string.Create(CultureInfo.InvariantCulture, $$"""
            (async () => {
              const add = (kind, text) => { const e = document.createElement('pre'); e.className = kind; e.textContent = text; document.body.append(e); };
              try {
                for (const figure of [{{string.Join(",\n", figures.Select(f => f.ToJson()))}}]) {
                  const [data, layout] = clrFigures.themed(figure, document.getElementById('ink'));
                  layout.paper_bgcolor = '#FFFFFF';
                  const url = await Plotly.toImage({ data, layout }, { format: '{{(format == ImageFormat.Png ? "png" : "svg")}}', width: {{width}}, height: layout.height, scale: {{(format == ImageFormat.Png ? 2 : 1)}} });
                  add('image', url.startsWith('data:image/png') ? url.split(',')[1]
                    : btoa(Array.from(new TextEncoder().encode(decodeURIComponent(url.slice(url.indexOf(',') + 1))), b => String.fromCharCode(b)).join('')));
                }
              } catch (error) { add('fault', error.message); }
            })();
            """));

    [GeneratedRegex("<pre class=\"image\">([A-Za-z0-9+/=]+)</pre>")]
    private static partial Regex Drawn();

    [GeneratedRegex("<pre class=\"fault\">([^<]*)</pre>")]
    private static partial Regex Fault();
}
