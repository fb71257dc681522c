using Newtonsoft.Json;
using XPlot.Plotly;

namespace ClrFigures.Plotly;

/// <summary>A scatter trace with the members of plotly.js 3 that XPlot's model lacks.</summary>
internal sealed class Curve : Scatter
{
    /// <summary>The hover text, in which <c>%{x}</c> and <c>%{y}</c> stand for the point.</summary>
    public string? hovertemplate { get; set; }

    /// <summary>Further values of each point, for the hover text.</summary>
    public object? customdata { get; set; }

    /// <summary>Where the line comes as its corners: the distance in x of the points between them, which a pointer finds.</summary>
    public double? meta { get; set; }

    /// <summary>Whether a point outside the axes is cut off.</summary>
    public bool? cliponaxis { get; set; }

    public static Curve Lines(object x, object y, string name, Line line, string? axis = null, string? hover = null, double? unit = null) =>
        new() { x = x, y = y, name = name, mode = "lines", line = line, yaxis = axis, hovertemplate = hover, meta = unit };

    public static Curve Marks(object x, object y, string name, Marker marker, string? axis = null, string? hover = null) =>
        new() { x = x, y = y, name = name, mode = "markers", marker = marker, yaxis = axis, hovertemplate = hover };

    /// <summary>The numbers; of none, one gap: plotly.js leaves out a trace without points, and its legend entry with it.</summary>
    public static double[] OrGap(IEnumerable<double> numbers) => [.. numbers.DefaultIfEmpty(double.NaN)];

    /// <summary>A symbol with a white rim, which stands out from the lines beneath.</summary>
    public static Marker Outlined(string symbol, int size, string color) =>
        new() { symbol = symbol, size = size, color = color, line = new Line { color = "#FFFFFF", width = 1.0 } };

    /// <summary>Whether the legend has an entry for it.</summary>
    // XPlot throws where a member that was never set is read.
    public bool IsInLegend() => !ShouldSerializeshowlegend() || showlegend;

    /// <summary>Whether a click on its legend entry switches other traces too.</summary>
    public bool IsGrouped() => ShouldSerializelegendgroup() && legendgroup is not null;
}

/// <summary>An axis with the members of plotly.js 3 that XPlot's model lacks. It serves as x and as y axis: XPlot's two have the same members.</summary>
internal sealed class Axis : Xaxis
{
    /// <summary>Widens the margin where labels need it.</summary>
    public bool? automargin { get; init; } = true;

    /// <summary>The axis that this one is zoomed with.</summary>
    public string? matches { get; set; }

    /// <summary>The first line of a hover box that gathers all traces.</summary>
    public object? unifiedhovertitle { get; init; }

    /// <summary>Whether it has grid lines.</summary>
    // XPlot throws where a member that was never set is read.
    public bool HasGrid() => !ShouldSerializeshowgrid() || showgrid;
}

/// <summary>A shape with the members of plotly.js 3 that XPlot's model lacks.</summary>
internal sealed class Band : Shape
{
    /// <summary>Whether it lies <c>above</c> or <c>below</c> the traces.</summary>
    public string? layer { get; init; }

    /// <summary>A dashed line over the whole height of the figure (<c>paper</c>) or of one axis (<c>y2 domain</c>).</summary>
    public static Band VerticalLine(double x, string height = "paper") => new()
    {
        type = "line",
        layer = "below",
        xref = "x",
        x0 = x,
        x1 = x,
        yref = height,
        y0 = 0.0,
        y1 = 1.0,
        line = new Line { color = Palette.Mark, width = 1.0, dash = "dash" },
    };

    /// <summary>An area over a range of x, from a height of the figure, in shares of it, to its top.</summary>
    public static Band Between(double from, double to, double bottom, string color) => new()
    {
        type = "rect",
        layer = "below",
        xref = "x",
        x0 = from,
        x1 = to,
        yref = "paper",
        y0 = bottom,
        y1 = 1.0,
        fillcolor = color,
        line = new Line { width = 0.0 },
    };

    /// <summary>A trace that draws nothing but says in the legend what lines of its kind are.</summary>
    public static Curve LegendEntry(string name, string dash = "dash", string color = Palette.Mark) => new()
    {
        x = new double?[] { null },
        y = new double?[] { null },
        name = PlotText.Plain(name),
        mode = "lines",
        line = new Line { color = color, width = dash == "dash" ? 1.0 : 2.0, dash = dash },
        hoverinfo = "skip",
    };
}

/// <summary>A line with the members of plotly.js 3 that XPlot's model lacks.</summary>
internal sealed class Stroke : Line
{
    /// <summary>Whether plotly.js may leave out points: series are thinned before, and a slow bend would show corners.</summary>
    public bool simplify { get; }
}

/// <summary>A layout with the members of plotly.js 3 that XPlot's model lacks; its axes are named freely, where XPlot knows two of each.</summary>
internal sealed class FigureLayout : Layout.Layout
{
    /// <summary>The title, which is an object since plotly.js 3, and the axes by name: <c>xaxis</c>, <c>yaxis</c>, <c>yaxis2</c> and so on.</summary>
    [JsonExtensionData]
    public IDictionary<string, object?> Extra { get; init; } = new Dictionary<string, object?>();

    /// <summary>How the buttons look.</summary>
    public object? modebar { get; init; }
}
