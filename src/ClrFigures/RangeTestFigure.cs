using ClrFigures.Plotly;
using XPlot.Plotly;
using static System.FormattableString;

namespace ClrFigures;

/// <summary>
/// Draws a range test: the loss of each batch over the rate and, smoothed without a lag, the curve that the rules read; where it
/// falls fastest, where it is lowest, where and why the test ended, and suggested bounds as bands. Where there are any, also the
/// accuracy, and how far repeats lie apart.
/// </summary>
public static class RangeTestFigure
{
    private const int MostPoints = 700, MostOfRibbon = 250;
    private const double RowHeight = 0.055, RowGap = 0.03, AccuracyShare = 0.36;

    // Not the palette's order: its first colour is that of the loss.
    private static readonly string[] BandColors = [Palette.Orange, Palette.Vermillion, Palette.Green, Palette.Purple, Palette.Sky, Palette.Blue, Palette.Ink];

    /// <summary>Draws a range test, and bounds that were suggested from it if there are any; the title is its model and data if null.</summary>
    public static ClrFigure Draw(LrRangeTestResult test, IReadOnlyList<LrBounds>? bounds = null, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(test);
        bounds ??= [];
        LossWindow window = LossWindow.Over([test, .. test.Repeats]);
        bool hasAccuracy = test.Points.Any(p => p.Accuracy.HasValue);
        double bottom = bounds.Count == 0 ? 0 : (bounds.Count * RowHeight) + RowGap;
        double middle = hasAccuracy ? bottom + ((1 - bottom) * AccuracyShare) : bottom;
        var figure = new FigureBuilder(title ?? RangeTestText.Title(test), 470 + (24 * bounds.Count) + (hasAccuracy ? 180 : 0)) { HoverMode = "closest" };
        double[] smooth = [.. test.SmoothLosses()];
        if (test.Repeats.Count > 1)
            figure.Add(Ribbon(test.Repeats));
        double[] losses = [.. test.Points.Select(p => p.Loss)], accuracies = [.. test.Points.Select(p => p.Accuracy ?? double.NaN)];
        // The same points for all lines: their rates are sent once.
        int[] kept = [.. Kept(losses, MostPoints).Union(Kept(smooth, MostPoints / 4)).Union(hasAccuracy ? Kept(accuracies, MostPoints / 4) : []).Order()];
        figure.Add(Line(test.Points, kept, losses, test.Repeats.Count > 1 ? $"loss of each batch, median of {test.Repeats.Count}" : "loss of each batch", new Stroke { color = Palette.Faint(Palette.Sky, 0.65), width = 1.2 }));
        figure.Add(Line(test.Points, kept, smooth, "smoothed loss", new Stroke { color = Palette.Blue, width = 2.6 }));
        if (test.Trials.Count > 0)
            figure.Add(Trials(test.Trials, window));
        AddMarks(figure, test, smooth, bounds, window);
        AddBounds(figure, bounds, bottom);
        figure.Axis("xaxis", RateAxis(test, bounds.Count > 0 ? "y2" : hasAccuracy ? "y3" : "y"));
        if (hasAccuracy)
        {
            Curve accuracy = Line(test.Points, kept, accuracies, "accuracy", new Stroke { color = Palette.Green, width = 1.8 });
            accuracy.yaxis = "y3";
            accuracy.hovertemplate = Hover("%{y:.2f} %");
            figure.Add(accuracy);
            figure.Axis("yaxis3", new Axis { title = "accuracy (%)", domain = new[] { bottom, middle - RowGap } });
        }
        figure.Axis("yaxis", new Axis { title = "loss", domain = new[] { middle, 1.0 }, range = new[] { window.Lowest, window.Highest } });
        return figure.Build();
    }

