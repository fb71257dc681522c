using ClrEngine.Numerics;

namespace ClrEngine.Training;

/// <summary>
/// Which samples each optimiser update sees, as a function of the step. The data is gone through as often as needed,
/// in a new order each epoch; the last batch of an epoch is what is left over.
/// </summary>
public sealed class BatchPlan
{
    private EpochOrder? _order;

    /// <summary>Makes a plan; each parameter sets the property of its name.</summary>
    public BatchPlan(long sampleCount, int batchSize, int seed)
    {
        SampleCount = Require.AtLeast(sampleCount, 1, nameof(SampleCount));
        BatchSize = (int)Math.Min(Require.AtLeast(batchSize, 1, nameof(BatchSize)), sampleCount);
        Seed = seed;
        (long whole, long left) = Math.DivRem(sampleCount, BatchSize);
        // Batch normalisation has no variance to take over a single sample: it joins the batch before.
        StepsPerEpoch = left <= 1 ? whole : whole + 1;
    }

    /// <summary>Training samples, at least 1.</summary>
    public long SampleCount { get; }

    /// <summary>Samples of a batch, at least 1; all samples if there are fewer.</summary>
    public int BatchSize { get; }

    /// <summary>The seed of the order.</summary>
    public int Seed { get; }

    /// <summary>Optimiser updates of one epoch.</summary>
    public long StepsPerEpoch { get; }

    /// <summary>The batch of one update, counted from 0. Consecutive steps of an epoch share one <see cref="EpochOrder"/> instance.</summary>
    internal Batch At(long step)
    {
        (long epoch, long position) = Math.DivRem(Require.AtLeast(step, 0, "Step"), StepsPerEpoch);
        if (_order?.Epoch != epoch)
            _order = new EpochOrder(SampleCount, Seed, epoch);
        long start = position * BatchSize;
        long end = position == StepsPerEpoch - 1 ? SampleCount : start + BatchSize;
        return new Batch(_order!, (int)start, (int)(end - start));
    }
}

/// <summary>One batch: a run of samples in the order of its epoch.</summary>
internal readonly record struct Batch(EpochOrder Order, int Start, int Count)
{
    public ReadOnlyMemory<long> Indices => Order.Indices.Slice(Start, Count);
}

/// <summary>The order in which one epoch visits the training samples, each once: a function of seed and epoch alone, so that a resumed run sees the same batches.</summary>
internal sealed class EpochOrder
{
    public EpochOrder(long sampleCount, int seed, long epoch)
    {
        var indices = new long[sampleCount];
        for (long i = 0; i < sampleCount; i++)
            indices[i] = i;
        new SeededRandom(seed, epoch).Shuffle(indices);
        (Seed, Epoch, Indices) = (seed, epoch, indices);
    }

    public int Seed { get; }

    /// <summary>The epoch, counted from 0.</summary>
    public long Epoch { get; }

    public ReadOnlyMemory<long> Indices { get; }
}
