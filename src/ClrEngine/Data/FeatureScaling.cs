using System.Collections.Immutable;
using System.Runtime.Intrinsics;

namespace ClrEngine.Data;

/// <summary>Standardisation: each value less its channel's mean, over its channel's standard deviation.</summary>
/// <remarks>
/// A channel is an index of a sample's leading dimension: a column of flat features <c>[64]</c>, a colour of an image <c>[3, 32, 32]</c>.
/// </remarks>
public sealed class FeatureScaling
{
    /// <summary>Makes a scaling from known figures.</summary>
    /// <param name="means">The mean of each channel.</param>
    /// <param name="standardDeviations">The standard deviation of each channel, above 0.</param>
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
    /// <param name="channels">How many channels a sample has, at least 1.</param>
    /// <returns>Means of 0 and standard deviations of 1.</returns>
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

        int plane = sampleLength / Channels;
        if (plane == 1)
        {
            for (int start = 0; start < samples.Length; start += sampleLength)
                Standardize(samples.Slice(start, sampleLength), Means.AsSpan(), StandardDeviations.AsSpan());
            return;
        }

        for (int start = 0, channel = 0; start < samples.Length; start += plane, channel = (channel + 1) % Channels)
            Standardize(samples.Slice(start, plane), Means[channel], StandardDeviations[channel]);
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
