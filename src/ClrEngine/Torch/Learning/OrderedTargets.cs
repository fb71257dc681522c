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
