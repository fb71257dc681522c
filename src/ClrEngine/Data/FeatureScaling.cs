using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ClrEngine.Data;

/// <summary>Standardisation: each value less its channel's mean, over its channel's standard deviation, in double precision.</summary>
/// <remarks>
/// A channel is an index of a sample's first dimension: a column of flat features <c>[64]</c>, a colour of an image <c>[3, 32, 32]</c>;
/// or of its last where <see cref="ChannelsLast"/> says so: a feature of a sequence <c>[100, 6]</c>.
/// </remarks>
public sealed class FeatureScaling
{
    /// <summary>Makes a scaling from known figures.</summary>
    /// <exception cref="ArgumentException">The lengths differ or are 0, or a figure is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A standard deviation is not above 0.</exception>
    public FeatureScaling(ImmutableArray<double> means, ImmutableArray<double> standardDeviations)
    {
        if (means.IsDefaultOrEmpty) throw new ArgumentException("Give at least one channel's mean.", nameof(means));
        if (standardDeviations.IsDefault || standardDeviations.Length != means.Length)
            throw new ArgumentException($"Give {means.Length} standard deviations, one for each mean.", nameof(standardDeviations));
        for (int c = 0; c < means.Length; c++)
        {
            if (!double.IsFinite(means[c])) throw new ArgumentException($"The mean of channel {c} is {means[c]}: give a finite one.", nameof(means));
            if (!double.IsFinite(standardDeviations[c]) || standardDeviations[c] <= 0)
                throw new ArgumentOutOfRangeException(
                    nameof(standardDeviations), standardDeviations[c], $"The standard deviation of channel {c} must be a finite number above 0; a constant channel takes 1.");
        }

        Means = means;
        StandardDeviations = standardDeviations;
    }

    /// <summary>The mean of each channel.</summary>
    public ImmutableArray<double> Means { get; }

    /// <summary>The standard deviation of each channel, above 0; 1 where the channel is constant.</summary>
    public ImmutableArray<double> StandardDeviations { get; }

    /// <summary>Whether a channel is an index of a sample's last dimension, as the features of a sequence are; else of its first.</summary>
    public bool ChannelsLast { get; init; }

    /// <summary>How many channels are scaled.</summary>
    public int Channels => Means.Length;

    /// <summary>How many channels samples have.</summary>
    internal static int ChannelsOf(ISampleReader samples, bool channelsLast) => checked((int)(channelsLast ? samples.Shape[^1] : samples.Shape[0]));

    /// <summary>Whether values stay as they are: all means 0, all standard deviations 1.</summary>
    public bool IsIdentity => Means.All(static mean => mean == 0) && StandardDeviations.All(static deviation => deviation == 1);

    /// <summary>The scaling that leaves values as they are.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no channel.</exception>
    public static FeatureScaling Identity(int channels) => Identity(channels, channelsLast: false);

