using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch;

/// <summary>
/// Seeds torch's generators for a piece of work and gives the CPU generator back as it was.
/// The state of a CUDA generator can be neither read nor set through TorchSharp, only seeded.
/// </summary>
public sealed class TorchRandom : IDisposable
{
    private readonly Tensor _before;

    private TorchRandom(Tensor before) => _before = before;

    /// <summary>Keeps the state and seeds all generators.</summary>
    /// <param name="seed">The seed.</param>
    public static TorchRandom Seeded(int seed)
    {
        // The state belongs to this object, whatever dispose scope the caller has open.
        var kept = new TorchRandom(get_rng_state().DetachFromDisposeScope());
        manual_seed(seed).Dispose();
        if (cuda.is_available())
            cuda.manual_seed_all(seed);
        return kept;
    }

    /// <summary>Puts the CPU generator back.</summary>
    public void Dispose()
    {
        set_rng_state(_before);
        _before.Dispose();
    }
}
