using System.Runtime.Intrinsics;

namespace ClrEngine.Data;

/// <summary>Measures the mean and the standard deviation of each channel.</summary>
/// <remarks>
/// Two passes in double precision over a fixed number of lanes, so that every processor finds the same figures.
/// The deviation is the population's (divided by n), as in scikit-learn's StandardScaler.
/// </remarks>
public static class ScalingEstimator
{
    private const int BlockValues = 8192;

    /// <summary>Measures samples; give the training part alone, or the validation figures are no longer honest.</summary>
    /// <param name="samples">The samples to measure, at least one.</param>
    /// <returns>The scaling that makes each channel's mean 0 and its standard deviation 1; a constant channel keeps its spread.</returns>
    /// <exception cref="ArgumentException">There is no sample, or a value is not finite.</exception>
    public static FeatureScaling Estimate(ISampleReader samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        if (samples.Count == 0) throw new ArgumentException("There is no sample to measure.", nameof(samples));

        int channels = checked((int)samples.Shape[0]);
        double valuesPerChannel = (double)samples.Count * (samples.SampleLength / channels);
        double[] means = Accumulate(samples, new double[channels], squared: false);
        for (int c = 0; c < channels; c++)
        {
            means[c] /= valuesPerChannel;
            if (!double.IsFinite(means[c]))
                throw new ArgumentException($"Channel {c} has a value that is not finite: remove the sample or mend its value.", nameof(samples));
        }

        double[] squares = Accumulate(samples, means, squared: true);
        return new FeatureScaling(
            [.. means.Select(static mean => (float)mean)],
            [.. squares.Select(sum => Deviation(sum / valuesPerChannel))]);
    }

    private static float Deviation(double variance)
    {
        float deviation = (float)Math.Sqrt(variance);
        return float.IsNormal(deviation) ? deviation : 1;
    }

    private static double[] Accumulate(ISampleReader samples, double[] centers, bool squared)
    {
        int length = samples.SampleLength;
        int plane = length / centers.Length;
        int blockRows = (int)Math.Min(Math.Max(1, BlockValues / length), samples.Count);
        var indices = new long[blockRows];
        var values = new float[blockRows * length];
        var totals = new double[centers.Length];
        for (long first = 0; first < samples.Count; first += blockRows)
        {
            int rows = (int)Math.Min(blockRows, samples.Count - first);
            for (int i = 0; i < rows; i++) indices[i] = first + i;
            Span<float> block = values.AsSpan(0, rows * length);
            samples.Read(indices.AsSpan(0, rows), block);
            if (plane == 1)
            {
                for (int start = 0; start < block.Length; start += length)
                    AddColumns(block.Slice(start, length), centers, squared, totals);
            }
            else
            {
                for (int start = 0, c = 0; start < block.Length; start += plane, c = (c + 1) % centers.Length)
                    totals[c] += PlaneSum(block.Slice(start, plane), centers[c], squared);
            }
        }

        return totals;
    }

    private static double PlaneSum(ReadOnlySpan<float> plane, double center, bool squared)
    {
        var centers = Vector256.Create(center);
        Vector256<double> lowSum = default, highSum = default;
        int i = 0;
        for (; i <= plane.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            (Vector256<double> low, Vector256<double> high) = Vector256.Widen(Vector256.Create(plane[i..]));
            low -= centers;
            high -= centers;
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

    private static void AddColumns(ReadOnlySpan<float> row, ReadOnlySpan<double> centers, bool squared, Span<double> totals)
    {
        int half = Vector256<double>.Count;
        int i = 0;
        for (; i <= row.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            (Vector256<double> low, Vector256<double> high) = Vector256.Widen(Vector256.Create(row[i..]));
            low -= Vector256.Create(centers[i..]);
            high -= Vector256.Create(centers[(i + half)..]);
            (Vector256.Create<double>(totals[i..]) + (squared ? low * low : low)).CopyTo(totals[i..]);
            (Vector256.Create<double>(totals[(i + half)..]) + (squared ? high * high : high)).CopyTo(totals[(i + half)..]);
        }

        for (; i < row.Length; i++)
        {
            double value = row[i] - centers[i];
            totals[i] += squared ? value * value : value;
        }
    }
}
