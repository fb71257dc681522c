using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.Intrinsics;

namespace ClrEngine.Data;

/// <summary>The features of a set of samples, in memory or on disk, read by index; any number of threads may read at once.</summary>
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

/// <summary>Brings the bytes of one sample into numbers.</summary>
internal delegate void WidenBytes(ReadOnlySpan<byte> sample, Span<float> values);

/// <summary>What all readers of samples share: their size, and the checks of what they are asked for.</summary>
public abstract class SampleReader : ISampleReader
{
    /// <exception cref="ArgumentException">The shape has no dimension, one is less than 1, or their product passes 2^31 - 1.</exception>
    private protected SampleReader(long count, IReadOnlyList<long> shape)
    {
        Count = count;
        SampleLength = Length(shape);
        Shape = [.. shape];
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
        if (destination.Length != (long)indices.Length * SampleLength)
            throw new ArgumentException(
                $"{indices.Length} samples take {(long)indices.Length * SampleLength} values, the destination has {destination.Length}.", nameof(destination));
        foreach (long index in indices)
        {
            if (index < 0 || index >= Count)
                throw new ArgumentOutOfRangeException(nameof(indices), index, $"There are {Counted.Of(Count, "sample")}: give indices from 0 to {Count - 1}.");
        }

        ReadChecked(indices, destination);
    }

    /// <summary>Whether single precision would round its values: whoever centres them reads them by <see cref="Widening.ReadWide"/>.</summary>
    internal virtual bool IsWide => false;

    /// <summary>Whether its values are whole numbers and no pixels, such as the tokens of a text: left as they are, a model gets them as whole numbers.</summary>
    internal virtual bool IsInteger => false;

    /// <summary>By what its values are divided, where they are kept as one byte each; null where they are not.</summary>
    internal virtual float? ByteDivisor => null;

    /// <summary>Whether its bytes lie in memory, and no longer depend on a file; asked for only where it has bytes.</summary>
    internal virtual bool IsInMemory => throw new NotSupportedException();

    /// <summary>Whether reading is work, such as decoding, whose result shall not be kept.</summary>
    internal virtual bool IsStreamed => false;

    /// <summary>Whether each reading decodes anew, so that nobody reads for a look alone; numbers on the disk are looked at like others.</summary>
    internal bool IsDecodedAnew => IsStreamed && !IsWide;

    /// <summary>Adds the sums of a sample's whole numbers and of their squares, channel by channel, and gives the number that reads as 1; null where they are not known.</summary>
    internal virtual double? AddSums(long index, Span<Int128> sums, Span<Int128> squares) => null;

    /// <summary>A sample's number in the set that this is a part of.</summary>
    internal virtual long NumberInSet(long index) => index;

    /// <summary>The file that a sample is; null where it is but a part of one.</summary>
    internal virtual string? FileOf(long index) => null;

    /// <summary>Reads samples in double precision; asked for only where values are wide, by <see cref="Widening.ReadWide"/>.</summary>
    internal virtual void ReadDoubles(ReadOnlySpan<long> indices, Span<double> destination) => throw new NotSupportedException();

    /// <summary>Hands over the bytes of samples, each with its place in the destination; asked for only where it has bytes.</summary>
    internal virtual void ReadBytes(ReadOnlySpan<long> indices, Span<float> destination, WidenBytes widen) => throw new NotSupportedException();

    /// <summary>Reads samples whose indices lie in the set, into a destination of the right length.</summary>
    private protected abstract void ReadChecked(ReadOnlySpan<long> indices, Span<float> destination);

    /// <summary>How many whole samples of a shape some values make.</summary>
    /// <exception cref="ArgumentException">The shape is not valid, or the last sample is not whole.</exception>
    private protected static long WholeSamples(int values, IReadOnlyList<long> shape) => values % Length(shape) == 0
        ? values / Length(shape)
        : throw new ArgumentException($"{values} values do not make whole samples of {Length(shape)}.", nameof(values));

    private static int Length(IReadOnlyList<long> shape)
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
}

/// <summary>Samples kept in memory as they are.</summary>
public sealed class FloatSamples : SampleReader
{
    private readonly ReadOnlyMemory<float> _values;

