using ClrEngine.Data;
using ClrEngine.Torch;
using ClrEngine.Torch.Learning;
using ClrEngine.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrBenchmarks;

/// <summary>Forward and backward alone, on batches that lie ready on the device: nothing that trains can be faster.</summary>
internal sealed class Floor : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> _model;
    private readonly Parameter[] _parameters;
    private readonly (Tensor Features, Tensor Targets)[] _batches;
    private readonly int _threads;

    public Floor(nn.Module<Tensor, Tensor> model, TrainingData data, BatchPlan plan, BenchmarkOptions options, int threads)
    {
        Device device = TorchDevices.Resolve(options.Device);
        _model = model;
        _model.to(device);
        _parameters = model.parameters().ToArray();
        _threads = threads;
        using var set = new ResidentSet(data.Train, device);
        _batches = new (Tensor, Tensor)[plan.StepsPerEpoch];
        for (int i = 0; i < _batches.Length; i++)
        {
            Batch batch = plan.At(i);
            _batches[i] = set.Gather(batch.Order, batch.Start, batch.Count);
        }
    }

    public int Batches => _batches.Length;

    public void Run()
    {
        using OperationThreads.Section threads = OperationThreads.Enter(_threads);
        double last = 0;
        for (int i = 0; i < _batches.Length; i++)
        {
            using var scope = NewDisposeScope();
            Tensor loss = nn.functional.cross_entropy(_model.forward(_batches[i].Features), _batches[i].Targets);
            loss.backward();
            foreach (Parameter parameter in _parameters)
                parameter.grad = null;
            if (i == _batches.Length - 1)
                last = loss.item<float>();
        }
        if (double.IsNaN(last))
            throw new InvalidOperationException("The loss is not a number.");
    }

    public void Dispose()
    {
        foreach ((Tensor features, Tensor targets) in _batches)
        {
            features.Dispose();
            targets.Dispose();
        }
        _model.Dispose();
    }
}
