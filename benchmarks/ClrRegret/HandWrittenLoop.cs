using ClrEngine.Torch.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrRegret;

/// <summary>
/// A task's run at a fixed rate as people write it by hand: a DataLoader, TorchSharp's own optimiser, and the loss read each step, with a pass over the validation
/// samples after each epoch.
/// </summary>
internal sealed class HandWrittenLoop : IDisposable
{
    private const int Epochs = 8, Rounds = 5;

    // Any will do for the time; this one lets no task diverge.
    private const double Rate = 1e-4;

    private readonly bool _classes;
    private readonly nn.Module<Tensor, Tensor> _model;
    private readonly optim.Optimizer _optimizer;
    private readonly TorchSharp.Modules.DataLoader _train, _validation;

    private HandWrittenLoop(RegretTask task, int seed)
    {
        TrainingData data = task.Data(seed);
        _classes = data.Train.Targets is ClassTargets;
        _model = new ModelSource(task.Model).Open(data.Shape, task.Loss.OutputsFor(data.Train.Targets));
        IEnumerable<TorchSharp.Modules.Parameter> parameters = _model.parameters();
        _optimizer = task.Optimizer switch
        {
            { Kind: OptimizerKind.Sgd } sgd => optim.SGD(parameters, Rate, sgd.Momentum ?? 0.9, weight_decay: sgd.WeightDecay ?? 1e-4, nesterov: sgd.Nesterov),
            { Kind: OptimizerKind.AdamW } adamW => optim.AdamW(parameters, Rate, weight_decay: adamW.WeightDecay ?? 0.01),
            { Kind: var kind } => throw new NotSupportedException($"No task of the claim has {kind}."),
        };
        (_train, _validation) = (Loader(data.Train, task.BatchSize, shuffle: true), Loader(data.Validation, task.BatchSize, shuffle: false));
    }

    /// <summary>
    /// The time of an epoch by hand over that of this project's, both in turn in one process, the median of some rounds. The processor's time, which other
    /// programs on the machine hardly change: on one core it is the clock's.
    /// </summary>
    public static double OverOurs(RegretTask task, int seed)
    {
        double[] ratios = [.. Enumerable.Range(0, Rounds).Select(_ => ByHand(task, seed) / Ours(task, seed)).Order()];
        return ratios[Rounds / 2];
    }

    public void Dispose()
    {
        _train.Dispose();
        _validation.Dispose();
        _optimizer.Dispose();
        _model.Dispose();
    }

    private static double ByHand(RegretTask task, int seed)
    {
        using var loop = new HandWrittenLoop(task, seed);
        return MiddleOf(Enumerable.Range(0, Epochs).Select(_ => loop.Epoch()));
    }

    private static double Ours(RegretTask task, int seed)
    {
        using TrainingJob job = (task with { Epochs = Epochs }).Job(seed, _ => new ConstantSchedule(Rate));
        job.Open();
        return MiddleOf(job.Run().Where(tick => tick.Epoch is not null));
    }

    // Of all epochs but the first, which warms up.
    private static double MiddleOf<T>(IEnumerable<T> epochs)
    {
        var seconds = new List<double>();
        TimeSpan before = Environment.CpuUsage.TotalTime;
        foreach (T _ in epochs)
        {
            TimeSpan now = Environment.CpuUsage.TotalTime;
            seconds.Add((now - before).TotalSeconds);
            before = now;
        }
        return seconds.Skip(1).Order().ElementAt((Epochs - 1) / 2);
    }

    private double Epoch()
    {
        double sum = 0;
        _model.train();
        foreach (Dictionary<string, Tensor> batch in _train)
        {
            using DisposeScope scope = NewDisposeScope();
            using Tensor features = batch["data"], targets = batch["label"];
            _optimizer.zero_grad();
            Tensor loss = LossOf(features, targets);
            loss.backward();
            _optimizer.step();
            sum += loss.item<float>();
        }
        _model.eval();
        using (no_grad())
        {
            foreach (Dictionary<string, Tensor> batch in _validation)
            {
                using DisposeScope scope = NewDisposeScope();
                using Tensor features = batch["data"], targets = batch["label"];
                sum += LossOf(features, targets).item<float>();
            }
        }
        return double.IsNaN(sum) ? throw new InvalidOperationException("The loss is not a number.") : sum;
    }

    private Tensor LossOf(Tensor features, Tensor targets) =>
        _classes ? nn.functional.cross_entropy(_model.forward(features), targets) : nn.functional.mse_loss(_model.forward(features), targets);

    private static TorchSharp.Modules.DataLoader Loader(LabelledData part, int batchSize, bool shuffle)
    {
        long count = part.Samples.Count;
        var values = new float[count * part.Samples.SampleLength];
        part.Samples.Read([.. Enumerable.Range(0, (int)count).Select(i => (long)i)], values);
        Tensor targets = part.Targets is ClassTargets classes ? tensor(classes.Labels.ToArray()) : tensor(((ValueTargets)part.Targets).Values.Select(v => (float)v).ToArray()).view(count, -1);
        return new TorchSharp.Modules.DataLoader(new Samples(tensor(values).view([count, .. part.Samples.Shape]), targets), batchSize, shuffle, disposeDataset: true);
    }

    private sealed class Samples(Tensor features, Tensor targets) : utils.data.Dataset
    {
        public override long Count => targets.shape[0];

        public override Dictionary<string, Tensor> GetTensor(long index) => new() { ["data"] = features[index], ["label"] = targets[index] };

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
