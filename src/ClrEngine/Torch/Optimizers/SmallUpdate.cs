using TorchSharp;
using TorchSharp.Modules;

namespace ClrEngine.Torch.Optimizers;

/// <summary>
/// The fused CPU kernels wake all threads for every tensor, however small. An update is element by element,
/// so that the number of threads changes no bit of the result.
/// </summary>
internal static class SmallUpdate
{
    private const long WorthWaking = 16_384;

    /// <summary>Whether waking the threads for each tensor costs more than it gives.</summary>
    public static bool RunsFasterOnOneThread(IReadOnlyCollection<Parameter> parameters) =>
        parameters.All(p => p.device_type == DeviceType.CPU)
        && parameters.Sum(p => p.numel()) < WorthWaking * parameters.Count;
}