    private static void AddMarks(FigureBuilder figure, LrRangeTestResult test, double[] smooth, IReadOnlyList<LrBounds> bounds, LossWindow window)
    {
        if (test.Points.Count == 0)
            return;
        bool byAccuracy = test.Options.Metric == RangeTestMetric.Accuracy;
        LrBounds? read = bounds.Count > 0 ? bounds[0] : LrBoundsSuggester.Suggest(test) as LrBounds;
        if (read is not null)
            MarkAt(read.SteepestLr, byAccuracy ? "steepest rise of the accuracy" : "steepest descent", "diamond", Palette.Green);
        if (smooth.Length > 0)
            MarkAt(read?.LowestLossLr ?? test.BestLr, byAccuracy ? "highest smoothed accuracy" : "lowest smoothed loss", "circle", Palette.Purple);
        double last = smooth.Length == test.Points.Count ? smooth[^1] : double.NaN;
        figure.Add(Mark(test.Points[^1], window.Nearest(last), RangeTestText.StopReason(test.StopReason), "x", Palette.Vermillion, Hover(double.IsFinite(last) ? Invariant($"smoothed loss {last:G5}") : "loss not finite")));

        void MarkAt(double rate, string name, string symbol, string color)
        {
            int at = Enumerable.Range(0, smooth.Length).MinBy(i => Math.Abs(test.Points[i].LearningRate - rate));
            figure.Add(Mark(test.Points[at], smooth[at], name, symbol, color, Hover("loss %{y:.5~g}")));
        }
    }

