using ClrEngine.RangeTest;

namespace ClrRegret;

/// <summary>The four rules of fastai's lr_find, after its documentation: average of factor 0.02, stop at 4 times the best, a tenth of the points and the last five left out.</summary>
internal static class FastaiRules
{
    public static double? Valley(LrRangeTestResult test)
    {
        if (Curve(test) is not { } c)
            return null;
        // The longest falling subsequence; the middle of its middle third.
        var lengths = new int[c.Losses.Length];
        int end = 0;
        for (int i = 0; i < lengths.Length; i++)
        {
            lengths[i] = 1 + Enumerable.Range(0, i).Where(j => c.Losses[j] > c.Losses[i]).Select(j => lengths[j]).DefaultIfEmpty(0).Max();
            if (lengths[i] > lengths[end])
                end = i;
        }
        int start = Math.Max(0, end - lengths[end]);
        double third = (end - start) / 3.0;
        return c.Rates[start + (int)third + (int)(third / 2)];
    }

    public static double? Steep(LrRangeTestResult test)
    {
        if (Curve(test) is not { } c)
            return null;
        return c.Rates[Enumerable.Range(0, c.Rates.Length - 1).MinBy(i => (c.Losses[i + 1] - c.Losses[i]) / Math.Log(c.Rates[i + 1] / c.Rates[i]))];
    }

    public static double? Slide(LrRangeTestResult test)
    {
        if (Curve(test) is not { } c)
            return null;
        const int Interval = 15;
        const double Threshold = 0.005;
        double[] slopes = PeerCurve.Gradient(c.Losses, i => i);
        if (slopes.Length <= Interval)
            return null;
        int right = slopes.Length - 1, found = right - Interval;
        for (; right - Interval >= 0 && Math.Abs(slopes[right] - slopes[right - Interval]) > Threshold; right--)
            found = right - Interval;
        return c.Rates[found];
    }

    public static double? Minimum(LrRangeTestResult test)
    {
        if (Curve(test) is not { } c)
            return null;
        return c.Rates[Enumerable.Range(0, c.Rates.Length).MinBy(i => c.Losses[i])] / 10;
    }

    private static PeerCurve? Curve(LrRangeTestResult test)
    {
        var whole = PeerCurve.Of(test, 0.02, corrected: true, 4);
        int skip = test.Options.Iterations / 10;
        return whole.Rates.Length >= skip + 5 + 2 ? whole.Trim(skip, 5) : null;
    }
}

/// <summary>The steepest gradient as torch-lr-finder and Lightning take it.</summary>
internal static class SteepestRules
{
    /// <summary>torch-lr-finder 0.2.2: over the index, average of factor 0.05 that starts at the first loss, stop at 5 times the best, without the first 10 and the last 5 points.</summary>
    public static double? TorchLrFinder(LrRangeTestResult test)
    {
        var whole = PeerCurve.Of(test, 0.05, corrected: false, 5);
        return whole.Rates.Length < 17 ? null : Lowest(whole.Trim(10, 5), (_, i) => i);
    }

    /// <summary>Lightning 2.5.3 to 2.6.2: over the raw rate, average of factor 0.02, stop at 4 times the best, without the first 10 points and the last.</summary>
    public static double? Lightning(LrRangeTestResult test)
    {
        var whole = PeerCurve.Of(test, 0.02, corrected: true, 4);
        return whole.Rates.Length < 13 ? null : Lowest(whole.Trim(10, 1), (c, i) => c.Rates[i]);
    }

    private static double Lowest(PeerCurve curve, Func<PeerCurve, int, double> x)
    {
        double[] slopes = PeerCurve.Gradient(curve.Losses, i => x(curve, i));
        return curve.Rates[Enumerable.Range(0, slopes.Length).MinBy(i => slopes[i])];
    }
}

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

/// <summary>
/// A rule of another tool. It names one rate, which serves as the upper bound (fastai and Lightning hand it to one-cycle
/// as its highest rate); the lower is a quarter of it if left out, as for our rules of one rate.
/// </summary>
internal sealed class PeerMethod(string name, Func<LrRangeTestResult, double?> rate, double baseShare = 0.25) : IBoundsMethod
{
    public string Name => name;

    public LrRangeTestOptions Options { get; } = new() { DivergenceFactor = 0 };

    public Candidate? Suggest(LrRangeTestResult test) => rate(test) is { } max ? new Candidate(max * baseShare, max) : null;
}
