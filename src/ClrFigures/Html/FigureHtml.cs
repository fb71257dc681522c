namespace ClrFigures.Html;

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
    /// A figure for a page that has the <see cref="Loader"/>, before or after it: the script waits for it.
    /// Many fit on one page.
    /// </summary>
    /// <param name="figure">The figure.</param>
    /// <param name="id">The id of its element, of letters, digits, <c>-</c> and <c>_</c>; a unique one if null.</param>
    /// <exception cref="ArgumentException"><paramref name="id"/> has other characters.</exception>
    public static string Fragment(ClrFigure figure, string? id = null)
    {
        string element = id is null ? ElementId.New() : ElementId.Check(id);
        return Place(figure, element) + Redraw(figure, element);
    }

    /// <summary>The script that draws a figure anew into the element of a fragment: a live figure.</summary>
    /// <param name="figure">The figure, as it is now.</param>
    /// <param name="id">The id that the fragment was given.</param>
    /// <exception cref="ArgumentException"><paramref name="id"/> has characters that an id here does not have.</exception>
    public static string Redraw(ClrFigure figure, string id) => $"<script>{DrawCall(figure, ElementId.Check(id))}</script>\n";

    /// <summary>One figure as a whole page, which opens without a network.</summary>
    /// <param name="figure">The figure.</param>
    public static string Page(ClrFigure figure)
    {
        string element = ElementId.New();
        return PageHtml.Of(figure.Title, $"<main>{Place(figure, element)}</main>", DrawCall(figure, element));
    }

    /// <summary>The element that a figure is drawn into.</summary>
    internal static string Place(ClrFigure figure, string element)
    {
        ArgumentNullException.ThrowIfNull(figure);
        return $"<div id=\"{element}\" class=\"clr-figure\" role=\"img\" aria-label=\"{figure.EncodedTitle}\" style=\"width:100%;height:{figure.Height}px\"></div>\n";
    }

    /// <summary>The call that draws it. The drawing may come with a later output of a notebook: the call looks for it until it is there.</summary>
    internal static string DrawCall(ClrFigure figure, string element)
    {
        ArgumentNullException.ThrowIfNull(figure);
        return $"(function draw(n) {{ if (window.clrFigures) window.clrFigures.draw('{element}', {figure.ToJson()}); else if (n) setTimeout(draw, 50, n - 1); }})(600);";
    }
}
