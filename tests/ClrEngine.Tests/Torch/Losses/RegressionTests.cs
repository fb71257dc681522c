using System.Collections.Immutable;
using ClrEngine.Numerics;
using ClrEngine.Torch.Losses;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Losses;

[Collection(nameof(TorchRandomState))]
public sealed class RegressionTests
{
    private static readonly LearnerOptions Cpu = new() { Device = "cpu" };

    public RegressionTests() => TorchLibrary.EnsureLoaded();

    [Fact]
    public void given_values_when_trained_then_the_model_explains_their_variance_and_no_accuracy_is_made_up()
    {
        using TorchSession session = TorchSession.Open(new ModelSource("mlp:16"), Plane(), Cpu, 32, 1);
        var run = new TrainingRun(session.Learner, session.Plan, new CyclicSchedule(0.01, 0.1, 20), new TrainingOptions { Epochs = 10 });

        foreach (TrainingTick _ in run.Run(TestContext.Current.CancellationToken)) { }

        EpochRecord last = run.History.Epochs[^1];
        Assert.True(last.ValidationRSquared > 0.98, $"{last}");
        Assert.Null(last.TrainAccuracy);
        Assert.Null(last.ValidationAccuracy);
        Assert.Equal(run.History.Epochs.Min(e => e.ValidationLoss), run.History.BestEpoch!.ValidationLoss);
    }

    [Fact]
    public void the_share_that_is_explained_is_what_its_definition_says()
    {
        TrainingData data = Plane();
        using var scope = NewDisposeScope();
        using nn.Module<Tensor, Tensor> model = new ModelSource("mlp:8").Open([3], 2);
        using var learner = new TorchLearner(model, data, Cpu);
        var samples = new float[data.Validation.Count * 3];
        data.Validation.Samples.Read(Enumerable.Range(0, (int)data.Validation.Count).Select(i => (long)i).ToArray(), samples);
        Tensor targets = tensor(((ValueTargets)data.Validation.Targets).Values.ToArray(), dtype: float32).reshape(-1, 2);
        Tensor errors = (model.call(tensor(samples).reshape(-1, 3)) - targets).pow(2).sum();
        Tensor spread = (targets - targets.mean([0], keepdim: true)).pow(2).sum();

        Evaluation evaluation = learner.Evaluate(TestContext.Current.CancellationToken);

        Assert.Equal(1 - (errors / spread).item<float>(), evaluation.RSquared!.Value, 1e-4);
        Assert.Equal(errors.item<float>() / targets.numel(), evaluation.Loss, 1e-4);
    }

    [Fact]
    public void where_all_values_are_equal_nothing_is_explained_and_no_number_is_made_up()
    {
        var flat = new LabelledData(new FloatSamples(new float[12], [3]), new ValueTargets([.. Enumerable.Repeat(2f, 4)], 1));
        using nn.Module<Tensor, Tensor> model = new ModelSource("mlp:8").Open([3], 1);
        using var learner = new TorchLearner(model, new TrainingData("flat", "made", flat, flat, FeatureScaling.Identity(1), "flat"), Cpu);

        Assert.Null(learner.Evaluate(TestContext.Current.CancellationToken).RSquared);
    }

    [Fact]
    public void values_of_several_labels_are_learnt_by_binary_cross_entropy_with_an_accuracy()
    {
        TrainingData plane = Plane();
        TrainingData data = plane.With(targets => new ValueTargets([.. targets.Values.Select(v => v > 0 ? 1f : 0f)], 2));
        var options = Cpu with { Loss = new LossOptions { Kind = LossKind.BinaryCrossEntropy } };
        using TorchSession session = TorchSession.Open(new ModelSource("mlp:16"), data, options, 32, 1);

        for (long step = 0; step < 300; step++)
            session.Learner.Step(session.Plan.At(step), new SchedulePoint(step, 0.1, 0.9));

        Evaluation evaluation = session.Learner.Evaluate(TestContext.Current.CancellationToken);
        Assert.True(evaluation.Accuracy > 90, $"{evaluation}");
        Assert.Null(evaluation.RSquared);
    }

    [Fact]
    public void the_loss_of_a_weighted_evaluation_is_the_weighted_mean_over_all_its_batches()
    {
        var random = new SeededRandom(2, 0);
        const int count = 2500; // several evaluation batches
        float[] features = Enumerable.Range(0, count * 3).Select(_ => random.NextInt(1000) / 500f - 1).ToArray();
        var set = new LabelledData(new FloatSamples(features, [3]), new ClassTargets([.. Enumerable.Range(0, count).Select(i => i % 10 == 0 ? 1L : 0)], ["common", "rare"]));
        var data = new TrainingData("made", "made", set, set, FeatureScaling.Identity(1), "made");
        using var scope = NewDisposeScope();
        using nn.Module<Tensor, Tensor> model = new ModelSource("mlp:8").Open([3], 2);
        using var learner = new TorchLearner(model, data, Cpu with { Loss = new LossOptions { ClassWeights = ClassWeights.From([1, 9]) } });
        using var loss = new CrossEntropy(tensor(new float[] { 1, 9 }));
        double expected = loss.Mean(model.call(tensor(features).reshape(-1, 3)), tensor(((ClassTargets)set.Targets).Labels.ToArray())).item<float>();

        Assert.Equal(expected, learner.Evaluate(TestContext.Current.CancellationToken).Loss, 1e-5);
    }

