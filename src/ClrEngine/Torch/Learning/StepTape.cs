using ClrEngine.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>
/// Keeps each step's loss, and the count of samples classified rightly, in tensors on the device until somebody reads them:
/// one transfer for many steps.
/// </summary>
internal sealed class StepTape : IDisposable
{
    private const int Capacity = 1024;

    private readonly Tensor _losses;
    private readonly Tensor _correct;
    private readonly List<double> _read = [];
    private int _written;

    public StepTape(Device device)
    {
        _losses = zeros(Capacity, ScalarType.Float32, device).DetachFromDisposeScope();
        _correct = zeros(1, ScalarType.Int64, device).DetachFromDisposeScope();
    }

    public void Write(Tensor loss, Tensor output, Tensor labels)
    {
        using var noGrad = no_grad();
        if (_written == Capacity)
            Drain();
        using Tensor slot = _losses.select(0, _written++);
        slot.copy_(loss);
        using Tensor predicted = output.argmax(1);
        using Tensor hits = predicted.eq_(labels);
        using Tensor hitCount = hits.sum(ScalarType.Int64);
        _correct.add_(hitCount);
    }

    public StepReadings Read()
    {
        Drain();
        double[] losses = _read.ToArray();
        _read.Clear();
        if (losses.Length == 0)
            return new StepReadings(losses, 0);
        long correct = _correct.item<long>();
        _correct.zero_();
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
        _written = 0;
    }
}