    /// <summary>Wraps values; they are not copied, so leave them unchanged.</summary>
    /// <exception cref="ArgumentException">The shape is not valid, the values do not make whole samples, or one is not finite.</exception>
    public FloatSamples(ReadOnlyMemory<float> values, IReadOnlyList<long> shape)
        : base(WholeSamples(values.Length, shape), shape)
    {
        _values = values;
        ReadOnlySpan<float> span = values.Span;
        for (int i = 0; i < span.Length; i++)
        {
            if (!float.IsFinite(span[i]))
                throw new ArgumentException(
                    $"Value {i % SampleLength} of sample {i / SampleLength} is {span[i]}: remove the sample or mend its value.", nameof(values));
        }
    }

    private protected override void ReadChecked(ReadOnlySpan<long> indices, Span<float> destination)
    {
        ReadOnlySpan<float> values = _values.Span;
        for (int row = 0; row < indices.Length; row++)
            values.Slice((int)indices[row] * SampleLength, SampleLength).CopyTo(destination[(row * SampleLength)..]);
    }
}

/// <summary>Samples kept in memory in double precision.</summary>
internal sealed class DoubleSamples(ReadOnlyMemory<double> values, IReadOnlyList<long> shape, bool isInteger = false) : SampleReader(WholeSamples(values.Length, shape), shape)
{
    internal override bool IsWide => true;

    internal override bool IsInteger => isInteger;

    internal override void ReadDoubles(ReadOnlySpan<long> indices, Span<double> destination)
    {
        for (int row = 0; row < indices.Length; row++) Sample(indices[row]).CopyTo(destination[(row * SampleLength)..]);
    }

    private protected override void ReadChecked(ReadOnlySpan<long> indices, Span<float> destination)
    {
        for (int row = 0, place = 0; row < indices.Length; row++)
        {
            foreach (double value in Sample(indices[row])) destination[place++] = (float)value;
        }
    }

    private ReadOnlySpan<double> Sample(long index) => values.Span.Slice((int)index * SampleLength, SampleLength);
}

/// <summary>Some samples of a larger set, such as its validation part; nothing is copied.</summary>
public sealed class SubsetSamples : SampleReader
{
    private readonly ISampleReader _all;
    private readonly ImmutableArray<long> _chosen;

    private delegate void Reading<T>(ReadOnlySpan<long> indices, Span<T> destination);

    /// <summary>Chooses samples of the larger set by their indices there.</summary>
    /// <exception cref="ArgumentException">The indices were never set.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the larger set.</exception>
    public SubsetSamples(ISampleReader all, ImmutableArray<long> chosen)
        : base(chosen.IsDefault ? throw new ArgumentException("Give the indices of the chosen samples.", nameof(chosen)) : chosen.Length, (all ?? throw new ArgumentNullException(nameof(all))).Shape)
    {
        foreach (long index in chosen)
        {
            if (index < 0 || index >= all.Count)
                throw new ArgumentOutOfRangeException(nameof(chosen), index, $"There are {Counted.Of(all.Count, "sample")}: choose from 0 to {all.Count - 1}.");
        }

        _all = all;
        _chosen = chosen;
    }

    internal override bool IsWide => _all is SampleReader { IsWide: true };

    internal override bool IsInteger => _all is SampleReader { IsInteger: true };

    internal override long NumberInSet(long index) => _all is SampleReader all ? all.NumberInSet(_chosen[(int)index]) : _chosen[(int)index];

    internal override string? FileOf(long index) => (_all as SampleReader)?.FileOf(_chosen[(int)index]);

    internal override float? ByteDivisor => (_all as SampleReader)?.ByteDivisor;

    internal override bool IsInMemory => ((SampleReader)_all).IsInMemory;

    internal override bool IsStreamed => _all is SampleReader { IsStreamed: true };

    internal override double? AddSums(long index, Span<Int128> sums, Span<Int128> squares) => (_all as SampleReader)?.AddSums(_chosen[(int)index], sums, squares);

    internal override void ReadDoubles(ReadOnlySpan<long> indices, Span<double> destination) => Read(indices, destination, _all.ReadWide);

    internal override void ReadBytes(ReadOnlySpan<long> indices, Span<float> destination, WidenBytes widen) =>
        Read<float>(indices, destination, (chosen, values) => ((SampleReader)_all).ReadBytes(chosen, values, widen));

