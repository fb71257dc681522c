using System.Buffers;
using System.Collections.Immutable;

namespace ClrEngine.Data;

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
