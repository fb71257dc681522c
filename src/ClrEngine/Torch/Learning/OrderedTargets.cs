using System.Runtime.InteropServices;
using ClrEngine.Data;
using ClrEngine.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>
/// Targets on a device: classes as whole numbers <c>[samples]</c>, values as <c>[samples, width]</c> in 32 bits.
/// An epoch's order is uploaded, and its targets are gathered, once an epoch.
/// </summary>
internal sealed class OrderedTargets(Targets targets, Device device) : IDisposable
{
    private readonly Tensor _targets = Upload(targets, device);
    private EpochOrder? _order;
    private Tensor? _indices;
    private Tensor? _ordered;

    /// <summary>The targets of a run of samples as they lie.</summary>
    public Tensor Slice(long start, int count) => _targets.narrow(0, start, count);

    /// <summary>The targets of a run of samples in an epoch's order.</summary>
    public Tensor Slice(EpochOrder order, int start, int count)
    {
        EnterEpoch(order);
        return _ordered!.narrow(0, start, count);
    }

    /// <summary>Where those samples lie.</summary>
    public Tensor Indices(EpochOrder order, int start, int count)
    {
        EnterEpoch(order);
        return _indices!.narrow(0, start, count);
    }

    public void Dispose()
    {
        LeaveEpoch();
        _targets.Dispose();
    }

    private void EnterEpoch(EpochOrder order)
    {
        if (ReferenceEquals(order, _order))
            return;
        LeaveEpoch();
        _indices = tensor(order.Indices.ToArray(), device: device).DetachFromDisposeScope();
        _ordered = _targets.index_select(0, _indices).DetachFromDisposeScope();
        _order = order;
    }

    private void LeaveEpoch()
    {
        _indices?.Dispose();
        _ordered?.Dispose();
        _order = null;
    }

    private static Tensor Upload(Targets targets, Device device) => targets switch
    {
        ClassTargets classes => Upload(empty([classes.Count], ScalarType.Int64), MemoryMarshal.AsBytes(classes.Labels.AsSpan()), device),
        ValueTargets values => Upload(empty([values.Count, values.Width], ScalarType.Float32), MemoryMarshal.AsBytes(values.Values.AsSpan()), device),
        _ => throw new ArgumentException($"Targets of the type {targets.GetType().Name} are not known.", nameof(targets)),
    };

    private static Tensor Upload(Tensor host, ReadOnlySpan<byte> bytes, Device device)
    {
        bytes.CopyTo(host.bytes);
        if (device.type == DeviceType.CPU)
            return host.DetachFromDisposeScope();
        using (host)
            return host.to(device).DetachFromDisposeScope();
    }
}
