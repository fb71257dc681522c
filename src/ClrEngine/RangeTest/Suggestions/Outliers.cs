namespace ClrEngine.RangeTest.Suggestions;

/// <summary>
/// Values far from all around them, up to three in a row, as of a batch that is unlike the others. They say nothing of the rate, since what a rate does to
/// the loss lasts longer. A high one counts only before the fall is half done: later it may be the first of a runaway.
/// </summary>
internal static class Outliers
{
    // Neighbours in all, half on each side; at each end of their order two may be outliers themselves.
    private const int Neighbours = 10, Trimmed = 2;

    // In a runaway each value may be unlike the last, and at the end of the curve it is not known what would follow.
    private const int FewestAfter = 3;

    // By how much an outlier lies beyond its neighbours at least: of their spread, of the noise around, and of the curve's fall.
    private const double Spreads = 2, Deviations = 5, ShareOfFall = 0.1;

    public static int[] Find(double[] values)
    {
        if (values.Length <= FewestAfter + 2 * Trimmed)
            return [];
        double start = Middle(values.Take(Math.Max(RangeTestCurve.FewestPoints, values.Length / 10))), least = ShareOfFall * (start - values.Min());
        (int At, bool Low)[] far = [.. Enumerable.Range(0, values.Length - FewestAfter).Select(i => (i, Stray(values, i, least))).Where(x => x.Item2 != 0).Select(x => (x.i, x.Item2 < 0))];
        int[] rest = [.. Enumerable.Range(0, values.Length).Except(far.Where(x => x.Low).Select(x => x.At))];
        double halfWay = (start + rest.Min(i => values[i])) / 2;
        int half = rest.FirstOrDefault(i => values[i] < halfWay, values.Length);
        return [.. far.Where(x => x.Low || x.At < half).Select(x => x.At)];
    }

    /// <summary>The values with a line across each gap that the outliers leave.</summary>
    public static double[] Bridged(double[] values, int[] outliers)
    {
        double[] bridged = [.. values];
        foreach (int i in outliers)
        {
            int after = Enumerable.Range(i, values.Length - i).First(j => !outliers.Contains(j));
            // From the left, so that what stands before is bridged already.
            bridged[i] = i == 0 ? values[after] : bridged[i - 1] + (values[after] - bridged[i - 1]) / (after - i + 1);
        }
        return bridged;
    }

    // Below zero for a value that is too low, above for one that is too high.
    private static int Stray(double[] values, int at, double least)
    {
        int from = Math.Clamp(at - Neighbours / 2, 0, Math.Max(0, values.Length - 1 - Neighbours));
        double[] around = [.. values.Skip(from).Take(Neighbours + 1).Where((_, i) => from + i != at).Order()];
        double low = around[Trimmed], high = around[^(Trimmed + 1)], beyond = Math.Max(low - values[at], values[at] - high);
        double most = Math.Max(Math.Max(least, Spreads * (high - low)), Deviations * RangeTestCurve.Deviation(values, at - Neighbours, at + Neighbours));
        return beyond <= most ? 0 : values[at] < low ? -1 : 1;
    }

    private static double Middle(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
