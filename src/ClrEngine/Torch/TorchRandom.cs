using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch;

/// <summary>
/// A stream of random numbers of its own for a piece of work. Torch has one generator a process: whoever opens a stream seeds it,
/// and it goes back as it was when the stream is closed. Several streams may be open at once, also on several threads:
/// what draws from one stands inside <see cref="Enter"/>, which lets one in at a time and swaps the generator's state where another drew last.
/// What a CUDA device draws follows from the stream too, see <see cref="SeedCuda"/>.
/// </summary>
public sealed class TorchRandom : IDisposable
{
    private static readonly object Gate = new();
    private static TorchRandom _holder = new(null);

    private readonly TorchRandom? _outer;
    private Tensor? _parked;
    private bool _closed;

    private TorchRandom(TorchRandom? outer) => _outer = outer;

    /// <summary>Opens a stream and seeds all generators.</summary>
    public static TorchRandom Seeded(int seed)
    {
        lock (Gate)
        {
            _holder.Park();
            _holder = new TorchRandom(_holder);
            manual_seed(seed).Dispose();
            if (cuda.is_available())
                cuda.manual_seed_all(seed);
            return _holder;
        }
    }

    /// <summary>Makes the stream the one that is drawn from until the section is disposed, on the same thread.</summary>
    public Section Enter() => Borrow(this);

    /// <summary>Puts the CPU generator back.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            if (_closed)
                return;
            _closed = true;
            if (ReferenceEquals(_holder, this))
            {
                _holder = _outer!;
                while (_holder._closed)
                    _holder = _holder._outer!;
                _holder.Unpark();
            }
            _parked?.Dispose();
        }
    }

    /// <summary>Enters a stream, or whichever is drawn from now.</summary>
    internal static Section Borrow(TorchRandom? stream)
    {
        Monitor.Enter(Gate);
        if (stream is not null && !ReferenceEquals(_holder, stream))
        {
            _holder.Park();
            _holder = stream;
            stream.Unpark();
        }
        return new Section(true);
    }

    /// <summary>
    /// Seeds the generator of a CUDA device from the stream that is entered, so that what is drawn there follows from a state that can be kept: of
    /// CUDA's own TorchSharp can neither read nor set it. On other devices nothing.
    /// </summary>
    internal static void SeedCuda(Device device)
    {
        if (device.type != DeviceType.CUDA)
            return;
        using Tensor seed = randint(long.MaxValue, 1, ScalarType.Int64);
        cuda.manual_seed_all(seed.item<long>());
    }

    // The state belongs to this object, whatever dispose scope the caller has open.
    private void Park() => _parked = get_rng_state().DetachFromDisposeScope();

    private void Unpark()
    {
        set_rng_state(_parked!);
        _parked!.Dispose();
        _parked = null;
    }

    /// <summary>A stretch of work that draws from one stream.</summary>
    public readonly ref struct Section
    {
        private readonly bool _entered;

        internal Section(bool entered) => _entered = entered;

        /// <summary>Lets the next one in.</summary>
        public void Dispose()
        {
            if (_entered)
                Monitor.Exit(Gate);
        }
    }
}
