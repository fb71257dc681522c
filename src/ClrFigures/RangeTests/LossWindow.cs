using ClrEngine.RangeTest;

namespace ClrFigures.RangeTests;

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
