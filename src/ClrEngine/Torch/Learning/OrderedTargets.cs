using System.Runtime.InteropServices;
using ClrEngine.Data;
using ClrEngine.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>Targets on a device. An epoch's order is uploaded, and its targets are gathered, once an epoch.</summary>
internal sealed class OrderedTargets(Targets targets, Device device) : IDisposable
{
    private readonly Tensor _targets = TargetTensor.Of(targets, device);
    private EpochOrder? _order;
    private Tensor? _indices;
    private Tensor? _ordered;

    /// <summary>The targets of a run of samples as they lie.</summary>
    public Tensor Slice(long start, int count) => _targets.narrow(0, start, count);

    /// <summary>The targets of a run of samples in an epoch's order.</summary>
    public Tensor Of(EpochOrder order, int start, int count)
    {
        Enter(order);
        return _ordered!.narrow(0, start, count);
    }

    /// <summary>Where those samples lie.</summary>
    public Tensor Indices(EpochOrder order, int start, int count)
    {
        Enter(order);
        return _indices!.narrow(0, start, count);
    }

    public void Dispose()
    {
        Leave();
        _targets.Dispose();
    }

    private void Enter(EpochOrder order)
    {
        if (ReferenceEquals(order, _order))
            return;
        Leave();
        _indices = tensor(order.Indices.ToArray(), device: device).DetachFromDisposeScope();
        _ordered = _targets.index_select(0, _indices).DetachFromDisposeScope();
        _order = order;
    }

    private void Leave()
    {
        _indices?.Dispose();
        _ordered?.Dispose();
        _order = null;
    }
}

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
