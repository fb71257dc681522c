using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;
using ClrFigures.Model;
using XPlot.Plotly;

namespace ClrFigures.RangeTests;

/// <summary>The lines and marks of a range test.</summary>
internal static class RangeTestTraces
{
    private const string Hover = "<b>%{fullData.name}</b><br>step %{customdata:,d}<br>rate %{x:.4~g}<br>loss %{y:.5~g}<extra></extra>";

    public static Curve Raw(IReadOnlyList<LrRangeTestPoint> points, int repeats) =>
        Line(points, p => p.Loss, repeats > 1 ? $"loss of each batch, mean of {repeats}" : "loss of each batch", new Stroke { color = Palette.Faint(Palette.Sky, 0.65), width = 1.2 });

    public static Curve Smoothed(IReadOnlyList<LrRangeTestPoint> points) =>
        Line(points, p => p.SmoothedLoss, "smoothed loss", new Stroke { color = Palette.Blue, width = 2.6 });

    public static Curve Accuracy(IReadOnlyList<LrRangeTestPoint> points)
    {
        Curve curve = Line(points, p => p.Accuracy ?? double.NaN, "accuracy", new Stroke { color = Palette.Green, width = 1.8 });
        curve.yaxis = "y3";
        curve.hovertemplate = Hover.Replace("loss %{y:.5~g}", "%{y:.2f} %", StringComparison.Ordinal);
        return curve;
    }

    public static Curve Steepest(LrRangeTestPoint point) =>
        Mark(point, point.SmoothedLoss, "steepest descent", "diamond", Palette.Green, Hover);

    public static Curve Lowest(LrRangeTestPoint point) =>
        Mark(point, point.SmoothedLoss, "lowest smoothed loss", "circle", Palette.Purple, Hover);

    public static Curve Stop(LrRangeTestPoint point, double y, RangeTestStopReason reason) =>
        Mark(point, y, RangeTestText.StopReason(reason), "x", Palette.Vermillion, $"<b>%{{fullData.name}}</b><br>step %{{customdata:,d}}<br>rate %{{x:.4~g}}<br>smoothed loss {Loss(point.SmoothedLoss)}<extra></extra>");

    public static Curve Bounds(LrBounds bounds, int row, int series) => new()
    {
        x = new[] { bounds.BaseLr, bounds.MaxLr },
        y = new[] { (double)row, row },
        customdata = new[] { "base rate", "max rate" },
        name = PlotText.Plain(RangeTestText.Bounds(bounds)),
        mode = "lines+markers",
        yaxis = "y2",
        line = new Line { color = Palette.Faint(BandColor(series), 0.6), width = 8.0 },
        marker = new Marker { symbol = "line-ns", size = 15, color = BandColor(series), line = new Line { color = BandColor(series), width = 3.0 } },
        hovertemplate = "<b>%{fullData.name}</b><br>%{customdata} %{x:.4~g}<extra></extra>",
    };

    public static Band BoundsBand(LrBounds bounds, int series, double bottom, double opacity) => new()
    {
        type = "rect",
        layer = "below",
        xref = "x",
        x0 = bounds.BaseLr,
        x1 = bounds.MaxLr,
        yref = "paper",
        y0 = bottom,
        y1 = 1.0,
        fillcolor = Palette.Faint(BandColor(series), opacity),
        line = new Line { width = 0.0 },
    };

    private static readonly string[] BandColors = [Palette.Orange, Palette.Vermillion, Palette.Green, Palette.Purple, Palette.Sky, Palette.Blue, Palette.Ink];

    // Not the palette's order: its first colour is that of the loss.
    private static string BandColor(int series) => BandColors[series % BandColors.Length];

    private static string Loss(double loss) => double.IsFinite(loss)
        ? loss.ToString("G5", System.Globalization.CultureInfo.InvariantCulture)
        : "not finite";

    private static Curve Line(IReadOnlyList<LrRangeTestPoint> points, Func<LrRangeTestPoint, double> loss, string name, Line line)
    {
        double[] losses = [.. points.Select(loss)];
        IReadOnlyList<int> kept = Thinning.KeepExtremes(losses);
        return new Curve
        {
            x = Series.Of(kept.Select(i => points[i].LearningRate)),
            y = Series.Of(kept.Select(i => losses[i])),
            customdata = Series.Of(kept.Select(i => (double)points[i].Step)),
            name = name,
            mode = "lines",
            line = line,
            hovertemplate = Hover,
        };
    }

    private static Curve Mark(LrRangeTestPoint point, double y, string name, string symbol, string color, string hover) => new()
    {
        x = new[] { point.LearningRate },
        y = new[] { y },
        customdata = new[] { point.Step },
        name = name,
        mode = "markers",
        cliponaxis = false,
        marker = new Marker { symbol = symbol, size = 11, color = color, line = new Line { color = "#FFFFFF", width = 1.0 } },
        hovertemplate = hover,
    };
}
