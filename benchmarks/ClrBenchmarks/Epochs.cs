using ClrEngine.Torch.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrBenchmarks;

/// <summary>An epoch of training ÷ forward and backward alone on the same batches.</summary>
internal static class EpochOverFloor
{
    public static void Run(BenchmarkOptions options, Report report)
    {
        TrainingData data = FashionSet.Load(options, report);
        Compare(Network.Mlp, data, 128, options, report, 1.08);
        Compare(Network.Cnn, data, 128, options, report, 1.03);
        foreach (int batch in (int[])[32, 512, 1024])
            Compare(Network.Mlp, data, batch, options, report, null);
        foreach (int batch in (int[])[32, 1024])
            Compare(Network.Cnn, data, batch, options, report, null);
    }

    private static void Compare(Network network, TrainingData data, int batch, BenchmarkOptions options, Report report, double? aim)
    {
        using var subject = new Subject(network.Make, data, batch, options);
        using var floor = new Floor(network.Make(), data, subject.Plan, options, subject.Threads);
        TurnsResult result = Turns.Run(options.Rounds, () => subject.Train(floor.Batches), floor.Run);
        report.Row($"epoch ÷ forward and backward, {network.Name}, batch {batch}, {subject.Threads} threads (a step)", result, floor.Batches, aim);
    }
}

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
        using var set = new ResidentSet(data.Train, null, device);
        ChannelsLast layout = ChannelsLast.For(model, data.Shape, OneDnn.UseFor(model, device));
        _batches = new (Tensor, Tensor)[plan.StepsPerEpoch];
        for (int i = 0; i < _batches.Length; i++)
        {
            Batch batch = plan.At(i);
            (Tensor features, Tensor targets) = set.Gather(batch.Order, batch.Start, batch.Count);
            _batches[i] = (layout.Lay(features) ?? features, targets);
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

/// <summary>An epoch of training ÷ an epoch of the loop that people write by hand.</summary>
internal static class EpochOverHandWritten
{
    private const int PythonSteps = 60;

    public static void Run(BenchmarkOptions options, Report report)
    {
        TrainingData data = FashionSet.Load(options, report);
        Compare(Network.Mlp, "mlp", data, options, report, 0.62);
        Compare(Network.Cnn, "cnn", data, options, report, 0.80);
        Compare(Network.ResNet20, "resnet20", FashionSet.Made(3_840, 128, [3, 32, 32]), options, report, 0.85);
    }

    private static void Compare(Network network, string inPython, TrainingData data, BenchmarkOptions options, Report report, double? aim)
    {
        using var subject = new Subject(network.Make, data, 128, options);
        using var byHand = new HandWritten(network.Make(), data, 128, options);
        TurnsResult result = Turns.Run(options.Rounds, () => subject.Train(subject.Plan.StepsPerEpoch), byHand.Run);
        report.Row($"epoch ÷ hand-written loop, {network.Name}, batch 128, {subject.Threads} threads (an epoch)", result, 1, aim);
        if (options.Device != "cpu" || PythonPeer.Seconds("import torch; print(1)") is null)
        {
            report.Note("no PyTorch for python3 here to compare with on the CPU");
            return;
        }
        // An epoch of a part of the data is enough: its DataLoader takes long.
        int steps = (int)Math.Min(subject.Plan.StepsPerEpoch, PythonSteps);
        string[] arguments = [inPython, $"{steps * 128}", $"{subject.Threads}"];
        result = Turns.Run(options.Rounds, () => Turns.Seconds(() => subject.Train(steps)), () => PythonPeer.SecondsAgain(PythonPeer.Epoch, arguments));
        report.Row($"step ÷ the same loop in Python with a DataLoader of two workers, {network.Name}, batch 128, {subject.Threads} threads (a step)", result, steps);
    }
}

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
        using var set = new ResidentSet(data.Train, null, CPU);
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
