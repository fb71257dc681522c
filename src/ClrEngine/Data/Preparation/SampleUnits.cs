namespace ClrEngine.Data.Preparation;

/// <summary>Whether pixels of two parts are written in one unit: as shares of 1, as counts up to 255, or as those up to 65,535.</summary>
internal static class SampleUnits
{
    // Shares may have noise, and counts may be of a dark image.
    private const double LargestShare = 2, LeastCount = 25;

    // Of fewer, all may be small.
    private const int FewestSamples = 10;

    /// <summary>Whether one largest value is that of a unit, and the other that of the next; 0 is of any.</summary>
    public static bool Differ(double one, double other) => Math.Min(one, other) is var least && Math.Max(one, other) is var most
        && least > 0 && ((least <= LargestShare && most >= LeastCount) || (least <= byte.MaxValue && most >= LeastCount * byte.MaxValue));

    public static double LargestOf(ISampleReader samples)
    {
        // Decoded images need not be read for it, nor those that are decoded anew.
        if (samples is SampleReader { ByteDivisor: byte.MaxValue } or SampleReader { IsDecodedAnew: true }) return 1;
        double largest = 0;
        samples.ReadBlocks((_, block) =>
        {
            foreach (double value in block) largest = Math.Max(largest, Math.Abs(value));
            return true;
        });
        return largest;
    }

    /// <summary>The size that the figures of a scaling expect of the largest value: pixels seldom lie farther off than two deviations.</summary>
    public static double LargestOf(FeatureScaling scaling) => Enumerable.Range(0, scaling.Channels).Max(c => LargestOf(scaling, c));

    /// <summary>Whether most values of flat samples, each a channel, are in another unit than the figures of a scaling.</summary>
    public static bool MostDiffer(ISampleReader samples, FeatureScaling scaling)
    {
        if (samples.Count < FewestSamples) return false;
        var largest = new double[samples.SampleLength];
        samples.ReadBlocks((_, block) =>
        {
            for (int i = 0; i < block.Length; i++) largest[i % largest.Length] = Math.Max(largest[i % largest.Length], Math.Abs(block[i]));
            return true;
        });
        // What is always 0, and a category, has no unit.
        int[] known = [.. Enumerable.Range(0, largest.Length).Where(c => largest[c] > 0 && scaling.Means[c] != 0)];
        return 2 * known.Count(c => Differ(largest[c], LargestOf(scaling, c))) > known.Length;
    }

    private static double LargestOf(FeatureScaling scaling, int channel) => Math.Abs(scaling.Means[channel]) + (2 * scaling.StandardDeviations[channel]);
}
