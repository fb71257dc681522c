using ClrEngine.RangeTest;

namespace ClrRegret.PeerRules;

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
