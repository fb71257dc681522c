using System.Collections.Immutable;
using System.Runtime.Intrinsics;

namespace ClrEngine.Data;

/// <summary>Standardisation: each value less its channel's mean, over its channel's standard deviation.</summary>
/// <remarks>A channel is an index of a sample's leading dimension: a column of flat features <c>[64]</c>, a colour of an image <c>[3, 32, 32]</c>.</remarks>
public sealed class FeatureScaling
{
    /// <summary>Makes a scaling from known figures.</summary>
    /// <exception cref="ArgumentException">The lengths differ or are 0, or a figure is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A standard deviation is not above 0.</exception>
    public FeatureScaling(ImmutableArray<float> means, ImmutableArray<float> standardDeviations)
    {
        if (means.IsDefaultOrEmpty) throw new ArgumentException("Give at least one channel's mean.", nameof(means));
        if (standardDeviations.IsDefault || standardDeviations.Length != means.Length)
            throw new ArgumentException($"Give {means.Length} standard deviations, one for each mean.", nameof(standardDeviations));
        for (int c = 0; c < means.Length; c++)
        {
            if (!float.IsFinite(means[c])) throw new ArgumentException($"The mean of channel {c} is {means[c]}: give a finite one.", nameof(means));
            if (!float.IsNormal(standardDeviations[c]) || standardDeviations[c] < 0)
                throw new ArgumentOutOfRangeException(
                    nameof(standardDeviations), standardDeviations[c], $"The standard deviation of channel {c} must be a finite number above 0; a constant channel takes 1.");
        }

        Means = means;
        StandardDeviations = standardDeviations;
    }

    /// <summary>The mean of each channel.</summary>
    public ImmutableArray<float> Means { get; }

    /// <summary>The standard deviation of each channel, above 0; 1 where the channel is constant.</summary>
    public ImmutableArray<float> StandardDeviations { get; }

    /// <summary>How many channels are scaled: a sample's leading dimension.</summary>
    public int Channels => Means.Length;

    /// <summary>Whether values stay as they are: all means 0, all standard deviations 1.</summary>
    public bool IsIdentity => Means.All(static mean => mean == 0) && StandardDeviations.All(static deviation => deviation == 1);

    /// <summary>The scaling that leaves values as they are.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no channel.</exception>
    public static FeatureScaling Identity(int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        return new FeatureScaling([.. Enumerable.Repeat(0f, channels)], [.. Enumerable.Repeat(1f, channels)]);
    }

    /// <summary>Scales samples in place.</summary>
    /// <param name="samples">Whole samples, row after row.</param>
    /// <param name="sampleLength">How many values one sample has: a multiple of <see cref="Channels"/>.</param>
    /// <exception cref="ArgumentException">The length does not fit the channels, or the samples are not whole.</exception>
    public void Apply(Span<float> samples, int sampleLength)
    {
        if (sampleLength < 1 || sampleLength % Channels != 0)
            throw new ArgumentException($"A sample of {sampleLength} values does not have {Channels} channels: use the scaling of this data.", nameof(sampleLength));
        if (samples.Length % sampleLength != 0)
            throw new ArgumentException($"{samples.Length} values do not make whole samples of {sampleLength}.", nameof(samples));

        int plane = sampleLength / Channels, step = plane == 1 ? sampleLength : plane;
        for (int start = 0, channel = 0; start < samples.Length; start += step, channel = (channel + 1) % Channels)
        {
            if (plane == 1) Standardize(samples.Slice(start, step), Means.AsSpan(), StandardDeviations.AsSpan());
            else Standardize(samples.Slice(start, step), Means[channel], StandardDeviations[channel]);
        }
    }

    private static void Standardize(Span<float> values, float mean, float deviation)
    {
        int i = 0;
        var means = Vector256.Create(mean);
        var deviations = Vector256.Create(deviation);
        for (; i <= values.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Span<float> window = values[i..];
            ((Vector256.Create<float>(window) - means) / deviations).CopyTo(window);
        }

        for (; i < values.Length; i++) values[i] = (values[i] - mean) / deviation;
    }

    private static void Standardize(Span<float> values, ReadOnlySpan<float> means, ReadOnlySpan<float> deviations)
    {
        int i = 0;
        for (; i <= values.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Span<float> window = values[i..];
            ((Vector256.Create<float>(window) - Vector256.Create(means[i..])) / Vector256.Create(deviations[i..])).CopyTo(window);
        }

        for (; i < values.Length; i++) values[i] = (values[i] - means[i]) / deviations[i];
    }
}

/// <summary>Samples that are scaled as they are read.</summary>
internal sealed class ScaledSamples : SampleReader
{
    private readonly ISampleReader _samples;
    private readonly FeatureScaling _scaling;

    public ScaledSamples(ISampleReader samples, FeatureScaling scaling)
        : base(samples.Count, samples.Shape)
    {
        if (Shape[0] != scaling.Channels)
            throw new ArgumentException($"The samples have {Shape[0]} channels, the scaling {scaling.Channels}: use the scaling of this data.", nameof(scaling));
        _samples = samples;
        _scaling = scaling;
    }

    // Block by block, each of which is still in the first-level cache when it is scaled.
    private protected override void ReadChecked(ReadOnlySpan<long> indices, Span<float> destination)
    {
        int blockRows = Math.Max(1, SampleBlocks.Values / SampleLength);
        for (int row = 0; row < indices.Length; row += blockRows)
        {
            int rows = Math.Min(blockRows, indices.Length - row);
            Span<float> block = destination.Slice(row * SampleLength, rows * SampleLength);
            _samples.Read(indices.Slice(row, rows), block);
            _scaling.Apply(block, SampleLength);
        }
    }
}

/// <summary>Measures the mean and the standard deviation of each channel, of the training part alone.</summary>
/// <remarks>
/// Two passes in double precision over a fixed number of lanes, so that every processor finds the same figures.
/// The deviation is the population's (divided by n), as in scikit-learn's StandardScaler; that of a constant channel is 1.
/// </remarks>
internal static class ScalingEstimator
{
    /// <exception cref="ArgumentException">A value is not finite.</exception>
    public static FeatureScaling Estimate(ISampleReader samples)
    {
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
        float[] deviations = [.. squares.Select(sum => (float)Math.Sqrt(sum / valuesPerChannel))];
        return new FeatureScaling([.. means.Select(static mean => (float)mean)], [.. deviations.Select(static deviation => float.IsNormal(deviation) ? deviation : 1)]);
    }

    private static double[] Accumulate(ISampleReader samples, double[] centers, bool squared)
    {
        int length = samples.SampleLength, plane = length / centers.Length, step = plane == 1 ? length : plane;
        var totals = new double[centers.Length];
        samples.ReadBlocks((_, block) =>
        {
            for (int start = 0, c = 0; start < block.Length; start += step, c = (c + 1) % centers.Length)
            {
                if (plane == 1) AddColumns(block.Slice(start, step), centers, squared, totals);
                else totals[c] += PlaneSum(block.Slice(start, step), centers[c], squared);
            }
        });
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
