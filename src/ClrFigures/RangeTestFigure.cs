using System.Globalization;
using ClrEngine.RangeTest.Suggestions;
using ClrEngine.RangeTest;
using ClrFigures.Plotly;
using XPlot.Plotly;

namespace ClrFigures;

/// <summary>
/// Draws a range test: the loss of each batch and the smoothed loss over the rate, where the loss falls fastest, where it is
/// lowest, where and why the test ended, and suggested bounds as bands; where there are any, also the accuracy, and how far repeats lie apart.
/// </summary>
public static class RangeTestFigure
{
    private const double RowHeight = 0.055, RowGap = 0.03, AccuracyShare = 0.36;

    /// <summary>Draws a range test.</summary>
    /// <param name="test">The range test.</param>
    /// <param name="bounds">Bounds that were suggested from it, or null.</param>
    /// <param name="title">The figure's title; model and data if null.</param>
    public static ClrFigure Of(LrRangeTestResult test, IReadOnlyList<LrBounds>? bounds = null, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(test);
        bounds ??= [];
        LossWindow window = LossWindow.Of([test, .. test.Repeats]);
        bool hasAccuracy = test.Points.Any(p => p.Accuracy.HasValue);
        double bottom = bounds.Count == 0 ? 0 : (bounds.Count * RowHeight) + RowGap;
        double middle = hasAccuracy ? bottom + ((1 - bottom) * AccuracyShare) : bottom;
        var figure = new FigureBuilder(title ?? RangeTestText.Title(test), 470 + (24 * bounds.Count) + (hasAccuracy ? 180 : 0)) { HoverMode = "closest" };
        if (test.Repeats.Count > 1)
            figure.Add(Ribbon.Of(test.Repeats));
        figure.Add(RangeTestTraces.Raw(test.Points, test.Repeats.Count));
        figure.Add(RangeTestTraces.Smoothed(test.Points));
        AddMarks(figure, test, bounds, window);
        AddBounds(figure, bounds, bottom);
        figure.Axis("xaxis", RateAxis(test, bounds.Count > 0 ? "y2" : hasAccuracy ? "y3" : "y"));
        if (hasAccuracy)
        {
            figure.Add(RangeTestTraces.Accuracy(test.Points));
            figure.Axis("yaxis3", new Axis { title = "accuracy (%)", domain = new[] { bottom, middle - RowGap } });
        }
        figure.Axis("yaxis", new Axis { title = "loss", domain = new[] { middle, 1.0 }, range = new[] { window.Lowest, window.Highest } });
        return figure.Build();
    }

    private static void AddMarks(FigureBuilder figure, LrRangeTestResult test, IReadOnlyList<LrBounds> bounds, LossWindow window)
    {
        LrBounds? read = bounds.Count > 0 ? bounds[0] : LrBoundsSuggester.Suggest(test) as LrBounds;
        if (read is not null && test.Points.MinBy(p => Math.Abs(p.LearningRate - read.SteepestLr)) is { } steepest)
            figure.Add(RangeTestTraces.Steepest(steepest));
        if (test.Points.Where(p => double.IsFinite(p.SmoothedLoss)).MinBy(p => p.SmoothedLoss) is { } lowest)
            figure.Add(RangeTestTraces.Lowest(lowest));
        if (test.Points.Count > 0)
            figure.Add(RangeTestTraces.Stop(test.Points[^1], window.Nearest(test.Points[^1].SmoothedLoss), test.StopReason));
    }

    private static void AddBounds(FigureBuilder figure, IReadOnlyList<LrBounds> bounds, double bottom)
    {
        if (bounds.Count == 0)
            return;
        for (int i = 0; i < bounds.Count; i++)
            figure.Add(RangeTestTraces.Bounds(bounds[i], i, i));
        // Bands of several rules over each other would hide the curve: then each keeps to its row.
        if (bounds.Count == 1)
            figure.Add(RangeTestTraces.BoundsBand(bounds[0], 0, bottom, 0.16));
        figure.Axis("yaxis2", new Axis
        {
            domain = new[] { 0, bottom - RowGap },
            range = new[] { bounds.Count - 0.5, -0.5 },
            tickvals = Enumerable.Range(0, bounds.Count).ToArray(),
            ticktext = bounds.Select(b => PlotText.Plain(b.Method.ToString())).ToArray(),
            showgrid = false,
            fixedrange = true,
        });
    }

    private static Axis RateAxis(LrRangeTestResult test, string anchor)
    {
        bool logarithmic = test.Options.Sweep == SweepKind.Exponential;
        return new Axis
        {
            title = logarithmic ? "learning rate (logarithmic)" : "learning rate",
            type = logarithmic ? "log" : "linear",
            anchor = anchor,
            exponentformat = "power",
            dtick = logarithmic ? 1 : null,
        };
    }
}

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

