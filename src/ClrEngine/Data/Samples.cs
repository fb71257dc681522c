using System.Buffers;
using System.Collections.Immutable;

namespace ClrEngine.Data;

/// <summary>The features of a set of samples, in memory or on disk, read by index.</summary>
/// <remarks>Readers are immutable once made: any number of threads may read at once.</remarks>
public interface ISampleReader
{
    /// <summary>How many samples there are.</summary>
    long Count { get; }

    /// <summary>The shape of one sample: <c>[64]</c> for flat features, <c>[1, 28, 28]</c> (channels, height, width) for images.</summary>
    IReadOnlyList<long> Shape { get; }

    /// <summary>How many values one sample has: the product of <see cref="Shape"/>.</summary>
    int SampleLength { get; }

    /// <summary>Reads samples, row after row, in the order of their indices.</summary>
    /// <param name="indices">The samples wanted, each from 0 to <see cref="Count"/> - 1; one may come twice.</param>
    /// <param name="destination">Takes exactly <c>indices.Length * SampleLength</c> values.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the set.</exception>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    void Read(ReadOnlySpan<long> indices, Span<float> destination);
}

/// <summary>Samples kept in memory as they are.</summary>
public sealed class FloatSamples : ISampleReader
{
    private readonly ReadOnlyMemory<float> _values;

    /// <summary>Wraps values; they are not copied, so leave them unchanged.</summary>
    /// <param name="values">The samples, row after row, all finite.</param>
    /// <param name="shape">The shape of one sample.</param>
    /// <exception cref="ArgumentException">The shape is not valid, the values do not make whole samples, or one is not finite.</exception>
    public FloatSamples(ReadOnlyMemory<float> values, IReadOnlyList<long> shape)
    {
        SampleLength = SampleShape.Length(shape);
        Count = SampleShape.WholeSamples(values.Length, SampleLength);
        Shape = [.. shape];
        ReadOnlySpan<float> span = values.Span;
        for (int i = 0; i < span.Length; i++)
        {
            if (!float.IsFinite(span[i]))
                throw new ArgumentException(
                    $"Value {i % SampleLength} of sample {i / SampleLength} is {span[i]}: remove the sample or mend its value.", nameof(values));
        }

        _values = values;
    }

    /// <inheritdoc/>
    public long Count { get; }

    /// <inheritdoc/>
    public IReadOnlyList<long> Shape { get; }

    /// <inheritdoc/>
    public int SampleLength { get; }

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<long> indices, Span<float> destination)
    {
        SampleShape.CheckRead(this, indices, destination);
        ReadOnlySpan<float> values = _values.Span;
        for (int row = 0; row < indices.Length; row++)
            values.Slice((int)indices[row] * SampleLength, SampleLength).CopyTo(destination[(row * SampleLength)..]);
    }
}

/// <summary>Some samples of a larger set, such as its validation part; nothing is copied.</summary>
public sealed class SubsetSamples : ISampleReader
{
    private readonly ISampleReader _all;
    private readonly ImmutableArray<long> _chosen;

    /// <summary>Chooses samples.</summary>
    /// <param name="all">The larger set.</param>
    /// <param name="chosen">The indices of the chosen samples in the larger set.</param>
    /// <exception cref="ArgumentException">The indices were never set.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the larger set.</exception>
    public SubsetSamples(ISampleReader all, ImmutableArray<long> chosen)
    {
        ArgumentNullException.ThrowIfNull(all);
        if (chosen.IsDefault) throw new ArgumentException("Give the indices of the chosen samples.", nameof(chosen));
        foreach (long index in chosen)
        {
            if (index < 0 || index >= all.Count)
                throw new ArgumentOutOfRangeException(nameof(chosen), index, $"There are {all.Count} samples: choose from 0 to {all.Count - 1}.");
        }

        _all = all;
        _chosen = chosen;
    }

    /// <inheritdoc/>
    public long Count => _chosen.Length;

    /// <inheritdoc/>
    public IReadOnlyList<long> Shape => _all.Shape;

    /// <inheritdoc/>
    public int SampleLength => _all.SampleLength;

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<long> indices, Span<float> destination)
    {
        SampleShape.CheckRead(this, indices, destination);
        long[] rented = ArrayPool<long>.Shared.Rent(indices.Length);
        try
        {
            for (int i = 0; i < indices.Length; i++) rented[i] = _chosen[(int)indices[i]];
            _all.Read(rented.AsSpan(0, indices.Length), destination);
        }
        finally
        {
            ArrayPool<long>.Shared.Return(rented);
        }
    }
}