    [Fact]
    public void values_of_hundreds_that_are_scaled_train_as_well_as_small_ones_and_losses_are_in_their_own_units()
    {
        TrainingData raw = Plane().With(targets => new ValueTargets([.. targets.Values.Select(v => 300 * v + 5000)], 2));
        TrainingData scaled = raw with { TargetScaling = new FeatureScaling([5000, 5000], [400, 200]) };
        Evaluation of = Trained(scaled, out double first), plain = Trained(raw, out double _);
        Assert.True(of.RSquared > 0.98, $"{of}");
        Assert.False(plain.RSquared > 0.9, $"{plain}");
        // Both columns in one loss: a model that answers the mean is off by their variances.
        Assert.InRange(first, 20_000, 200_000);
        Assert.Equal(of.Loss, (1 - of.RSquared!.Value) * MeanSquaredError.VarianceOf((ValueTargets)raw.Validation.Targets), 1);
    }

    [Fact]
    public void a_scaling_changes_nothing_but_the_units_of_the_model()
    {
        using var output = tensor(new float[] { 1, -1 }).reshape(2, 1);
        using var targets = tensor(new float[] { 1, -1.5f }).reshape(2, 1); // of 7 and 2
        using var loss = new MeanSquaredError(new FeatureScaling([5], [2]), CPU);
        using Tensor mean = loss.Mean(output, targets), sum = loss.Sum(output, targets), predictions = loss.Predictions(output), back = loss.Outputs(predictions);
        Assert.Equal(0.125, mean.item<float>(), 6); // (1 - 1)² and (-1 + 1.5)²
        Assert.Equal(1.0, sum.item<double>(), 6); // (7 - 7)² and (3 - 2)²
        Assert.Equal(sum.item<double>() / 2, mean.item<float>() * loss.Unit, 6);
        Assert.Equal([7.0, 3.0], predictions.data<double>().ToArray());
        Assert.Equal([1.0, -1.0], back.data<double>().ToArray());
    }

    [Fact]
    public void binary_cross_entropy_takes_values_as_they_are()
    {
        TrainingData plane = Plane().With(targets => new ValueTargets([.. targets.Values.Select(v => v > 0 ? 1f : 0f)], 2));
        using Loss loss = Loss.Create(new LossOptions { Kind = LossKind.BinaryCrossEntropy }, plane with { TargetScaling = new FeatureScaling([5, 5], [2, 2]) }, CPU);
        Assert.Equal(1, loss.Unit);
    }

    private static Evaluation Trained(TrainingData data, out double firstLoss)
    {
        using TorchSession session = TorchSession.Open(new ModelSource("mlp:16"), data, Cpu, 32, 1);
        var run = new TrainingRun(session.Learner, session.Plan, new CyclicSchedule(0.01, 0.1, 20), new TrainingOptions { Epochs = 10 });
        foreach (TrainingTick _ in run.Run(TestContext.Current.CancellationToken)) { }
        firstLoss = run.History.Epochs[0].TrainLoss;
        return session.Learner.Evaluate(TestContext.Current.CancellationToken);
    }

    /// <summary>Two values, each a plane over three features, with a little noise.</summary>
    private static TrainingData Plane()
    {
        var random = new SeededRandom(1, 0);
        LabelledData part = Part(random, 400), held = Part(random, 100);
        return new TrainingData("plane", "made", part, held, FeatureScaling.Identity(1), "plane");
    }

    private static LabelledData Part(SeededRandom random, int count)
    {
        float[] features = Enumerable.Range(0, count * 3).Select(_ => random.NextInt(2001) / 1000f - 1).ToArray();
        ImmutableArray<double> values = [.. Enumerable.Range(0, count).SelectMany(i => (double[])
        [
            2 * features[3 * i] - features[3 * i + 1] + (random.NextInt(101) - 50) / 1000f,
            features[3 * i + 2] + 0.5f * features[3 * i],
        ])];
        return new LabelledData(new FloatSamples(features, [3]), new ValueTargets(values, 2));
    }
}

internal static class ChangedTargets
{
    /// <summary>The same samples with other values.</summary>
    public static TrainingData With(this TrainingData data, Func<ValueTargets, ValueTargets> change) => new(
        data.Name,
        data.Source,
        new LabelledData(data.Train.Samples, change((ValueTargets)data.Train.Targets)),
        new LabelledData(data.Validation.Samples, change((ValueTargets)data.Validation.Targets)),
        data.Scaling,
        data.Identity);
}
