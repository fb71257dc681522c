using ClrEngine.Numerics;

namespace ClrEngine.Training;

/// <summary>The order in which one epoch visits the training samples: a function of seed and epoch alone, so that a resumed run sees the same batches.</summary>
public sealed class EpochOrder
{
    private readonly long[] _indices;

    /// <summary>Makes the order of one epoch.</summary>
    /// <param name="sampleCount">How many samples there are.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="epoch">The epoch, counted from 0.</param>
    public EpochOrder(long sampleCount, int seed, long epoch)
    {
        Seed = seed;
        Epoch = epoch;
        _indices = new long[sampleCount];
        for (long i = 0; i < sampleCount; i++)
            _indices[i] = i;
        new SeededRandom(seed, epoch).Shuffle(_indices);
    }

    /// <summary>The seed of the run.</summary>
    public int Seed { get; }

    /// <summary>The epoch, counted from 0.</summary>
    public long Epoch { get; }

    /// <summary>Sample indices in the order of the epoch: each sample once.</summary>
    public ReadOnlyMemory<long> Indices => _indices;
}
