using ClrEngine.RangeTest;

namespace ClrRegret.PeerRules;

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