/// <summary>How far the smoothed losses of repeats lie apart at each rate, as an area.</summary>
internal static class Ribbon
{
    /// <summary>The area between the lowest and the highest smoothed loss of each step, as far as all repeats are finite.</summary>
    /// <param name="repeats">Range tests over the same rates.</param>
    public static Curve Of(IReadOnlyList<LrRangeTestResult> repeats)
    {
        LrRangeTestPoint[][] steps = [.. Enumerable.Range(0, repeats.Min(r => r.Points.Count))
            .Select(i => repeats.Select(r => r.Points[i]).ToArray())
            .TakeWhile(step => step.All(p => double.IsFinite(p.SmoothedLoss)))];
        // Along the lower edge, and back along the upper one.
        return new Curve
        {
            x = Series.Of(steps.Concat(Enumerable.Reverse(steps)).Select(step => step[0].LearningRate)),
            y = Series.Of(steps.Select(step => step.Min(p => p.SmoothedLoss)).Concat(Enumerable.Reverse(steps).Select(step => step.Max(p => p.SmoothedLoss)))),
            name = string.Create(CultureInfo.InvariantCulture, $"range of {repeats.Count} repeats"),
            mode = "lines",
            fill = "toself",
            fillcolor = Palette.Faint(Palette.Blue, 0.18),
            line = new Line { width = 0.0 },
            hoverinfo = "skip",
        };
    }
}

/// <summary>The losses that a range test's figure shows: the fall in full and the start of the rise, so that a diverged tail doesn't flatten the curve.</summary>
/// <param name="Lowest">The lower end of the axis.</param>
/// <param name="Highest">The upper end of the axis.</param>
internal readonly record struct LossWindow(double Lowest, double Highest)
{
    // Above the falling branch, this share of its height is left for the rise.
    private const double Headroom = 0.3, Margin = 0.06;

    /// <summary>The window over several tests.</summary>
    public static LossWindow Of(IReadOnlyList<LrRangeTestResult> tests)
    {
        LossWindow[] each = [.. tests.Select(Window)];
        return new LossWindow(each.Min(w => w.Lowest), each.Max(w => w.Highest));
    }

    /// <summary>The nearest value inside.</summary>
    public double Nearest(double loss) => double.IsNaN(loss) ? Highest : Math.Clamp(loss, Lowest, Highest);

    private static LossWindow Window(LrRangeTestResult test)
    {
        LrRangeTestPoint[] finite = [.. test.Points.Where(p => double.IsFinite(p.SmoothedLoss) && double.IsFinite(p.Loss))];
        if (finite.Length == 0)
            return new LossWindow(0, 1);
        LrRangeTestPoint best = finite.MinBy(p => p.SmoothedLoss)!;
        LrRangeTestPoint[] falling = [.. finite.TakeWhile(p => p.Step <= best.Step)];
        double low = falling.Min(p => Math.Min(p.SmoothedLoss, p.Loss));
        // Single batches may jump far above the curve on their way down: only the smoothed loss sets the top.
        double high = falling.Max(p => p.SmoothedLoss);
        double top = Math.Min(high + (Headroom * (high - low)), finite.Max(p => Math.Max(p.SmoothedLoss, p.Loss)));
        double margin = Margin * (top > low ? top - low : Math.Max(Math.Abs(low), 1));
        return new LossWindow(low - margin, top + margin);
    }
}

/// <summary>What figures and tables of range tests say.</summary>
internal static class RangeTestText
{
    public static string Title(LrRangeTestResult test) => (test.Model, test.Data) switch
    {
        (null, null) => "Learning-rate range test",
        (null, { } data) => $"Learning-rate range test on {data}",
        ({ } model, null) => $"Learning-rate range test of {model}",
        ({ } model, { } data) => $"Learning-rate range test of {model} on {data}",
    };

    public static string StopReason(RangeTestStopReason reason) => reason switch
    {
        RangeTestStopReason.Completed => "reached the end of the sweep",
        RangeTestStopReason.Diverged => "stopped: the loss diverged",
        RangeTestStopReason.NonFiniteLoss => "stopped: the loss was not finite",
        RangeTestStopReason.Cancelled => "stopped by the user",
        RangeTestStopReason.Running => "running",
        _ => reason.ToString(),
    };

    public static string Bounds(LrBounds bounds) =>
        string.Create(CultureInfo.InvariantCulture, $"{bounds.Method}: {bounds.BaseLr:G3} to {bounds.MaxLr:G3}");
}