/// <summary>Samples that are scaled as they are read.</summary>
public sealed class ScaledSamples : ISampleReader
{
    // A block this long stays in the first-level cache between being read and being scaled.
    private const int BlockValues = 8192;
    private readonly ISampleReader _samples;
    private readonly FeatureScaling _scaling;

    /// <summary>Puts a scaling in front of a reader.</summary>
    /// <param name="samples">The samples as they are.</param>
    /// <param name="scaling">As many channels as the samples' leading dimension.</param>
    /// <exception cref="ArgumentException">The channels differ.</exception>
    public ScaledSamples(ISampleReader samples, FeatureScaling scaling)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(scaling);
        if (samples.Shape[0] != scaling.Channels)
            throw new ArgumentException(
                $"The samples have {samples.Shape[0]} channels, the scaling {scaling.Channels}: use the scaling of this data.", nameof(scaling));
        _samples = samples;
        _scaling = scaling;
    }

    /// <inheritdoc/>
    public long Count => _samples.Count;

    /// <inheritdoc/>
    public IReadOnlyList<long> Shape => _samples.Shape;

    /// <inheritdoc/>
    public int SampleLength => _samples.SampleLength;

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<long> indices, Span<float> destination)
    {
        SampleShape.CheckRead(this, indices, destination);
        int blockRows = Math.Max(1, BlockValues / SampleLength);
        for (int row = 0; row < indices.Length; row += blockRows)
        {
            int rows = Math.Min(blockRows, indices.Length - row);
            Span<float> block = destination.Slice(row * SampleLength, rows * SampleLength);
            _samples.Read(indices.Slice(row, rows), block);
            _scaling.Apply(block, SampleLength);
        }
    }
}

/// <summary>The checks that every reader makes of its shape and of what it is asked.</summary>
internal static class SampleShape
{
    /// <summary>The product of a shape's dimensions.</summary>
    /// <exception cref="ArgumentException">There is no dimension, one is less than 1, or the product passes 2^31 - 1.</exception>
    public static int Length(IReadOnlyList<long> shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        long length = 1;
        foreach (long dimension in shape)
        {
            if (dimension < 1 || dimension > int.MaxValue || (length *= dimension) > int.MaxValue)
                throw new ArgumentException($"The shape [{string.Join(", ", shape)}] needs dimensions of at least 1 whose product is below 2^31.", nameof(shape));
        }

        return shape.Count > 0 ? (int)length : throw new ArgumentException("A shape has at least one dimension.", nameof(shape));
    }

    /// <summary>How many whole samples an array holds.</summary>
    /// <exception cref="ArgumentException">The last sample is not whole.</exception>
    public static long WholeSamples(int values, int sampleLength) =>
        values % sampleLength == 0
            ? values / sampleLength
            : throw new ArgumentException($"{values} values do not make whole samples of {sampleLength}.", nameof(values));

    /// <summary>Brings pixels whose channels lie together into one plane a channel.</summary>
    public static void ToPlanes<T>(ReadOnlySpan<T> mixed, Span<T> planes, int channels)
    {
        int plane = mixed.Length / channels;
        for (int pixel = 0, i = 0; pixel < plane; pixel++)
        {
            for (int channel = 0; channel < channels; channel++) planes[(channel * plane) + pixel] = mixed[i++];
        }
    }

    /// <summary>Checks the arguments of <see cref="ISampleReader.Read"/>.</summary>
    public static void CheckRead(ISampleReader reader, ReadOnlySpan<long> indices, Span<float> destination)
    {
        if (destination.Length != (long)indices.Length * reader.SampleLength)
            throw new ArgumentException(
                $"{indices.Length} samples take {(long)indices.Length * reader.SampleLength} values, the destination has {destination.Length}.", nameof(destination));
        long count = reader.Count;
        foreach (long index in indices)
        {
            if (index < 0 || index >= count)
                throw new ArgumentOutOfRangeException(nameof(indices), index, $"There are {count} samples: give indices from 0 to {count - 1}.");
        }
    }
}
