using System.Runtime.Intrinsics;

namespace ClrEngine.Data.Preparation;

/// <summary>Measures the mean and the standard deviation of each channel, of the training part alone.</summary>
/// <remarks>
/// Two passes in double precision over a fixed number of lanes, so that every processor finds the same figures. The first counts from each
/// channel's first value, so that an offset, however large, costs no digits and a constant has no spread.
/// The deviation is the population's (divided by n), as in scikit-learn's StandardScaler; that of a constant channel is 1.
/// </remarks>
internal static class ScalingEstimator
{
    /// <summary>Values that differ by no more than this share of their size are the same but for rounding.</summary>
    private const double Rounding = 1.0 / (1L << 50);

    // Deviations below it are measured anew, each value times the other: 2^-500 and 2^600.
    private const double SmallestSquared = 3.054936363499605E-151, Widened = 4.149515568880993E+180;

    /// <exception cref="ArgumentException">A value is not finite.</exception>
    public static FeatureScaling Estimate(ISampleReader samples, bool channelsLast = false)
    {
        int channels = FeatureScaling.ChannelsOf(samples, channelsLast);
        if (!channelsLast && samples is SampleReader counted && OfSums(counted, channels) is { } exact) return exact;
        double valuesPerChannel = (double)samples.Count * (samples.SampleLength / channels);
        double[] starts = Starts(samples, channels, channelsLast);
        double[] means = Accumulate(samples, starts, channelsLast, squared: false);
        for (int c = 0; c < channels; c++)
        {
            means[c] = starts[c] + (means[c] / valuesPerChannel);
            if (!double.IsFinite(means[c]))
                throw new ArgumentException($"Channel {c} has a value that is not finite: remove the sample or mend its value.", nameof(samples));
        }

        double[] squares = Accumulate(samples, means, channelsLast, squared: true);
        double[] deviations = [.. squares.Select(sum => Math.Sqrt(sum / valuesPerChannel))];
        // The square of a number below 1e-154 has few digits left, or none.
        if (deviations.Any(static deviation => deviation < SmallestSquared)) WidenSmall(samples, means, channelsLast, deviations);
        return new FeatureScaling([.. means], [.. deviations.Select((deviation, c) => double.IsFinite(deviation) && deviation > Rounding * Math.Abs(means[c]) ? deviation : 1)])
        {
            ChannelsLast = channelsLast,
        };
    }

    // Whole numbers whose sums were taken when they were first read: exact, and without reading them again.
    private static FeatureScaling? OfSums(SampleReader samples, int channels)
    {
        Int128[] sums = new Int128[channels], squares = new Int128[channels];
        double one = 1;
        for (long i = 0; i < samples.Count; i++)
        {
            if (samples.AddSums(i, sums, squares) is not { } unit) return null;
            one = unit;
        }

        Int128 values = samples.Count * (samples.SampleLength / channels);
        double[] deviations = [.. Enumerable.Range(0, channels).Select(c => Math.Sqrt((double)((values * squares[c]) - (sums[c] * sums[c]))) / (double)values / one)];
        return new FeatureScaling([.. sums.Select(sum => (double)sum / (double)values / one)], [.. deviations.Select(static deviation => deviation > 0 ? deviation : 1)]);
    }

    // Multiplied by a power of 2, which rounds nothing, whatever is small leaves digits; what is large then is not asked for.
    private static void WidenSmall(ISampleReader samples, double[] means, bool channelsLast, double[] deviations)
    {
        var sums = new double[deviations.Length];
        long count = 0;
        int plane = samples.SampleLength / deviations.Length;
        samples.ReadBlocks((_, block) =>
        {
            for (int i = 0; i < block.Length; i++)
            {
                int channel = channelsLast ? i % deviations.Length : i % samples.SampleLength / plane;
                if (deviations[channel] >= SmallestSquared) continue;
                double wide = (block[i] - means[channel]) * Widened;
                sums[channel] += wide * wide;
            }

            count += block.Length / deviations.Length;
            return true;
        });
        for (int c = 0; c < deviations.Length; c++)
        {
            if (deviations[c] < SmallestSquared && sums[c] > 0) deviations[c] = Math.Max(Math.Sqrt(sums[c] / count) / Widened, double.Epsilon);
        }
    }

