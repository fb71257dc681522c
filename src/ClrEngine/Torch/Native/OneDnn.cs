using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Native;

/// <summary>
/// Turns oneDNN off where it cannot be trusted. The oneDNN 3.7.1 of libtorch 2.10.0 pads channels to the width of a vector,
/// and on some machines the padding holds whatever lay in memory: outputs and gradients of such convolutions are wrong,
/// by much, and without an error. It is tried before a model needs it; without it, libtorch computes convolutions itself.
/// </summary>
internal static class OneDnn
{
    // The widest vectors (AVX-512) hold 16 floats: other numbers of channels are padded.
    private const int VectorWidth = 16;

    private static readonly object Gate = new();
    private static readonly (long Inputs, long Outputs)[] PaddedChannels = [(16, 12), (24, 40)];
    // A Lazy that runs its function once would keep a failure for ever.
    private static readonly Lazy<bool> Right = new(ComputesRightly, LazyThreadSafetyMode.PublicationOnly);
    private static int _suspensions;

    /// <summary>Turns oneDNN off while a model needs that, on the CPU, until the result is disposed; null where the model may use it.</summary>
    public static IDisposable? SuspendFor(nn.Module model, Device device)
    {
        if (device.type != DeviceType.CPU || !model.parameters().Any(IsPadded) || Right.Value)
            return null;
        lock (Gate)
        {
            if (_suspensions++ == 0)
                Enable(false);
        }
        return new Suspension();
    }

    /// <summary>Whether a convolution whose channels are padded is the same in 32 and 64 bits; oneDNN computes the former only.</summary>
    internal static bool ComputesRightly()
    {
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        // The next in line warns at each call on a processor that it does not know.
        TryEnable("NNPACK", false);
        LeaveTraces();
        return PaddedChannels.All(IsRight);
    }

    // Up to 16 channels of input are not padded, but taken as they are.
    private static bool IsPadded(Tensor parameter) =>
        parameter.dim() > 2 && (parameter.shape[0] % VectorWidth != 0 || (parameter.shape[1] > VectorWidth && parameter.shape[1] % VectorWidth != 0));

    private static bool IsRight((long Inputs, long Outputs) channels)
    {
        Tensor image = Waves(2, channels.Inputs, 5, 5), filter = Waves(channels.Outputs, channels.Inputs, 3, 3), gradient = Waves(2, channels.Outputs, 5, 5);
        return Run(float32).Zip(Run(float64), (narrow, wide) => narrow.to(float64).allclose(wide, 1e-3, 1e-3)).All(right => right);

        Tensor[] Run(ScalarType type)
        {
            Tensor input = image.to(type, copy: true).requires_grad_(), weight = filter.to(type, copy: true).requires_grad_();
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

    private static void Enable(bool on)
    {
        if (!TryEnable("Mkldnn", on))
            throw new OneDnnException();
    }

    private static bool TryEnable(string library, bool on)
    {
        if (!TryFind("_ZN2at13globalContextEv", "?globalContext@at@@YAAEAVContext@1@XZ", out nint context)
            || !TryFind($"_ZN2at7Context20setUserEnabled{library}Eb", $"?setUserEnabled{library}@Context@at@@QEAAX_N@Z", out nint set))
            return false;
        Marshal.GetDelegateForFunctionPointer<SetEnabled>(set)(Marshal.GetDelegateForFunctionPointer<GlobalContext>(context)(), on ? (byte)1 : (byte)0);
        return true;
    }

    private static bool TryFind(string name, string windowsName, out nint address) =>
        NativeLibrary.TryGetExport(TorchLibrary.Handle("torch_cpu"), OperatingSystem.IsWindows() ? windowsName : name, out address);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate nint GlobalContext();

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void SetEnabled(nint context, byte on);

    private sealed class Suspension : IDisposable
    {
        private bool _disposed;

        public void Dispose()
        {
            lock (Gate)
            {
                if (!_disposed && --_suspensions == 0)
                    Enable(true);
                _disposed = true;
            }
        }
    }
}
