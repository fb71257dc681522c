using ClrEngine.Torch.Losses;
using ClrEngine.Training;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>
/// Keeps each step's loss, and the count of samples answered rightly, on the device until somebody reads them: one transfer for
/// many steps. A step only lays its loss and outputs aside, and a bundle of steps is summed up at once: a small operation costs
/// most by being called, above all after a large one that has pushed its code out of the caches.
/// </summary>
internal sealed class StepTape(Loss loss, Device device) : IDisposable
{
    private const int Capacity = 1024;
    private const int StepsOfABundle = 32;
    private const long ValuesOfABundle = 1 << 18;

    private readonly Tensor _losses = zeros(Capacity, ScalarType.Float32, device).DetachFromDisposeScope();
    private readonly Tensor _correct = zeros(1, ScalarType.Int64, device).DetachFromDisposeScope();
    private readonly List<double> _read = [];
    private int _written;

    // The bundle: a loss for each step, outputs with their targets for each part of a step, all without their graphs.
    private readonly List<Tensor> _bundledLosses = [];
    private readonly List<Tensor> _bundledOutputs = [];
    private readonly List<Tensor> _bundledTargets = [];
    private long _bundledValues;
    private bool _stepIsNew;

    public void Begin()
    {
        if (_bundledLosses.Count == StepsOfABundle || _bundledValues >= ValuesOfABundle)
            ReduceBundle();
        if (_written + StepsOfABundle > Capacity)
            Download();
        _stepIsNew = true;
    }

    /// <summary>Adds to the step that has begun a part of its loss, after its backward pass, and what was answered; the targets are the tape's from here on.</summary>
    public void Add(Tensor part, Tensor output, Tensor targets)
    {
        using var noGrad = no_grad();
        AddLoss(part);
        if (!loss.CountsHits)
            return;
        // A view of something larger would keep all of it.
        if (!output.is_contiguous())
        {
            Count(output, targets);
            return;
        }
        _bundledValues += output.numel();
        _bundledOutputs.Add(output.detach().DetachFromDisposeScope());
        _bundledTargets.Add(targets.DetachFromDisposeScope());
    }

    /// <summary>What the steps since the last call measured. Waits for the device.</summary>
    public StepReadings Read()
    {
        Download();
        double[] losses = _read.ToArray();
        _read.Clear();
        if (loss.Unit != 1)
            losses = Array.ConvertAll(losses, scaled => scaled * loss.Unit);
        if (!loss.CountsHits || losses.Length == 0)
            return new StepReadings(losses, loss.CountsHits ? 0 : null);
        long correct = _correct.item<long>();
        _correct.zero_().Dispose();
        return new StepReadings(losses, correct);
    }

    public void Dispose()
    {
        ClearBundle();
        _losses.Dispose();
        _correct.Dispose();
    }

    private void AddLoss(Tensor part)
    {
        Tensor kept = part.detach().DetachFromDisposeScope();
        if (_stepIsNew)
        {
            _bundledLosses.Add(kept);
            _stepIsNew = false;
            return;
        }
        using (kept)
            _bundledLosses[^1].add_(kept, Scalars.One);
    }

    private void ReduceBundle()
    {
        int steps = _bundledLosses.Count;
        if (steps == 0)
            return;
        using var noGrad = no_grad();
        using (Tensor slots = _losses.narrow(0, _written, steps))
        using (Tensor losses = stack(_bundledLosses))
            slots.copy_(losses);
        _written += steps;
        if (_bundledValues > 0)
        {
            using Tensor outputs = cat(_bundledOutputs);
            using Tensor targets = cat(_bundledTargets);
            Count(outputs, targets);
        }
        ClearBundle();
    }

    private void Count(Tensor output, Tensor targets)
    {
        using var scope = NewDisposeScope();
        _correct.add_(loss.Hits(output, targets)!, Scalars.One);
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

    private void ClearBundle()
    {
        foreach (List<Tensor> tensors in (ReadOnlySpan<List<Tensor>>)[_bundledLosses, _bundledOutputs, _bundledTargets])
        {
            tensors.ForEach(static tensor => tensor.Dispose());
            tensors.Clear();
        }
        _bundledValues = 0;
    }
}
