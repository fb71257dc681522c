using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Cycles;

[Collection(nameof(TorchRandomState))]
public sealed class SnapshotEnsembleTests : IDisposable
{
    private const int Snapshots = 3;

    private readonly TrainingData _data = Learners.Data();
    private readonly TorchRandom _random;
    private readonly nn.Module<Tensor, Tensor> _model;
    private readonly TorchLearner _learner;
    private readonly BatchPlan _plan;

    public SnapshotEnsembleTests()
    {
        TorchLibrary.EnsureLoaded();
        _random = TorchRandom.Seeded(1);
        _model = Learners.Model();
        _learner = new TorchLearner(_model, _data, new LearnerOptions { Device = "cpu" });
        _plan = new BatchPlan(_data.Train.Count, 16, 0);
    }

    [Fact]
    public void Given_snapshots_when_taken_then_the_run_goes_on_as_if_none_had_been()
    {
        using ILearnerState start = _learner.Capture();
        IReadOnlyList<double> without = Learners.Losses(_learner, _plan, 0, 30);
        _learner.Restore(start);
        using ISnapshotEnsemble ensemble = _learner.NewEnsemble();
        var with = new List<double>();
        for (int i = 0; i < Snapshots; i++)
        {
            with.AddRange(Learners.Losses(_learner, _plan, 10 * i, 10 * (i + 1)));
            ensemble.Add(TestContext.Current.CancellationToken);
        }
        Assert.Equal(without, with);
    }

    [Fact]
    public void Given_snapshots_when_scored_then_the_ensemble_is_the_mean_of_their_probabilities()
    {
        using ISnapshotEnsemble ensemble = _learner.NewEnsemble();
        SnapshotScores scores = Take(ensemble);
        using Tensor sum = zeros(_data.Validation.Count, Learners.Classes);
        foreach (IReadOnlyList<StateTensor>? member in ensemble.Members)
        {
            Load(member!);
            sum.add_(nn.functional.softmax(Outputs(), 1));
        }
        using Tensor mean = sum / Snapshots;
        using Tensor labels = tensor(((ClassTargets)_data.Validation.Targets).Labels.ToArray());
        double loss = nn.functional.nll_loss(mean.log(), labels).item<float>();
        double accuracy = 100.0 * mean.argmax(1).eq(labels).sum().item<long>() / _data.Validation.Count;
        Assert.Equal(loss, scores.Ensemble.Loss, 5);
        Assert.Equal(accuracy, scores.Ensemble.Accuracy);
    }

    [Fact]
    public void Given_one_snapshot_when_scored_then_the_ensemble_is_that_model()
    {
        using ISnapshotEnsemble ensemble = _learner.NewEnsemble();
        Learners.Losses(_learner, _plan, 0, 10);
        SnapshotScores scores = ensemble.Add(TestContext.Current.CancellationToken);
        Assert.Equal(scores.Model.Loss, scores.Ensemble.Loss, 5);
        Assert.Equal(scores.Model.Accuracy, scores.Ensemble.Accuracy);
    }

    [Fact]
    public void Given_snapshots_when_averaged_then_each_weight_is_their_mean()
    {
        using ISnapshotEnsemble ensemble = _learner.NewEnsemble();
        Take(ensemble);
        foreach (StateTensor averaged in ensemble.Average!.Where(t => t.Name.EndsWith("weight", StringComparison.Ordinal) || t.Name.EndsWith("bias", StringComparison.Ordinal)))
        {
            float[][] members = [.. ensemble.Members.Select(m => Values(m!.Single(t => t.Name == averaged.Name)))];
            float[] values = Values(averaged);
            for (int i = 0; i < values.Length; i++)
                Assert.Equal(members.Average(m => m[i]), values[i], 1e-6f);
        }
    }

    [Fact]
    public void Given_averaged_weights_when_evaluated_then_batch_norm_has_the_statistics_of_the_training_samples_under_them()
    {
        using ISnapshotEnsemble ensemble = _learner.NewEnsemble();
        SnapshotScores scores = Take(ensemble);
        Load(ensemble.Average!);
        using Tensor features = Features(_data.Train);
        using Tensor hidden = ((Linear)_model.named_modules().Single(m => m.name == "hidden").module).forward(features);
        BatchNorm1d norm = (BatchNorm1d)_model.named_modules().Single(m => m.name == "norm").module;
        Assert.True(allclose(hidden.mean([0]), norm.running_mean!, 1e-4, 1e-5));
        Assert.True(allclose(hidden.var(0, unbiased: true), norm.running_var!, 1e-4, 1e-5));
        Assert.Equal(_learner.Evaluate(TestContext.Current.CancellationToken), scores.Average);
        Assert.Equal(0.1, norm.momentum);
    }

    [Fact]
    public void Given_a_snapshot_that_is_lost_when_the_others_are_taken_then_the_ensemble_is_of_them_to_the_bit()
    {
        using ISnapshotEnsemble whole = _learner.NewEnsemble(), without = _learner.NewEnsemble(), never = _learner.NewEnsemble();
        Take(whole);
        without.AddSaved(null);
        Assert.Null(without.Average);
        foreach (IReadOnlyList<StateTensor>? member in whole.Members.Skip(1))
        {
            without.AddSaved(member);
            never.AddSaved(member);
        }
        Assert.Equal(never.Average!.Select(t => Convert.ToHexString(t.Bytes.Span)), without.Average!.Select(t => Convert.ToHexString(t.Bytes.Span)));
        Assert.Equal(never.Add(TestContext.Current.CancellationToken), without.Add(TestContext.Current.CancellationToken));
        Assert.Equal(Enumerable.Range(0, Snapshots + 1).Select(static i => i == 0), without.Members.Select(static member => member is null));
    }