    internal static FeatureScaling Identity(int channels, bool channelsLast)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        return new FeatureScaling([.. Enumerable.Repeat(0.0, channels)], [.. Enumerable.Repeat(1.0, channels)]) { ChannelsLast = channelsLast };
    }

    /// <summary>Scales samples in place.</summary>
    /// <param name="samples">Whole samples, row after row.</param>
    /// <param name="sampleLength">How many values one sample has: a multiple of <see cref="Channels"/>.</param>
    /// <exception cref="ArgumentException">The length does not fit the channels, or the samples are not whole.</exception>
    public void Apply(Span<float> samples, int sampleLength)
    {
        double[] wide = new double[samples.Length];
        Widening.Widen(samples, wide);
        Apply(wide, samples, sampleLength);
    }

    /// <summary>Scales samples, and only then rounds them to single precision.</summary>
    internal void Apply(ReadOnlySpan<double> samples, Span<float> scaled, int sampleLength)
    {
        if (sampleLength < 1 || sampleLength % Channels != 0)
            throw new ArgumentException($"A sample of {Counted.Of(sampleLength, "value")} does not have {Counted.Of(Channels, "channel")}: use the scaling of this data.", nameof(sampleLength));
        if (samples.Length % sampleLength != 0)
            throw new ArgumentException($"{samples.Length} values do not make whole samples of {sampleLength}.", nameof(samples));

        int row = ChannelsLast ? Channels : sampleLength, plane = row / Channels, step = plane == 1 ? row : plane;
        for (int start = 0, channel = 0; start < samples.Length; start += step, channel = (channel + 1) % Channels)
        {
            if (plane == 1) Standardize(samples.Slice(start, step), scaled.Slice(start, step), Means.AsSpan(), StandardDeviations.AsSpan());
            else Standardize(samples.Slice(start, step), scaled.Slice(start, step), Means[channel], StandardDeviations[channel]);
        }
    }

    internal bool Matches(FeatureScaling other) =>
        ChannelsLast == other.ChannelsLast && Means.SequenceEqual(other.Means) && StandardDeviations.SequenceEqual(other.StandardDeviations);

    private static void Standardize(ReadOnlySpan<double> values, Span<float> scaled, double mean, double deviation)
    {
        int i = 0;
        var means = Vector256.Create(mean);
        var deviations = Vector256.Create(deviation);
        for (; i <= values.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256<double> low = (Vector256.Create(values[i..]) - means) / deviations;
            Vector256<double> high = (Vector256.Create(values[(i + Vector256<double>.Count)..]) - means) / deviations;
            Vector256.Narrow(low, high).CopyTo(scaled[i..]);
        }

        for (; i < values.Length; i++) scaled[i] = (float)((values[i] - mean) / deviation);
    }

    private static void Standardize(ReadOnlySpan<double> values, Span<float> scaled, ReadOnlySpan<double> means, ReadOnlySpan<double> deviations)
    {
        int i = 0;
        for (; i <= values.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            int half = i + Vector256<double>.Count;
            Vector256<double> low = (Vector256.Create(values[i..]) - Vector256.Create(means[i..])) / Vector256.Create(deviations[i..]);
            Vector256<double> high = (Vector256.Create(values[half..]) - Vector256.Create(means[half..])) / Vector256.Create(deviations[half..]);
            Vector256.Narrow(low, high).CopyTo(scaled[i..]);
        }

        for (; i < values.Length; i++) scaled[i] = (float)((values[i] - means[i]) / deviations[i]);
    }
}

