using XPlot.Plotly;

namespace ClrFigures.Model;

/// <summary>A shape with the members of plotly.js 3 that XPlot's model lacks.</summary>
internal sealed class Band : Shape
{
    /// <summary>Whether it lies <c>above</c> or <c>below</c> the traces.</summary>
    public string? layer { get; init; }

    /// <summary>A dashed line over the whole height of the figure, or of one axis.</summary>
    /// <param name="x">Where, on the x axis.</param>
    /// <param name="height">What it spans: <c>paper</c>, or <c>y2 domain</c> for the axis <c>y2</c>.</param>
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
