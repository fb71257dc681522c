using ClrEngine.Numerics;
using ClrEngine.Training;

namespace ClrEngine.Torch.Augmentation;

/// <summary>
/// How each sample of an epoch is varied: a function of the seed, the epoch and the place in its order alone, so that
/// a resumed run sees the same images, however batches are cut.
/// </summary>
internal static class EpochVariation
{
    /// <summary>The draws of an epoch, one a sample in the order of the epoch.</summary>
    /// <param name="order">The epoch's order.</param>
    /// <param name="padding">The margin of crops.</param>
    /// <param name="flip">Whether images are flipped.</param>
    /// <returns>Where each window begins, from 0 to twice the margin, and whether it is flipped.</returns>
    public static (long[] Rows, long[] Columns, bool[] Flips) Of(EpochOrder order, int padding, bool flip)
    {
        // The order itself is drawn from the stream of the epoch's number; those below 0 are free.
        var random = new SeededRandom(order.Seed, -1 - order.Epoch);
        int samples = order.Indices.Length, places = 2 * padding + 1;
        var (rows, columns, flips) = (new long[samples], new long[samples], new bool[samples]);
        for (int i = 0; i < samples; i++)
        {
            rows[i] = random.NextInt(places);
            columns[i] = random.NextInt(places);
            flips[i] = random.NextInt(2) == 1 && flip;
        }
        return (rows, columns, flips);
    }
}
