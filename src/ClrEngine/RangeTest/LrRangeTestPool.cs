using ClrEngine.Errors;

namespace ClrEngine.RangeTest;

/// <summary>Pools range tests of one task that differ in their seeds.</summary>
public static class LrRangeTestPool
{
    /// <summary>
    /// Makes one curve of several: at each rate the median of the losses, up to where half of the tests have ended.
    /// It ends as the test that ended there did.
    /// </summary>
    /// <param name="repeats">The tests, at least one, with equal options.</param>
    /// <returns>The pooled test, which keeps the single ones as its <see cref="LrRangeTestResult.Repeats"/>; a single test comes back as it is.</returns>
    /// <exception cref="InvalidParameterException">No test, or tests with other options.</exception>
    public static LrRangeTestResult Of(IReadOnlyList<LrRangeTestResult> repeats)
    {
        ArgumentNullException.ThrowIfNull(repeats);
        if (repeats.Count == 0)
            throw new InvalidParameterException("Repeats", repeats, "There is no range test to pool: give at least one.");
        if (repeats.FirstOrDefault(r => !r.Options.SameAs(repeats[0].Options)) is { } other)
            throw new InvalidParameterException("Repeats", other, "The range tests swept other rates or steps, so their curves cannot be pooled: give tests with equal options.", "RepeatsDiffer");
        if (repeats.Count == 1)
            return repeats[0];
        LrRangeTestResult[] byLength = [.. repeats.OrderBy(r => r.Points.Count)];
        LrRangeTestResult middle = byLength[(byLength.Length - 1) / 2];
        return repeats[0] with
        {
            Points = middle.Points.Select((at, i) => Pooled(at, [.. repeats.Where(r => r.Points.Count > i).Select(r => r.Points[i])])).ToArray(),
            StopReason = middle.StopReason,
            Seconds = repeats.Sum(r => r.Seconds),
            Repeats = repeats.ToArray(),
        };
    }

    private static LrRangeTestPoint Pooled(LrRangeTestPoint at, LrRangeTestPoint[] points) => at with
    {
        Loss = Median(points.Select(p => p.Loss)),
        SmoothedLoss = Median(points.Select(p => p.SmoothedLoss)),
        Accuracy = points.All(p => p.Accuracy.HasValue) ? Median(points.Select(p => p.Accuracy!.Value)) : null,
    };

    // A loss that is not a number is as high as can be; .NET sorts NaN first.
    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Select(v => double.IsNaN(v) ? double.PositiveInfinity : v).Order()];
        double low = sorted[(sorted.Length - 1) / 2], high = sorted[sorted.Length / 2];
        return double.IsFinite(high) ? (low + high) / 2 : high;
    }
}
