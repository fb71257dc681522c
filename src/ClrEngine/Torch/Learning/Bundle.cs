using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>Losses, outputs and targets of a few steps, without their graphs.</summary>
internal sealed class Bundle
{
    private readonly List<Tensor> _losses = [];
    private readonly List<Tensor> _outputs = [];
    private readonly List<Tensor> _targets = [];
    private bool _stepIsNew;

    /// <summary>How many steps have been added to.</summary>
    public int Steps => _losses.Count;

    /// <summary>How many values the outputs have.</summary>
    public long Values { get; private set; }

    /// <summary>Begins a step.</summary>
    public void Begin() => _stepIsNew = true;

    /// <summary>Adds a part of the step's loss, one number.</summary>
    public void AddLoss(Tensor part)
    {
        Tensor kept = Kept(part.detach());
        if (_stepIsNew)
        {
            _losses.Add(kept);
            _stepIsNew = false;
            return;
        }
        using (kept)
            _losses[^1].add_(kept, Scalars.One);
    }

    /// <summary>Adds what was answered, and takes the targets over.</summary>
    public void AddOutput(Tensor output, Tensor targets)
    {
        Values += output.numel();
        _outputs.Add(Kept(output.detach()));
        _targets.Add(Kept(targets));
    }

    /// <summary>The losses, one a step.</summary>
    public Tensor Losses() => stack(_losses);

    /// <summary>The outputs, one sample after the other.</summary>
    public Tensor Outputs() => cat(_outputs);

    /// <summary>The targets of those samples.</summary>
    public Tensor Targets() => cat(_targets);

    /// <summary>Frees all.</summary>
    public void Clear()
    {
        foreach (Tensor tensor in _losses.Concat(_outputs).Concat(_targets))
            tensor.Dispose();
        _losses.Clear();
        _outputs.Clear();
        _targets.Clear();
        Values = 0;
    }

    private static Tensor Kept(Tensor tensor) => tensor.DetachFromDisposeScope();
}
