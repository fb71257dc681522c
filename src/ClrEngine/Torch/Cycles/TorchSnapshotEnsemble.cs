using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Losses;
using ClrEngine.Torch.Models;
using ClrEngine.Torch.Optimizers;
using ClrEngine.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Cycles;

/// <summary>
/// Snapshot ensemble (Huang et al. 2017, arXiv 1704.00109) and stochastic weight averaging (Izmailov et al. 2018,
/// arXiv 1803.05407) over the same models: the mean of their predictions, and the mean of their weights.
/// </summary>
internal sealed class TorchSnapshotEnsemble(TorchLearner learner) : ISnapshotEnsemble
{
    private const int BatchSamples = 1024;

    private readonly List<IReadOnlyList<StateTensor>?> _members = [];
    private readonly WeightMean _mean = new();
    private Tensor? _predictionSum;
    private Tensor? _targets;
    private IReadOnlyList<StateTensor>? _average;

    public IReadOnlyList<IReadOnlyList<StateTensor>?> Members => _members;
    public IReadOnlyList<StateTensor>? Average => _average ??= _mean.Count == 0 ? null : WithAverage(() => ModelWeights.Export(learner.Model), CancellationToken.None);

    public SnapshotScores Add(CancellationToken cancellationToken = default) => TorchOperationException.Guard("judging the snapshots together", Math.Min(BatchSamples, learner.Validation.Count), () =>
    {
        Evaluation single = learner.Evaluate(cancellationToken);
        AddMember(cancellationToken);
        try
        {
            Evaluation average = WithAverage(() =>
            {
                _average = ModelWeights.Export(learner.Model);
                return learner.EvaluateAsItIs(cancellationToken);
            }, cancellationToken);
            return new SnapshotScores(single, ScoreOfMean(), average);
        }
        catch (OperationCanceledException)
        {
            // A member has a record of its cycle, and there will be none.
            _members.RemoveAt(_members.Count - 1);
            throw;
        }
    });

    public string? Warning { get; private set; }

    public void AddSaved(IReadOnlyList<StateTensor>? member)
    {
        if (member is null)
            _members.Add(null);
        else
            WithWeightsRestored(() =>
            {
                ModelWeights.Load(learner.Model, member);
                AddMember(CancellationToken.None);
                return true;
            });
    }

    public void Dispose()
    {
        _mean.Dispose();
        _predictionSum?.Dispose();
        _targets?.Dispose();
    }

    private void AddMember(CancellationToken cancellationToken)
    {
        using Tensor predictions = InEvaluation(() => Predictions(cancellationToken));
        _members.Add(ModelWeights.Export(learner.Model));
        _mean.Add(learner.Model);
        _average = null;
        if (_predictionSum is null)
            _predictionSum = predictions.clone().DetachFromDisposeScope();
        else
            _predictionSum.add_(predictions, Scalars.One);
    }

    private Tensor Predictions(CancellationToken cancellationToken)
    {
        // The parts, whole or not, go with the scope.
        using var all = NewDisposeScope();
        var predictions = new List<Tensor>();
        var targets = new List<Tensor>();
        for (long start = 0; start < learner.Validation.Count; start += BatchSamples)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            (Tensor features, Tensor answers) = learner.Validation.Slice(start, (int)Math.Min(BatchSamples, learner.Validation.Count - start));
            predictions.Add(learner.Loss.Predictions(learner.Forward(features)).MoveToOuterDisposeScope());
            if (_targets is null)
                targets.Add(answers.clone().MoveToOuterDisposeScope());
        }
        _targets ??= cat(targets).DetachFromDisposeScope();
        return cat(predictions).DetachFromDisposeScope();
    }

    private Evaluation ScoreOfMean()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using Scalar members = _mean.Count;
        Tensor output = learner.Loss.Outputs(_predictionSum!.div(members));
        long samples = learner.Validation.Count;
        double weight = learner.Loss.Weight(_targets!)?.to_type(ScalarType.Float64).item<double>() ?? samples;
        double loss = learner.Loss.Sum(output, _targets!).to_type(ScalarType.Float64).item<double>() / weight;
        return new Evaluation(loss, 100.0 * learner.Loss.Hits(output, _targets!)?.item<long>() / samples, samples);
    }

    private T WithAverage<T>(Func<T> use, CancellationToken cancellationToken) => WithWeightsRestored(() =>
    {
        _mean.CopyInto(learner.Model);
        return InEvaluation(() =>
        {
            if (!BatchNormStatistics.Recompute(learner.Model, learner.Forward, TrainingBatches(cancellationToken), learner.Frozen))
                Warning = "The mean of the weights keeps the batch-norm statistics of its members: the TorchScript module does not let them be taken anew. Judge the model by its snapshots, or export it with torch.jit.script and each batch normalisation as a module of its own.";
            return use();
        });
    });

    // Whatever happens, the learner gets its weights back.
    private T WithWeightsRestored<T>(Func<T> use)
    {
        IReadOnlyList<StateTensor> own = ModelWeights.Export(learner.Model);
        try
        {
            return use();
        }
        finally
        {
            ModelWeights.Load(learner.Model, own);
        }
    }

    private IEnumerable<Tensor> TrainingBatches(CancellationToken cancellationToken)
    {
        // A last batch of a single sample has no variance: it is left out.
        for (long start = 0; start < learner.Train.Count - 1; start += BatchSamples)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (Tensor features, Tensor targets) = learner.Train.Slice(start, (int)Math.Min(BatchSamples, learner.Train.Count - start));
            targets.Dispose();
            yield return features;
        }
    }

    private T InEvaluation<T>(Func<T> use)
    {
        using OperationThreads.Section threads = OperationThreads.Enter(learner.Threads);
        using var mode = ModuleModes.Evaluation(learner.Model);
        using var buffers = new ModuleBuffers(learner.Model);
        using var noGrad = no_grad();
        return use();
    }
}

/// <summary>The running mean of a module's weights; what is not a fraction (a count) stays that of the newest.</summary>
internal sealed class WeightMean : IDisposable
{
    private readonly List<Tensor> _means = [];

    public int Count { get; private set; }

    public void Add(nn.Module model)
    {
        using var noGrad = no_grad();
        Count++;
        using Scalar count = Count;
        int i = 0;
        foreach ((_, Tensor live) in ModelWeights.Live(model))
        {
            using var scope = NewDisposeScope();
            Tensor value = live.detach();
            if (Count == 1)
                _means.Add(WeightAverage.Begin(value));
            else if (value.is_floating_point())
                _means[i].add_((value - _means[i]).div_(count), Scalars.One);
            else
                _means[i].copy_(value);
            i++;
        }
    }

    public void CopyInto(nn.Module model)
    {
        using var noGrad = no_grad();
        foreach (((_, Tensor live), Tensor mean) in ModelWeights.Live(model).Zip(_means))
            live.copy_(mean);
    }

    public void Dispose()
    {
        foreach (Tensor mean in _means)
            mean.Dispose();
    }
}
