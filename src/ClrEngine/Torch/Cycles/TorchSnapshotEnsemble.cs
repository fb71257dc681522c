using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Models;
using ClrEngine.Training;
using ClrEngine.Training.Cycles;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Cycles;

/// <summary>
/// Snapshot ensemble (Huang et al. 2017, arXiv 1704.00109) and stochastic weight averaging (Izmailov et al. 2018,
/// arXiv 1803.05407) over the same models: the mean of their predictions, and the mean of their weights.
/// </summary>
internal sealed class TorchSnapshotEnsemble(TorchLearner learner, EnsembleModel model) : ISnapshotEnsemble
{
    private const int BatchSamples = 1024;

    private readonly List<IReadOnlyList<StateTensor>> _members = [];
    private readonly WeightMean _mean = new();
    private Tensor? _predictionSum;
    private Tensor? _targets;
    private IReadOnlyList<StateTensor>? _average;

    public IReadOnlyList<IReadOnlyList<StateTensor>> Members => _members;

    public IReadOnlyList<StateTensor>? Average => _average ??= _members.Count == 0 ? null : WithAverage(() => ModelWeights.Export(model.Module), CancellationToken.None);

    public SnapshotScores Add(CancellationToken cancellationToken = default)
    {
        Evaluation single = learner.Evaluate(cancellationToken);
        Take(cancellationToken);
        try
        {
            Evaluation average = WithAverage(
                () =>
                {
                    _average = ModelWeights.Export(model.Module);
                    return learner.Evaluate(cancellationToken);
                },
                cancellationToken);
            return new SnapshotScores(single, ScoreOfMean(), average);
        }
        catch (OperationCanceledException)
        {
            // A member has a record of its cycle, and there will be none.
            _members.RemoveAt(_members.Count - 1);
            throw;
        }
    }

    public string? Warning { get; private set; }

    public void AddSaved(IReadOnlyList<StateTensor> member)
    {
        IReadOnlyList<StateTensor> own = ModelWeights.Export(model.Module);
        ModelWeights.Load(model.Module, member);
        Take(CancellationToken.None);
        ModelWeights.Load(model.Module, own);
    }

    public void Dispose()
    {
        _mean.Dispose();
        _predictionSum?.Dispose();
        _targets?.Dispose();
    }

    private void Take(CancellationToken cancellationToken)
    {
        using Tensor predictions = Evaluating(() => Predictions(cancellationToken));
        _members.Add(ModelWeights.Export(model.Module));
        _mean.Add(model.Module);
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
        for (long start = 0; start < model.Validation.Count; start += BatchSamples)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            (Tensor features, Tensor answers) = model.Validation.Slice(start, (int)Math.Min(BatchSamples, model.Validation.Count - start));
            predictions.Add(model.Loss.Predictions(model.Forward(features)).MoveToOuterDisposeScope());
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
        using Scalar members = _members.Count;
        Tensor output = model.Loss.Outputs(_predictionSum!.div(members));
        long samples = model.Validation.Count;
        double weight = model.Loss.Weight(_targets!)?.to_type(ScalarType.Float64).item<double>() ?? samples;
        double loss = model.Loss.Sum(output, _targets!).to_type(ScalarType.Float64).item<double>() / weight;
        return new Evaluation(loss, 100.0 * model.Loss.Hits(output, _targets!)?.item<long>() / samples, samples);
    }

    private T WithAverage<T>(Func<T> use, CancellationToken cancellationToken)
    {
        IReadOnlyList<StateTensor> own = ModelWeights.Export(model.Module);
        try
        {
            _mean.CopyInto(model.Module);
            return Evaluating(() =>
            {
                if (!BatchNormStatistics.TakeAnew(model.Module, model.Forward, TrainingBatches(cancellationToken)))
                    Warning = "The mean of the weights keeps the batch-norm statistics of its members: the TorchScript module does not let them be taken anew. Judge the model by its snapshots, or export it with torch.jit.script and each batch normalisation as a module of its own.";
                return use();
            });
        }
        finally
        {
            ModelWeights.Load(model.Module, own);
        }
    }

    private IEnumerable<Tensor> TrainingBatches(CancellationToken cancellationToken)
    {
        // A last batch of a single sample has no variance: it is left out.
        for (long start = 0; start < model.Train.Count - 1; start += BatchSamples)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (Tensor features, Tensor targets) = model.Train.Slice(start, (int)Math.Min(BatchSamples, model.Train.Count - start));
            targets.Dispose();
            yield return features;
        }
    }

    private T Evaluating<T>(Func<T> use)
    {
        using OperationThreads.Section threads = OperationThreads.Enter(model.Threads);
        using var mode = new EvaluationMode(model.Module);
        using var noGrad = no_grad();
        return use();
    }
}
