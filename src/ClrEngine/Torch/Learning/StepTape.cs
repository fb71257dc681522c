using ClrEngine.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>
/// Keeps each step's loss, and the count of samples answered rightly, in tensors on the device until somebody reads them:
/// one transfer for many steps.
/// </summary>
internal sealed class StepTape : IDisposable
{
    private const int Capacity = 1024;

    private readonly Tensor _losses;
    private readonly Tensor _correct;
    private readonly List<double> _read = [];
    private int _written;
    private bool _hasClasses = true;

    public StepTape(Device device)
    {
        _losses = zeros(Capacity, ScalarType.Float32, device).DetachFromDisposeScope();
        _correct = zeros(1, ScalarType.Int64, device).DetachFromDisposeScope();
    }

    /// <summary>Begins a step.</summary>
    public void Begin()
    {
        if (_written == Capacity)
            Drain();
        _written++;
    }

    /// <summary>Adds to the step that has begun: a part of its loss, and its hits where the task has classes.</summary>
    public void Add(Tensor loss, Tensor? hits)
    {
        using var noGrad = no_grad();
        using Tensor slot = _losses.select(0, _written - 1);
        slot.add_(loss);
        _hasClasses = hits is not null;
        if (hits is not null)
            _correct.add_(hits);
    }

    public StepReadings Read()
    {
        Drain();
        double[] losses = _read.ToArray();
        _read.Clear();
        if (!_hasClasses || losses.Length == 0)
            return new StepReadings(losses, _hasClasses ? 0 : null);
        long correct = _correct.item<long>();
        _correct.zero_().Dispose();
        return new StepReadings(losses, correct);
    }

    public void Dispose()
    {
        _losses.Dispose();
        _correct.Dispose();
    }

    private void Drain()
    {
        if (_written == 0)
            return;
        using Tensor written = _losses.narrow(0, 0, _written);
        using Tensor host = written.cpu();
        foreach (float loss in host.data<float>())
            _read.Add(loss);
        written.zero_().Dispose();
        _written = 0;
    }
}
