using System.Collections.Immutable;
using ClrEngine.Torch.Losses;
using ClrEngine.Torch.Trained;

namespace ClrEngine.Tests.Torch.Trained;

/// <summary>A trained model is tested by the loss that it learnt by.</summary>
[Collection(nameof(TorchRandomState))]
public sealed class TrainedLossTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(LossKind.MeanSquaredError)]
    [InlineData(LossKind.BinaryCrossEntropy)]
    [InlineData(LossKind.Huber)]
    [InlineData(LossKind.Quantile)]
    public void Given_values_to_predict_when_a_model_is_tested_then_it_scores_as_it_did_in_training(LossKind kind)
    {
        TrainingData data = Values();
        var loss = new LossOptions { Kind = kind };
        Evaluation last = Train(data, loss, seed: 1);
        (TrainedModelScore score, List<SamplePrediction> predictions) = Score(data, "1/final.safetensors");
        Assert.Equal(last.Loss, score.Loss, 5);
        Assert.Equal(last.Accuracy, score.Accuracy);
        Assert.Equal(kind is LossKind.MeanSquaredError or LossKind.Huber, score.RSquared.HasValue);
        Assert.Equal(last.RSquared ?? score.RSquared ?? 0, score.RSquared ?? 0, 5);
        Assert.Equal(data.Validation.Count * 2, predictions.Count);
        Assert.Equal(((ValueTargets)data.Validation.Targets).Values.Select(v => (double)v), predictions.Cast<ValuePrediction>().Select(p => p.Actual!.Value));
    }

    [Fact]
    public void Given_two_classes_under_binary_cross_entropy_when_a_model_is_tested_then_it_scores_as_it_did_in_training()
    {
        TrainingData data = DataCatalog.Default.Load("breast-cancer");
        Evaluation last = Train(data, new LossOptions { Kind = LossKind.BinaryCrossEntropy }, seed: 1);
        (TrainedModelScore score, List<SamplePrediction> predictions) = Score(data, "1/final.safetensors");
        Assert.Equal(last.Loss, score.Loss, 5);
        Assert.Equal(last.Accuracy, score.Accuracy);
        Assert.All(predictions.Cast<ModelPrediction>(), p => Assert.InRange(p.Probability, 0.5, 1));
    }

    [Fact]
    public void Given_the_focal_loss_when_a_model_is_tested_then_it_scores_as_it_did_in_training()
    {
        TrainingData data = Learners.Data();
        Evaluation last = Train(data, new LossOptions { Kind = LossKind.Focal, FocalGamma = 1.5 }, seed: 1);
        TrainedModelScore score = Score(data, "1/final.safetensors").Score;
        Assert.Equal(last.Loss, score.Loss, 5);
        Assert.Equal(last.Accuracy, score.Accuracy);
    }

    [Theory]
    [InlineData(LossKind.Huber)]
    [InlineData(LossKind.Quantile)]
    public void Given_scaled_values_when_learnt_by_another_loss_of_errors_then_losses_are_in_their_own_units(LossKind kind)
    {
        TrainingData data = Values() with { TargetScaling = new FeatureScaling([100, 0.5f], [50, 0.25f]) };
        Evaluation evaluation = Train(data, new LossOptions { Kind = kind }, seed: 1);
        Assert.Equal(evaluation.Loss, Score(data, "1/final.safetensors").Score.Loss, 1e-3 * evaluation.Loss);
    }

    [Fact]
    public void Given_a_loss_of_ones_own_when_learnt_by_then_it_is_what_the_history_has()
    {
        TrainingData data = Learners.Data();
        var twice = new LossFunction(static (output, targets) => torch.nn.functional.cross_entropy(output, targets).mul(2), "twice");
        Evaluation own = Train(data, new LossOptions { Function = twice }, seed: 1);
        Assert.Equal(2 * Score(data, "1/final.safetensors").Score.Loss, own.Loss, 1e-4);
    }

    [Fact]
    public void Given_a_loss_of_ones_own_that_gives_no_number_when_learnt_by_then_it_is_refused()
    {
        var each = new LossFunction(static (output, targets) => torch.nn.functional.cross_entropy(output, targets, reduction: torch.nn.Reduction.None), "each");
        var refused = Assert.Throws<InvalidParameterException>(() => Train(Learners.Data(), new LossOptions { Function = each }, seed: 1));
        Assert.Contains("LossFunction {each} gave a tensor of the shape", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_two_models_of_values_when_they_answer_together_then_each_value_is_the_mean()
    {
        TrainingData data = Values();
        Train(data, new LossOptions(), seed: 1);
        Train(data, new LossOptions(), seed: 2);
        double[] one = Predicted("1/final.safetensors"), other = Predicted("2/final.safetensors"), both = Predicted("1/final.safetensors", "2/final.safetensors");
        Assert.All(both.Select((value, i) => (value, mean: (one[i] + other[i]) / 2)), pair => Assert.Equal(pair.mean, pair.value, 6));

        double[] Predicted(params string[] files) => [.. Score(data, files).Predictions.Cast<ValuePrediction>().Select(p => p.Predicted)];
    }

    [Fact]
    public void Given_targets_of_another_kind_when_tested_then_both_kinds_are_named()
    {
        Train(Values(), new LossOptions(), seed: 1);
        var refused = Assert.Throws<TrainedModelException>(() => Score(Learners.Data(), "1/final.safetensors"));
        Assert.Equal((TrainedModelErrors.OtherTargets, "TrainedModelOtherTargets"), (refused.Cause, refused.ErrorId));
        Assert.Contains("has classes, and mlp:8 predicts 2 values", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_values_that_were_learnt_scaled_when_tested_then_predictions_and_loss_are_in_their_own_units()
    {
        TrainingData data = Values() with { TargetScaling = new FeatureScaling([100, 0.5f], [50, 0.25f]) };
        Evaluation evaluation = Train(data, new LossOptions(), seed: 1);
        (TrainedModelScore score, List<SamplePrediction> predictions) = Score(data, "1/final.safetensors");
        Assert.Equal(evaluation.Loss, score.Loss, 1e-3 * evaluation.Loss);
        Assert.All(predictions.Cast<ValuePrediction>().Where(p => p.Column == 0), p => Assert.InRange(p.Predicted, 5, 100));
    }

    // Two values a sample, both from 0 to 1 and one of them learnable.
    private static TrainingData Values()
    {
        TrainingData classes = Learners.Data();
        ImmutableArray<double> values = [.. ((ClassTargets)classes.Train.Targets).Labels.SelectMany((label, i) => new[] { label / 2.0, i % 5 / 4.0 })];
        var set = new LabelledData(classes.Train.Samples, new ValueTargets(values, 2));
        return new TrainingData("values", "made", set, set, classes.Scaling, "values");
    }

    private Evaluation Train(TrainingData data, LossOptions loss, int seed)
    {
        using TorchSession session = TorchSession.Open(new ModelSource("mlp:8"), data, new LearnerOptions { Device = "cpu", Loss = loss }, 16, seed);
        var models = new RunModels(_folder.At($"{seed}"), TrainedModelInfo.FromRun(session.Description, data, loss), session.Learner);
        var run = new TrainingRun(session.Learner, session.Plan, new CyclicSchedule(0.01, 0.1, 8), new TrainingOptions { Epochs = 4 });
        foreach (TrainingTick tick in run.Run(TestContext.Current.CancellationToken))
            Assert.NotNull(run.LatestLoss());
        models.Write(run.History, null);
        return session.Learner.Evaluate(TestContext.Current.CancellationToken);
    }

    private (TrainedModelScore Score, List<SamplePrediction> Predictions) Score(TrainingData data, params string[] files)
    {
        using TrainedModel model = TrainedModel.Open([.. files.Select(_folder.At)], device: "cpu");
        var tally = new PredictionTally(model.Info);
        List<SamplePrediction> predictions = [.. model.Predict(data.Validation, data.Scaling)];
        predictions.ForEach(tally.Add);
        return (tally.Score(model, data.Name), predictions);
    }
}
