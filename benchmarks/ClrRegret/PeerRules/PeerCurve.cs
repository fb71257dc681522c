using ClrEngine.RangeTest;

namespace ClrRegret.PeerRules;

/// <summary>
/// A sweep as another tool sees it: its running average, its stop rule. The sweep itself runs without a stop,
/// so one run serves all tools.
/// </summary>
internal sealed record PeerCurve(double[] Rates, double[] Losses)
{
    public static PeerCurve Of(LrRangeTestResult test, double factor, bool corrected, double stopFactor)
    {
        List<double> rates = [], losses = [];
        double average = corrected ? 0 : test.Points[0].Loss, weight = 0, best = double.PositiveInfinity;
        foreach (LrRangeTestPoint point in test.Points)
        {
            average += factor * (point.Loss - average);
            weight += factor * (1 - weight);
            double smoothed = corrected ? average / weight : average;
            if (!double.IsFinite(smoothed))
                break;
            best = Math.Min(best, smoothed);
            rates.Add(point.LearningRate);
            losses.Add(smoothed);
            if (smoothed > stopFactor * best)
                break;
        }
        return new PeerCurve([.. rates], [.. losses]);
    }

    public PeerCurve Trim(int start, int end) => new(Rates[start..^end], Losses[start..^end]);

    /// <summary>Differences of second order over steps of any width, one-sided at the ends: the gradient of NumPy and PyTorch.</summary>
    public static double[] Gradient(IReadOnlyList<double> y, Func<int, double> x)
    {
        var slopes = new double[y.Count];
        for (int i = 0; i < y.Count; i++)
        {
            double before = i > 0 ? x(i) - x(i - 1) : 0, after = i < y.Count - 1 ? x(i + 1) - x(i) : 0;
            double left = i > 0 ? (y[i] - y[i - 1]) / before : 0, right = i < y.Count - 1 ? (y[i + 1] - y[i]) / after : 0;
            slopes[i] = i == 0 ? right : i == y.Count - 1 ? left : (after * left + before * right) / (before + after);
        }
        return slopes;
    }
}
