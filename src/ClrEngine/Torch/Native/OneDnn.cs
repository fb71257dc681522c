using ClrEngine.Torch.Learning;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Native;

/// <summary>
/// Turns oneDNN off where it cannot be trusted. The oneDNN 3.7.1 of libtorch 2.10.0 pads channels to the width of a vector,
/// and on some machines the padding holds whatever lay in memory: outputs and gradients of such convolutions are wrong,
/// by much, and without an error. It is tried before a model needs it; without it, libtorch computes convolutions itself.
/// </summary>
/// <remarks>
/// libtorch has one switch a process, and a run with oneDNN rounds otherwise than one without. So whatever computes a model stands in a
/// <see cref="Section"/>: those that want the switch alike compute at once, and the two kinds take turns, step by step.
/// </remarks>
internal static class OneDnn
{
    // The widest vectors (AVX-512) hold 16 floats: other numbers of channels are padded.
    private const int VectorWidth = 16;

    private const string Enabled = "setUserEnabledMkldnn";

    private static readonly (long Inputs, long Outputs)[] PaddedChannels = [(16, 12), (24, 40)];
    // A Lazy that runs its function once would keep a failure for ever.
    private static readonly Lazy<bool> Right = new(ComputesRightly, LazyThreadSafetyMode.PublicationOnly);
    private static readonly Turns Switch = new(on => TorchContext.TrySet(Enabled, on));

    /// <summary>Whether a model computes with oneDNN; null on a device that has none.</summary>
    /// <exception cref="OneDnnException">The model must not, and this libtorch has no switch.</exception>
    public static bool? UseFor(nn.Module model, Device device)
    {
        if (device.type != DeviceType.CPU)
            return null;
        // The next in line where oneDNN is off or does not take a convolution. It warns at each call on a processor that it does not know.
        TorchContext.TrySet("setUserEnabledNNPACK", false);
        bool use = !model.parameters().Any(IsPadded) || Right.Value;
        return use || TorchContext.Has(Enabled) ? use : throw new OneDnnException();
    }

    /// <summary>Computes with oneDNN, or without it, until the section is disposed, on the same thread. Entered before a stream of random numbers, never within.</summary>
    public static Section Enter(bool? use) => use is { } wanted ? Switch.Enter(wanted) : default;

    /// <summary>Where the switch stands for whoever is in a section now.</summary>
    internal static bool IsOn => Switch.IsOn;

    /// <summary>Whether a convolution whose channels are padded is the same in 32 and 64 bits; oneDNN computes the former only.</summary>
    internal static bool ComputesRightly()
    {
        using Section section = Enter(true);
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        LeaveTraces();
        return PaddedChannels.All(IsRight);
    }

    // Up to 16 channels of input are not padded, but taken as they are.
    private static bool IsPadded(Tensor parameter) =>
        parameter.dim() > 2 && (parameter.shape[0] % VectorWidth != 0 || (parameter.shape[1] > VectorWidth && parameter.shape[1] % VectorWidth != 0));

    private static bool IsRight((long Inputs, long Outputs) channels)
    {
        Tensor image = Waves(2, channels.Inputs, 5, 5), filter = Waves(channels.Outputs, channels.Inputs, 3, 3), gradient = Waves(2, channels.Outputs, 5, 5);
        Tensor[] known = Run(image, float64);
        return new[] { image, ChannelsLast.PixelByPixel(image) }.All(laid => Run(laid, float32).Zip(known, (narrow, wide) => narrow.to(float64).allclose(wide, 1e-3, 1e-3)).All(right => right));

        Tensor[] Run(Tensor laid, ScalarType type)
        {
            Tensor input = laid.to(type, copy: true).requires_grad_(), weight = filter.to(type, copy: true).requires_grad_();
            Tensor output = nn.functional.conv2d(input, weight, padding: [1, 1]);
            output.backward([gradient.to(type)]);
            return [output.detach(), input.grad!, weight.grad!];
        }
    }

    // Memory that is handed out next shall not be 0 by chance.
    private static void LeaveTraces()
    {
        foreach (Tensor trace in Enumerable.Range(6, 12).SelectMany(size => Enumerable.Range(0, 4).Select(_ => full(1L << size, double.NaN))).ToArray())
            trace.Dispose();
    }

    // Numbers of all sizes without drawing any.
    private static Tensor Waves(params long[] shape) => arange(shape.Aggregate(1L, (product, side) => product * side), float64).sin().reshape(shape);

    /// <summary>A stretch of work that wants the switch in one place.</summary>
    public readonly ref struct Section
    {
        private readonly Turns? _turns;
        private readonly bool? _outer;

        internal Section(Turns turns, bool? outer) => (_turns, _outer) = (turns, outer);

        /// <summary>Lets the others have their turn.</summary>
        public void Dispose() => _turns?.Leave(_outer);
    }
}

/// <summary>
/// A switch that is on for some and off for others. Who wants it as it stands enters at once, unless others wait; when the last has left, all
/// who wait for the other place come in together, so that nobody waits for ever.
/// </summary>
internal sealed class Turns(Action<bool> flip) : IDisposable
{
    private readonly object _gate = new();
    private readonly ThreadLocal<bool?> _held = new();
    private readonly int[] _waiting = new int[2];
    private readonly long[] _admitted = new long[2];
    private long _round;
    private int _inside;
    private bool _isOn = true;

    public bool IsOn => _isOn;

    /// <summary>Enters. What this thread is in already counts where it wants the same, and else is left meanwhile: it computes nothing now.</summary>
    public OneDnn.Section Enter(bool on)
    {
        bool? outer = _held.Value;
        if (outer == on)
            return default;
        if (outer is not null)
            Leave(null);
        Take(on);
        return new OneDnn.Section(this, outer);
    }

    public void Dispose() => _held.Dispose();

    internal void Leave(bool? outer)
    {
        lock (_gate)
        {
            _held.Value = null;
            if (--_inside == 0 && _waiting.Sum() > 0)
                Admit(_waiting[Index(!_isOn)] > 0 ? !_isOn : _isOn);
        }
        if (outer is { } on)
            Take(on);
    }

    private void Take(bool on)
    {
        lock (_gate)
        {
            if (_inside == 0 || (_isOn == on && _waiting[0] + _waiting[1] == 0))
            {
                Set(on);
                _inside++;
            }
            else
            {
                long arrived = _round;
                _waiting[Index(on)]++;
                while (_admitted[Index(on)] <= arrived)
                    Monitor.Wait(_gate);
            }
            _held.Value = on;
        }
    }

    private void Admit(bool on)
    {
        Set(on);
        _inside = _waiting[Index(on)];
        _waiting[Index(on)] = 0;
        _admitted[Index(on)] = ++_round;
        Monitor.PulseAll(_gate);
    }

    private void Set(bool on)
    {
        if (on == _isOn)
            return;
        _isOn = on;
        flip(on);
    }

    private static int Index(bool on) => on ? 1 : 0;
}
