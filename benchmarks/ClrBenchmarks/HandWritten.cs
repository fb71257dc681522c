using ClrEngine.Data;
using ClrEngine.Torch;
using ClrEngine.Torch.Learning;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrBenchmarks;

/// <summary>The loop that people write by hand: a DataLoader, TorchSharp's SGD and CyclicLR, and the loss read each step.</summary>
internal sealed class HandWritten : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> _model;
    private readonly DataLoader _loader;
    private readonly optim.Optimizer _optimizer;
    private readonly optim.lr_scheduler.LRScheduler _scheduler;
    private readonly IReadOnlyList<IDisposable> _owned;

    public HandWritten(nn.Module<Tensor, Tensor> model, TrainingData data, int batch, BenchmarkOptions options)
    {
        Device device = TorchDevices.Resolve(options.Device);
        _model = model;
        _model.to(device);
        using var set = new ResidentSet(data.Train, CPU);
        (Tensor features, Tensor targets) = set.Slice(0, (int)set.Count);
        var dataset = new Samples(features.clone(), targets.clone());
        _loader = new DataLoader(dataset, batch, shuffle: true, device: device);
        _optimizer = optim.SGD(model.parameters(), 0.001, momentum: 0.9, weight_decay: 1e-4);
        _scheduler = optim.lr_scheduler.CyclicLR(_optimizer, 0.001, 0.01, 500, cycle_momentum: false);
        _owned = [_loader, dataset, features, targets];
    }

    public void Run()
    {
        double sum = 0;
        foreach (Dictionary<string, Tensor> batch in _loader)
        {
            using var scope = NewDisposeScope();
            using Tensor features = batch["data"], targets = batch["label"];
            _optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(_model.forward(features), targets);
            loss.backward();
            _optimizer.step();
            _scheduler.step();
            sum += loss.item<float>();
        }
        if (double.IsNaN(sum))
            throw new InvalidOperationException("The loss is not a number.");
    }

    public void Dispose()
    {
        foreach (IDisposable owned in _owned)
            owned.Dispose();
        _optimizer.Dispose();
        _model.Dispose();
    }

    private sealed class Samples(Tensor features, Tensor targets) : utils.data.Dataset
    {
        public override long Count => targets.shape[0];

        public override Dictionary<string, Tensor> GetTensor(long index) =>
            new() { ["data"] = features[index], ["label"] = targets[index] };

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                features.Dispose();
                targets.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
