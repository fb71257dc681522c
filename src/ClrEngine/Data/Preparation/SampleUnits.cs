namespace ClrEngine.Data.Preparation;

/// <summary>Whether pixels of two parts are written in one unit: as shares of 1, or as counts up to 255.</summary>
internal static class SampleUnits
{
    // Shares may have noise, and counts may be of a dark image.
    private const double LargestShare = 2, LeastCount = 25;

    /// <summary>Whether one largest value is that of shares, and the other that of counts.</summary>
    public static bool Differ(double one, double other) => Math.Min(one, other) <= LargestShare && Math.Max(one, other) >= LeastCount;

    /// <summary>The size of the largest value of all samples.</summary>
    public static double LargestOf(ISampleReader samples)
    {
        // Decoded images need not be read for it, nor those that are decoded anew.
        if (samples is SampleReader { ByteDivisor: byte.MaxValue } or SampleReader { IsStreamed: true }) return 1;
        double largest = 0;
        samples.ReadBlocks((_, block) =>
        {
            foreach (double value in block) largest = Math.Max(largest, Math.Abs(value));
            return true;
        });
        return largest;
    }

    /// <summary>The size that the figures of a scaling expect of the largest value: pixels seldom lie farther off than two deviations.</summary>
    public static double LargestOf(FeatureScaling scaling) =>
        Enumerable.Range(0, scaling.Channels).Max(c => Math.Abs(scaling.Means[c]) + (2 * scaling.StandardDeviations[c]));
}
