namespace ClrEngine.Training;

/// <summary>One batch: a run of samples in the order of its epoch.</summary>
/// <param name="Order">The order of the epoch.</param>
/// <param name="Start">Where in the order the batch begins.</param>
/// <param name="Count">How many samples it has.</param>
public readonly record struct Batch(EpochOrder Order, int Start, int Count)
{
    /// <summary>The indices of the batch's samples.</summary>
    public ReadOnlyMemory<long> Indices => Order.Indices.Slice(Start, Count);
}
