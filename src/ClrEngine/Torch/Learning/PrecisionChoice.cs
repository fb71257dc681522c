using System.Runtime.Intrinsics.X86;
using ClrEngine.Data;
using ClrEngine.Torch.Models;
using ClrEngine.Torch.Native;
using ClrEngine.Torch.Optimizers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>
/// In which type of number a model works where that is left open: in bfloat16 where it gains, which is for convolutions on what computes
/// bfloat16 itself, and else in 32 bits. docs/performance.md has what was measured.
/// </summary>
/// <param name="Precision">What is taken, never <see cref="Precision.Auto"/>.</param>
/// <param name="Reason">Why, behind the name.</param>
internal sealed record PrecisionChoice(Precision Precision, string Reason)
{
    public string Remark => $"Precision: {Precision}, for {Reason}.";

    /// <summary>Chooses for a model that is about to learn from batches of samples on a device; the model lies on the CPU, or where it will learn.</summary>
    public static PrecisionChoice For(nn.Module<Tensor, Tensor> model, Device device, ISampleReader samples, int batchSize) => Between(
        model.WithParts().Any(static layer => layer is Convolution),
        TiedParameters.FindShared(model) is null,
        device.type == DeviceType.CPU
            ? BFloat16Support.OfProcessor(OneDnn.UseFor(model, device) == true)
            : BFloat16Support.OfGpu(CudaDriver.CapabilityOf(device.index), batchSize * ConvolutionWork(model, samples)));

    public static PrecisionChoice Between(bool convolves, bool converts, BFloat16Support support) =>
        !convolves ? new(Precision.Float32, "no layer of the model is known to convolve, and others gain nothing by BFloat16")
        : !converts ? new(Precision.Float32, "layers of the model share a weight, which cannot be converted")
        : !support.IsNative ? new(Precision.Float32, support.Reason)
        : new(Precision.BFloat16, $"the model convolves, and {support.Reason}");

    /// <summary>Multiplications that the convolutions of a model make for a sample, which is sent through it, in evaluation, to see.</summary>
    internal static double ConvolutionWork(nn.Module<Tensor, Tensor> model, ISampleReader samples)
    {
        Convolution[] layers = [.. model.WithParts().OfType<Convolution>()];
        if (layers.Length == 0)
            return 0;
        double work = 0;
        using var scope = NewDisposeScope();
        using var mode = ModuleModes.Evaluation(model);
        using var noGrad = no_grad();
        using OneDnn.Section section = OneDnn.Enter(OneDnn.UseFor(model, model.FirstDevice()));
        var listeners = layers.Select(layer => layer.register_forward_hook((_, _, output) =>
        {
            // A filter is used at each place of what comes out.
            work += layer.parameters().Where(static weight => weight.dim() > 2).Sum(static weight => weight.numel()) * (double)output.shape.Skip(2).Aggregate(1L, static (product, side) => product * side);
            return output;
        })).ToList();
        try
        {
            _ = model.call(SampleTensors.Read(samples, 0, 1).to(model.FirstDevice()));
        }
        finally
        {
            listeners.ForEach(static listener => listener.remove());
        }
        return work;
    }
}

/// <summary>Whether a device computes bfloat16 itself, in the place of widening it to 32 bits, and what says so.</summary>
internal sealed record BFloat16Support(bool IsNative, string Reason)
{
    private const int LeastCapability = 8;
    // Below it a GPU waits for calls, or is as fast by TF32 in 32 bits. Measured on an H100.
    private const double LeastWorkOfABatch = 1e11;

    /// <summary>Whether the processor has instructions for it (AVX512_BF16 or AMX-BF16) and the system lets programs use them.</summary>
    public static bool ProcessorHas { get; } = AskProcessor();

    /// <summary>That of the processor, which oneDNN makes use of.</summary>
    public static BFloat16Support OfProcessor(bool oneDnn) => OfProcessor(ProcessorHas, oneDnn);

    public static BFloat16Support OfProcessor(bool has, bool oneDnn) =>
        !has ? new(false, "the processor has neither AVX512_BF16 nor AMX")
        : !oneDnn ? new(false, "oneDNN, by which the processor computes bfloat16, is off for this model")
        : new(true, "the processor has AVX512_BF16 or AMX");

    /// <summary>That of a GPU of a compute capability, null where the driver does not tell it, for the multiplications that convolutions make for a batch.</summary>
    public static BFloat16Support OfGpu(Version? capability, double work) =>
        capability is null ? new(false, "the compute capability of the GPU is not known")
        : capability.Major < LeastCapability ? new(false, $"the GPU has the compute capability {capability}, below {LeastCapability}.0")
        : work < LeastWorkOfABatch ? new(false, string.Create(CultureInfo.InvariantCulture, $"a batch is {work:0.0e0} multiplications, and a GPU gains from {LeastWorkOfABatch:0e0} on"))
        : new(true, string.Create(CultureInfo.InvariantCulture, $"a batch is {work:0.0e0} multiplications, from {LeastWorkOfABatch:0e0} on, on a GPU of the compute capability {capability}"));

    private static bool AskProcessor()
    {
        const int features = 7, avx512BFloat16 = 1 << 5, amxBFloat16 = 1 << 22;
        // .NET looks whether the system keeps the wide registers.
        if (!Avx512F.IsSupported || X86Base.CpuId(0, 0).Eax < features)
            return false;
        (int pages, _, _, int matrices) = X86Base.CpuId(features, 0);
        return (matrices & amxBFloat16) != 0 || (pages >= 1 && (X86Base.CpuId(features, 1).Eax & avx512BFloat16) != 0);
    }
}