/// <summary>Scalings under which well-known networks were trained. All hold for pixels from 0 to 1, red first.</summary>
public static class StandardScalings
{
    /// <summary>The scalings by the names of the sets whose figures they are, without regard to case.</summary>
    public static IReadOnlyDictionary<string, FeatureScaling> All { get; } = new SortedDictionary<string, FeatureScaling>(StringComparer.OrdinalIgnoreCase)
    {
        ["CIFAR10"] = new([0.4914, 0.4822, 0.4465], [0.2470, 0.2435, 0.2616]),
        ["CIFAR100"] = new([0.5071, 0.4865, 0.4409], [0.2673, 0.2564, 0.2762]),
        ["ImageNet"] = new([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ["MNIST"] = new([0.1307], [0.3081]),
    };

    /// <summary>The name of a scaling; null where it has none.</summary>
    public static string? NameOf(FeatureScaling scaling)
    {
        ArgumentNullException.ThrowIfNull(scaling);
        return All.FirstOrDefault(known => known.Value.Matches(scaling)).Key;
    }
}

/// <summary>Samples that are scaled as they are read.</summary>
internal sealed class ScaledSamples : SampleReader
{
    private const int ByteValues = byte.MaxValue + 1;

    private readonly FeatureScaling _scaling;

    public ScaledSamples(ISampleReader samples, FeatureScaling scaling)
        : base(samples.Count, samples.Shape)
    {
        int channels = FeatureScaling.ChannelsOf(samples, scaling.ChannelsLast);
        if (channels != scaling.Channels)
            throw new ArgumentException($"The samples have {Counted.Of(channels, "channel")}, the scaling {scaling.Channels}: use the scaling of this data.", nameof(scaling));
        Inner = samples;
        _scaling = scaling;
        ByteTable = scaling.ChannelsLast ? null : ByBytes();
    }

    public ISampleReader Inner { get; }

    /// <remarks>By what bytes are divided before they are scaled.</remarks>
    internal override float? ByteDivisor => ByteTable is null ? null : ((SampleReader)Inner).ByteDivisor;

    /// <summary>What each of the 256 bytes becomes, channel after channel; null where the samples are no bytes.</summary>
    internal float[]? ByteTable { get; }

    internal override bool IsInMemory => ((SampleReader)Inner).IsInMemory;

    internal override bool IsStreamed => Inner is SampleReader { IsStreamed: true };

    internal override string? FileOf(long index) => (Inner as SampleReader)?.FileOf(index);

    public ScaledSamples Over(ISampleReader samples) => new(samples, _scaling);

    /// <summary>The same samples under another scaling, where their present one is known.</summary>
    public static ISampleReader Rescale(ISampleReader samples, FeatureScaling has, FeatureScaling wanted)
    {
        if (samples is ScaledSamples scaled && scaled._scaling.Matches(has)) return new ScaledSamples(scaled.Inner, wanted);
        if (has.IsIdentity) return new ScaledSamples(samples, wanted);
        if (has.Matches(wanted)) return samples;
        if (has.ChannelsLast != wanted.ChannelsLast) throw new ArgumentException("The two scalings hold for different dimensions.", nameof(wanted));
        // (x d + m - M) / D = (x - (M - m) / d) / (D / d), where x has the mean m and the deviation d of its own data.
        return new ScaledSamples(samples, new FeatureScaling(
            [.. wanted.Means.Select((mean, i) => (mean - has.Means[i]) / has.StandardDeviations[i])],
            [.. wanted.StandardDeviations.Select((deviation, i) => deviation / has.StandardDeviations[i])])
        { ChannelsLast = wanted.ChannelsLast });
    }

    public static ISampleReader Unscaled(ISampleReader samples) => samples is ScaledSamples scaled ? scaled.Inner : samples;

    // Block by block, each of which is still in the first-level cache when it is scaled.
    private protected override void ReadChecked(ReadOnlySpan<long> indices, Span<float> destination)
    {
        if (ByteTable is not null)
        {
            ((SampleReader)Inner).ReadBytes(indices, destination, LookUp);
            return;
        }

        int blockRows = Math.Clamp(SampleBlocks.Values / SampleLength, 1, Math.Max(1, indices.Length));
        double[] rented = ArrayPool<double>.Shared.Rent(blockRows * SampleLength);
        try
        {
            for (int row = 0; row < indices.Length; row += blockRows)
            {
                int rows = Math.Min(blockRows, indices.Length - row);
                Span<double> block = rented.AsSpan(0, rows * SampleLength);
                Inner.ReadWide(indices.Slice(row, rows), block);
                _scaling.Apply(block, destination.Slice(row * SampleLength, rows * SampleLength), SampleLength);
            }
        }
        finally
        {
            ArrayPool<double>.Shared.Return(rented);
        }
    }

    // What each byte becomes in each channel: there are too few of them to compute one twice.
    private float[]? ByBytes()
    {
        if ((Inner as SampleReader)?.ByteDivisor is not { } divisor) return null;
        float[] read = ByteSamples.Table(divisor);
        var byBytes = new float[ByteValues * _scaling.Channels];
        for (int channel = 0; channel < _scaling.Channels; channel++)
        {
            Span<float> scaled = byBytes.AsSpan(channel * ByteValues, ByteValues);
            read.CopyTo(scaled);
            new FeatureScaling([_scaling.Means[channel]], [_scaling.StandardDeviations[channel]]).Apply(scaled, ByteValues);
        }

        return byBytes;
    }

    private void LookUp(ReadOnlySpan<byte> sample, Span<float> values)
    {
        int plane = sample.Length / _scaling.Channels;
        for (int channel = 0; channel < _scaling.Channels; channel++)
        {
            ref float scaled = ref ByteTable![channel * ByteValues];
            ref byte from = ref MemoryMarshal.GetReference(sample.Slice(channel * plane, plane));
            ref float to = ref MemoryMarshal.GetReference(values.Slice(channel * plane, plane));
            // Eight bytes by one load; a byte is always within the table.
            int i = 0;
            for (; i <= plane - sizeof(ulong); i += sizeof(ulong))
            {
                ulong eight = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, i));
                ref float target = ref Unsafe.Add(ref to, i);
                target = Unsafe.Add(ref scaled, (nint)(byte)eight);
                Unsafe.Add(ref target, 1) = Unsafe.Add(ref scaled, (nint)(byte)(eight >> 8));
                Unsafe.Add(ref target, 2) = Unsafe.Add(ref scaled, (nint)(byte)(eight >> 16));
                Unsafe.Add(ref target, 3) = Unsafe.Add(ref scaled, (nint)(byte)(eight >> 24));
                Unsafe.Add(ref target, 4) = Unsafe.Add(ref scaled, (nint)(byte)(eight >> 32));
                Unsafe.Add(ref target, 5) = Unsafe.Add(ref scaled, (nint)(byte)(eight >> 40));
                Unsafe.Add(ref target, 6) = Unsafe.Add(ref scaled, (nint)(byte)(eight >> 48));
                Unsafe.Add(ref target, 7) = Unsafe.Add(ref scaled, (nint)(eight >> 56));
            }

            for (; i < plane; i++) Unsafe.Add(ref to, i) = Unsafe.Add(ref scaled, (nint)Unsafe.Add(ref from, i));
        }
    }
}
