namespace ClrEngine.Data;

/// <summary>What a model shall answer for each sample: <see cref="ClassTargets"/> or <see cref="ValueTargets"/>.</summary>
public abstract record Targets
{
    private protected Targets()
    {
    }

    /// <summary>How many samples have a target.</summary>
    public abstract long Count { get; }

    /// <summary>The targets of some samples, in the order of their indices.</summary>
    /// <param name="indices">The samples wanted, each from 0 to <see cref="Count"/> - 1.</param>
    /// <returns>Targets of the same kind, as many as there are indices.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the set.</exception>
    public abstract Targets Select(ReadOnlySpan<long> indices);

    /// <summary>Refuses an index outside the set by name.</summary>
    private protected int Checked(long index) =>
        index >= 0 && index < Count
            ? (int)index
            : throw new ArgumentOutOfRangeException(nameof(index), index, $"There are {Count} targets: give indices from 0 to {Count - 1}.");
}
