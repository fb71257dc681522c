using ClrEngine.Torch.Losses;
using ClrEngine.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>
/// Keeps each step's loss, and the count of samples answered rightly, on the device until somebody reads them: one transfer for
/// many steps. A step only lays its loss and outputs aside, and a bundle of steps is summed up at once: a small operation costs
/// most by being called, above all after a large one that has pushed its code out of the caches.
/// </summary>
/// <param name="loss">What tells right answers.</param>
/// <param name="device">The learner's device.</param>
internal sealed class StepTape(ILoss loss, Device device) : IDisposable
{
    private const int Capacity = 1024;
    private const int StepsOfABundle = 32;
    private const long ValuesOfABundle = 1 << 18;

    private readonly Tensor _losses = zeros(Capacity, ScalarType.Float32, device).DetachFromDisposeScope();
    private readonly Tensor _correct = zeros(1, ScalarType.Int64, device).DetachFromDisposeScope();
    private readonly StepBundle _bundle = new();
    private readonly List<double> _read = [];
    private int _written;

    /// <summary>Begins a step.</summary>
    public void Begin()
    {
        if (_bundle.Steps == StepsOfABundle || _bundle.Values >= ValuesOfABundle)
            ReduceBundle();
        if (_written + StepsOfABundle > Capacity)
            Download();
        _bundle.Begin();
    }

    /// <summary>Adds to the step that has begun: a part of its loss, and what was answered.</summary>
    /// <param name="part">The part of the loss, after its backward pass.</param>
    /// <param name="output">The model's output.</param>
    /// <param name="targets">The targets of the same samples; they are the tape's from here on.</param>
    public void Add(Tensor part, Tensor output, Tensor targets)
    {
        using var noGrad = no_grad();
        _bundle.AddLoss(part);
        if (!loss.CountsHits)
            return;
        // A view of something larger would keep all of it.
        if (output.is_contiguous())
            _bundle.AddOutput(output, targets);
        else
            Count(output, targets);
    }

    /// <summary>What the steps since the last call measured. Waits for the device.</summary>
    public StepReadings Read()
    {
        Download();
        double[] losses = _read.ToArray();
        _read.Clear();
        if (!loss.CountsHits || losses.Length == 0)
            return new StepReadings(losses, loss.CountsHits ? 0 : null);
        long correct = _correct.item<long>();
        _correct.zero_().Dispose();
        return new StepReadings(losses, correct);
    }

    public void Dispose()
    {
        _bundle.Clear();
        _losses.Dispose();
        _correct.Dispose();
    }

    private void ReduceBundle()
    {
        if (_bundle.Steps == 0)
            return;
        using var noGrad = no_grad();
        using (Tensor slots = _losses.narrow(0, _written, _bundle.Steps))
        using (Tensor losses = _bundle.Losses())
            slots.copy_(losses);
        _written += _bundle.Steps;
        if (_bundle.Values > 0)
        {
            using Tensor outputs = _bundle.Outputs();
            using Tensor targets = _bundle.Targets();
            Count(outputs, targets);
        }
        _bundle.Clear();
    }

    private void Count(Tensor output, Tensor targets)
    {
        using Tensor? hits = loss.Hits(output, targets);
        _correct.add_(hits!, Scalars.One);
    }

    private void Download()
    {
        ReduceBundle();
        if (_written == 0)
            return;
        using Tensor written = _losses.narrow(0, 0, _written);
        using Tensor host = written.cpu();
        foreach (float value in host.data<float>())
            _read.Add(value);
        _written = 0;
    }
}

/// <summary>Losses, outputs and targets of a few steps, without their graphs.</summary>
internal sealed class StepBundle
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
        Tensor kept = part.detach().DetachFromDisposeScope();
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
        _outputs.Add(output.detach().DetachFromDisposeScope());
        _targets.Add(targets.DetachFromDisposeScope());
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
}
