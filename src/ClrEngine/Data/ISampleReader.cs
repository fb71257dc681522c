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