    private static void AddBounds(FigureBuilder figure, IReadOnlyList<LrBounds> bounds, double bottom)
    {
        if (bounds.Count == 0)
            return;
        for (int i = 0; i < bounds.Count; i++)
            figure.Add(Bounds(bounds[i], i));
        // Bands of several rules over each other would hide the curve: then each keeps to its row.
        if (bounds.Count == 1)
            figure.Add(Band.Between(bounds[0].BaseLr, bounds[0].MaxLr, bottom, Palette.Faint(BandColors[0], 0.16)));
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

    private static Curve Bounds(LrBounds bounds, int row)
    {
        string color = BandColors[row % BandColors.Length];
        return new Curve
        {
            x = new[] { bounds.BaseLr, bounds.MaxLr },
            y = new[] { (double)row, row },
            customdata = new[] { "base rate", "max rate" },
            name = PlotText.Plain(Invariant($"{bounds.Method}: {bounds.BaseLr:G3} to {bounds.MaxLr:G3}")),
            mode = "lines+markers",
            yaxis = "y2",
            line = new Line { color = Palette.Faint(color, 0.6), width = 8.0 },
            marker = new Marker { symbol = "line-ns", size = 12, color = color, line = new Line { color = color, width = 3.0 } },
            hovertemplate = "<b>%{fullData.name}</b><br>%{customdata} %{x:.4~g}<extra></extra>",
        };
    }

    // A trial that ran away has no place on the axis; the others stand at the tops of their cycles.
    private static Curve Trials(IReadOnlyList<LrTrial> trials, LossWindow window)
    {
        LrTrial[] shown = [.. TrialSearch.Longest(trials).Where(t => double.IsFinite(t.Loss)).OrderBy(t => t.MaxLr)];
        return new Curve
        {
            x = Curve.OrGap(shown.Select(t => t.MaxLr)),
            y = Curve.OrGap(shown.Select(t => window.Nearest(t.Loss))),
            customdata = Curve.OrGap(shown.Select(t => t.Loss)),
            name = $"validation loss after trials of {Counted.Of(trials.Max(t => t.Steps), "step")}",
            mode = "lines+markers",
            line = new Stroke { color = Palette.Faint(Palette.Vermillion, 0.7), width = 1.4, dash = "dot" },
            marker = Curve.Outlined("square", 9, Palette.Vermillion),
            hovertemplate = "<b>%{fullData.name}</b><br>max rate %{x:.4~g}<br>loss %{customdata:.5~g}<extra></extra>",
        };
    }

    // The area between the lowest and the highest smoothed loss of each step, as far as all repeats are finite.
    private static Curve Ribbon(IReadOnlyList<LrRangeTestResult> repeats)
    {
        IReadOnlyList<double>[] smooth = [.. repeats.Select(r => r.SmoothLosses())];
        int all = smooth.Min(s => s.Count), every = (all / MostOfRibbon) + 1;
        int[] steps = [.. Enumerable.Range(0, all).Where(i => i % every == 0 || i == all - 1)];
        // Along the lower edge, and back along the upper one.
        return new Curve
        {
            x = Curve.OrGap(steps.Concat(Enumerable.Reverse(steps)).Select(i => repeats[0].Points[i].LearningRate)),
            y = Curve.OrGap(steps.Select(i => smooth.Min(s => s[i])).Concat(Enumerable.Reverse(steps).Select(i => smooth.Max(s => s[i])))),
            name = $"range of {Counted.Of(repeats.Count, "repeat")}",
            mode = "lines",
            fill = "toself",
            fillcolor = Palette.Faint(Palette.Blue, 0.18),
            line = new Line { width = 0.0 },
            hoverinfo = "skip",
        };
    }

    // A test that is not long is kept whole.
    private static IEnumerable<int> Kept(double[] values, int most) => values.Length <= Thinning.DefaultMost ? Enumerable.Range(0, values.Length) : Thinning.KeepExtremes(values, most);

    private static Curve Line(IReadOnlyList<LrRangeTestPoint> points, int[] whole, double[] values, string name, Line line)
    {
        int[] kept = [.. whole.Where(i => i < values.Length)];
        Curve curve = Curve.Lines(Curve.OrGap(kept.Select(i => points[i].LearningRate)), Curve.OrGap(kept.Select(i => values[i])), name, line, hover: Hover("loss %{y:.5~g}"));
        curve.customdata = Curve.OrGap(kept.Select(i => (double)points[i].Step));
        return curve;
    }

    private static Curve Mark(LrRangeTestPoint point, double y, string name, string symbol, string color, string hover)
    {
        Curve mark = Curve.Marks(new[] { point.LearningRate }, new[] { y }, name, Curve.Outlined(symbol, 11, color), hover: hover);
        mark.customdata = new[] { point.Step };
        mark.cliponaxis = false;
        return mark;
    }

    private static string Hover(string value) => $"<b>%{{fullData.name}}</b><br>step %{{customdata:,d}}<br>rate %{{x:.4~g}}<br>{value}<extra></extra>";

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

/// <summary>The losses that a range test's figure shows: the fall in full and the start of the rise, so that a diverged tail doesn't flatten the curve.</summary>
internal readonly record struct LossWindow(double Lowest, double Highest)
{
    // Above the falling branch, this share of its height is left for the rise.
    private const double Headroom = 0.3, Margin = 0.06;

    /// <summary>The window over several tests.</summary>
    public static LossWindow Over(IReadOnlyList<LrRangeTestResult> tests)
    {
        LossWindow[] each = [.. tests.Select(Over)];
        return new LossWindow(each.Min(w => w.Lowest), each.Max(w => w.Highest));
    }

    /// <summary>The nearest value inside.</summary>
    public double Nearest(double loss) => double.IsNaN(loss) ? Highest : Math.Clamp(loss, Lowest, Highest);

    private static LossWindow Over(LrRangeTestResult test)
    {
        double[] smooth = [.. test.SmoothLosses()], raw = [.. test.Points.Take(smooth.Length).Select(p => p.Loss)];
        if (smooth.Length == 0)
            return new LossWindow(0, 1);
        int falling = Array.IndexOf(smooth, smooth.Min()) + 1;
        double low = raw.Take(falling).Concat(TrialSearch.Longest(test.Trials).Select(t => t.Loss)).Append(smooth[falling - 1]).Min();
        // Single batches may jump far above the curve on their way down: only the smoothed loss sets the top.
        double high = smooth.Take(falling).Max();
        double top = Math.Min(high + (Headroom * (high - low)), Math.Max(smooth.Max(), raw.Max()));
        double margin = Margin * (top > low ? top - low : Math.Max(Math.Abs(low), 1));
        return new LossWindow(low - margin, top + margin);
    }
}

/// <summary>What figures and tables of range tests say.</summary>
internal static class RangeTestText
{
    public static string Title(LrRangeTestResult test) =>
        "Learning-rate range test" + (test.Model is { } model ? $" of {model}" : "") + (test.Data is { } data ? $" on {data}" : "")
        + (test.StopReason is RangeTestStopReason.Cancelled or RangeTestStopReason.Running ? $" ({StopReason(test.StopReason)})" : "");

    public static string StopReason(RangeTestStopReason reason) => reason switch
    {
        RangeTestStopReason.Completed => "reached the end of the sweep",
        RangeTestStopReason.Diverged => "stopped: the loss diverged",
        RangeTestStopReason.NonFiniteLoss => "stopped: the loss was not finite",
        RangeTestStopReason.Cancelled => "cancelled",
        RangeTestStopReason.Running => "running",
        _ => reason.ToString(),
    };
}