    [Fact]
    public void Given_saved_snapshots_when_another_ensemble_takes_them_then_it_goes_on_alike_to_the_bit()
    {
        using ISnapshotEnsemble first = _learner.NewEnsemble(), second = _learner.NewEnsemble();
        Take(first);
        foreach (IReadOnlyList<StateTensor>? member in first.Members)
            second.AddSaved(member);
        Assert.Equal(first.Average!.Select(t => Convert.ToHexString(t.Bytes.Span)), second.Average!.Select(t => Convert.ToHexString(t.Bytes.Span)));
        Learners.Losses(_learner, _plan, 30, 40);
        Assert.Equal(first.Add(TestContext.Current.CancellationToken), second.Add(TestContext.Current.CancellationToken));
    }

    public void Dispose()
    {
        _learner.Dispose();
        _model.Dispose();
        _random.Dispose();
    }

    private SnapshotScores Take(ISnapshotEnsemble ensemble)
    {
        SnapshotScores? scores = null;
        for (int i = 0; i < Snapshots; i++)
        {
            Learners.Losses(_learner, _plan, 10 * i, 10 * (i + 1));
            scores = ensemble.Add(TestContext.Current.CancellationToken);
        }
        return scores!;
    }

    private void Load(IReadOnlyList<StateTensor> model)
    {
        using ILearnerState state = _learner.Capture();
        state.Import([.. model, .. state.Export().Where(t => !t.IsOfModel)]);
        _learner.Restore(state);
        _model.eval();
    }

    private Tensor Outputs()
    {
        using var noGrad = no_grad();
        using Tensor features = Features(_data.Validation);
        return _model.forward(features);
    }

    private static Tensor Features(LabelledData data)
    {
        var values = new float[data.Count * data.Samples.SampleLength];
        data.Samples.Read([.. Enumerable.Range(0, (int)data.Count).Select(i => (long)i)], values);
        return tensor(values, [data.Count, data.Samples.SampleLength]);
    }

    private static float[] Values(StateTensor tensor) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(tensor.Bytes.Span).ToArray();
}

[Collection(nameof(TorchRandomState))]
public sealed class BorrowedWeightsTests
{
    [Fact]
    public void Given_a_saved_snapshot_whose_validation_fails_when_added_then_the_learner_has_its_own_weights_again()
    {
        TorchLibrary.EnsureLoaded();
        using var model = new Fragile();
        using var learner = new TorchLearner(model, Learners.Data(), new LearnerOptions { Device = "cpu" });
        using ISnapshotEnsemble ensemble = learner.NewEnsemble();
        IReadOnlyList<StateTensor> own = ModelWeights.Export(model);
        StateTensor[] saved = [.. own.Select(tensor => new StateTensor(tensor.Name, tensor.Type, tensor.Shape, new byte[tensor.Bytes.Length]))];
        model.IsBroken = true;
        Assert.Throws<NotSupportedException>(() => ensemble.AddSaved(saved));
        Assert.Empty(ensemble.Members);
        Assert.All(own.Zip(ModelWeights.Export(model)), pair => Assert.Equal(pair.First.Bytes.ToArray(), pair.Second.Bytes.ToArray()));
    }

    private sealed class Fragile : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _layer = nn.Linear(4, Learners.Classes);

        public Fragile()
            : base(nameof(Fragile)) => RegisterComponents();

        public bool IsBroken { get; set; }

        public override Tensor forward(Tensor input) => IsBroken ? throw new NotSupportedException("broken") : _layer.forward(input);
    }
}

[Collection(nameof(TorchRandomState))]
public sealed class NarrowSnapshotTests
{
    [Fact]
    public void Given_a_model_that_works_in_bfloat16_when_snapshots_are_taken_then_the_run_goes_on_as_if_none_had_been()
    {
        Assert.Equal(Losses(withSnapshots: false), Losses(withSnapshots: true));
    }

    private static List<double> Losses(bool withSnapshots)
    {
        TrainingData data = Learners.Data();
        using TorchRandom random = TorchRandom.Seeded(1);
        using nn.Module<Tensor, Tensor> model = Learners.Model();
        using var learner = new TorchLearner(model, data, new LearnerOptions { Device = "cpu", Precision = Precision.BFloat16 });
        using ISnapshotEnsemble ensemble = learner.NewEnsemble();
        var plan = new BatchPlan(data.Train.Count, 16, 0);
        var losses = new List<double>();
        for (int cycle = 0; cycle < 3; cycle++)
        {
            losses.AddRange(Learners.Losses(learner, plan, 10 * cycle, 10 * (cycle + 1)));
            if (withSnapshots)
                Assert.True(double.IsFinite(ensemble.Add(TestContext.Current.CancellationToken).Average.Loss));
        }
        return losses;
    }
}