    /// <summary>Looks whether all samples are alike, and which channels have one value in all of them.</summary>
    public static (bool AreAlike, IReadOnlyList<int> Constant) FindConstant(ISampleReader samples, bool channelsLast)
    {
        int channels = FeatureScaling.ChannelsOf(samples, channelsLast), length = samples.SampleLength;
        (int plane, int step) = channelsLast ? (1, channels) : (length / channels, 1);
        var first = new double[length];
        samples.ReadWide([0], first);
        List<int> constant = [.. Enumerable.Range(0, channels)];
        bool areAlike = true;
        samples.ReadBlocks((_, block) =>
        {
            for (int start = 0; start < block.Length && (areAlike || constant.Count > 0); start += length)
            {
                ReadOnlySpan<double> sample = block.Slice(start, length);
                for (int i = 0; i < length && areAlike; i++) areAlike = IsSame(sample[i], first[i]);
                for (int c = constant.Count - 1; c >= 0; c--)
                {
                    if (Varies(sample, constant[c])) constant.RemoveAt(c);
                }
            }

            return areAlike || constant.Count > 0;
        });
        return (areAlike, constant);

        bool Varies(ReadOnlySpan<double> sample, int channel)
        {
            int from = channel * plane, end = channelsLast ? length : from + plane;
            for (int i = from; i < end; i += step)
            {
                if (!IsSame(sample[i], first[from])) return true;
            }

            return false;
        }

        static bool IsSame(double value, double other) => Math.Abs(value - other) <= Rounding * Math.Abs(other);
    }

    // The first value of each channel.
    private static double[] Starts(ISampleReader samples, int channels, bool channelsLast)
    {
        var first = new double[samples.SampleLength];
        samples.ReadWide([0], first);
        return [.. Enumerable.Range(0, channels).Select(c => first[channelsLast ? c : c * (first.Length / channels)])];
    }

    private static double[] Accumulate(ISampleReader samples, double[] centers, bool channelsLast, bool squared)
    {
        int row = channelsLast ? centers.Length : samples.SampleLength, plane = row / centers.Length, step = plane == 1 ? row : plane;
        var totals = new double[centers.Length];
        samples.ReadBlocks((_, block) =>
        {
            for (int start = 0, c = 0; start < block.Length; start += step, c = (c + 1) % centers.Length)
            {
                if (plane == 1) AddColumns(block.Slice(start, step), centers, squared, totals);
                else totals[c] += PlaneSum(block.Slice(start, step), centers[c], squared);
            }

            return true;
        });
        return totals;
    }

    private static double PlaneSum(ReadOnlySpan<double> plane, double center, bool squared)
    {
        var centers = Vector256.Create(center);
        Vector256<double> lowSum = default, highSum = default;
        int i = 0;
        for (; i <= plane.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256<double> low = Vector256.Create(plane[i..]) - centers, high = Vector256.Create(plane[(i + Vector256<double>.Count)..]) - centers;
            lowSum += squared ? low * low : low;
            highSum += squared ? high * high : high;
        }

        double sum = Vector256.Sum(lowSum + highSum);
        for (; i < plane.Length; i++)
        {
            double value = plane[i] - center;
            sum += squared ? value * value : value;
        }

        return sum;
    }

    private static void AddColumns(ReadOnlySpan<double> row, ReadOnlySpan<double> centers, bool squared, Span<double> totals)
    {
        int i = 0;
        for (; i <= row.Length - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            Vector256<double> values = Vector256.Create(row[i..]) - Vector256.Create(centers[i..]);
            (Vector256.Create<double>(totals[i..]) + (squared ? values * values : values)).CopyTo(totals[i..]);
        }

        for (; i < row.Length; i++)
        {
            double value = row[i] - centers[i];
            totals[i] += squared ? value * value : value;
        }
    }
}