    private protected override void ReadChecked(ReadOnlySpan<long> indices, Span<float> destination) => Read(indices, destination, _all.Read);

    private void Read<T>(ReadOnlySpan<long> indices, Span<T> destination, Reading<T> read)
    {
        long[] rented = ArrayPool<long>.Shared.Rent(indices.Length);
        try
        {
            for (int i = 0; i < indices.Length; i++) rented[i] = _chosen[(int)indices[i]];
            read(rented.AsSpan(0, indices.Length), destination);
        }
        finally
        {
            ArrayPool<long>.Shared.Return(rented);
        }
    }
}

/// <summary>The samples of several readers of the same shape, one after the other.</summary>
internal sealed class JoinedSamples(ISampleReader[] parts) : SampleReader(parts.Sum(static part => part.Count), parts[0].Shape)
{
    private readonly long[] _starts = [.. parts.Select((_, i) => parts.Take(i).Sum(static part => part.Count))];

    private delegate void Reading(ISampleReader part, ReadOnlySpan<long> index, Span<float> sample);

    internal override float? ByteDivisor { get; } =
        parts.Select(static part => (part as SampleReader)?.ByteDivisor).Distinct().ToArray() is [var same] ? same : null;

    internal override bool IsInMemory => parts.All(static part => ((SampleReader)part).IsInMemory);

    internal override void ReadBytes(ReadOnlySpan<long> indices, Span<float> destination, WidenBytes widen) =>
        Read(indices, destination, (part, index, sample) => ((SampleReader)part).ReadBytes(index, sample, widen));

    private protected override void ReadChecked(ReadOnlySpan<long> indices, Span<float> destination) =>
        Read(indices, destination, static (part, index, sample) => part.Read(index, sample));

    private void Read(ReadOnlySpan<long> indices, Span<float> destination, Reading read)
    {
        for (int row = 0; row < indices.Length; row++)
        {
            int found = Array.BinarySearch(_starts, indices[row]);
            int part = found >= 0 ? found : ~found - 1;
            read(parts[part], [indices[row] - _starts[part]], destination.Slice(row * SampleLength, SampleLength));
        }
    }
}

/// <summary>Reads a whole set in its order, some thousand values at a time: as many as stay in the first-level cache.</summary>
internal static class SampleBlocks
{
    public const int Values = 2048;

    /// <summary>Takes a block in double precision, and says whether to go on.</summary>
    public delegate bool Take(long first, ReadOnlySpan<double> values);

    public static void ReadBlocks(this ISampleReader samples, Take take)
    {
        int blockRows = (int)Math.Clamp(Values / samples.SampleLength, 1, samples.Count);
        var indices = new long[blockRows];
        var values = new double[blockRows * samples.SampleLength];
        for (long first = 0; first < samples.Count; first += blockRows)
        {
            ReadStop.Check();
            int rows = (int)Math.Min(blockRows, samples.Count - first);
            for (int i = 0; i < rows; i++) indices[i] = first + i;
            Span<double> block = values.AsSpan(0, rows * samples.SampleLength);
            samples.ReadWide(indices.AsSpan(0, rows), block);
            if (!take(first, block)) return;
        }
    }
}

/// <summary>From single to double precision.</summary>
internal static class Widening
{
    /// <summary>Reads samples in double precision, whatever precision they are kept in.</summary>
    public static void ReadWide(this ISampleReader samples, ReadOnlySpan<long> indices, Span<double> destination)
    {
        if (samples is SampleReader { IsWide: true } wide)
        {
            wide.ReadDoubles(indices, destination);
            return;
        }

        float[] rented = ArrayPool<float>.Shared.Rent(destination.Length);
        try
        {
            Span<float> values = rented.AsSpan(0, destination.Length);
            samples.Read(indices, values);
            Widen(values, destination);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    public static void Widen(ReadOnlySpan<float> values, Span<double> wide)
    {
        int i = 0;
        for (; i <= values.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            (Vector256<double> low, Vector256<double> high) = Vector256.Widen(Vector256.Create(values[i..]));
            low.CopyTo(wide[i..]);
            high.CopyTo(wide[(i + Vector256<double>.Count)..]);
        }

        for (; i < values.Length; i++) wide[i] = values[i];
    }
}
