using System.Globalization;
using ClrEngine.RangeTest;
using ClrFigures.Model;
using XPlot.Plotly;

namespace ClrFigures.RangeTests;

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
