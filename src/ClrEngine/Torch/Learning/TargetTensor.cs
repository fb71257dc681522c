using System.Runtime.InteropServices;
using ClrEngine.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>Targets as a tensor on a device.</summary>
internal static class TargetTensor
{
    /// <summary>Classes as whole numbers <c>[samples]</c>, values as <c>[samples, width]</c> in 32 bits.</summary>
    public static Tensor Of(Targets targets, Device device) => targets switch
    {
        ClassTargets classes => Fill(empty([classes.Count], ScalarType.Int64), MemoryMarshal.AsBytes(classes.Labels.AsSpan()), device),
        ValueTargets values => Fill(empty([values.Count, values.Width], ScalarType.Float32), MemoryMarshal.AsBytes(values.Values.AsSpan()), device),
        _ => throw new ArgumentException($"Targets of the type {targets.GetType().Name} are not known.", nameof(targets)),
    };

    private static Tensor Fill(Tensor host, ReadOnlySpan<byte> bytes, Device device)
    {
        bytes.CopyTo(host.bytes);
        if (device.type == DeviceType.CPU)
            return host.DetachFromDisposeScope();
        using (host)
            return host.to(device).DetachFromDisposeScope();
    }
}
