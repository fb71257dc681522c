using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;
using ClrFigures.Model;

namespace ClrFigures.RangeTests;

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
