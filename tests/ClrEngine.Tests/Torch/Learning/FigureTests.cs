using ClrEngine.Torch.Losses;
using ClrEngine.Torch.Trained;
using ClrEngine.Training.Checkpoints;

namespace ClrEngine.Tests.Torch.Learning;

/// <summary>The best epoch, the end of patience and a resumed run follow the figure that was chosen.</summary>
[Collection(nameof(TorchRandomState))]
public sealed class FigureTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ValidationFigure.BalancedAccuracy)]
    [InlineData(ValidationFigure.MacroF1)]
    [InlineData(ValidationFigure.Top5Accuracy)]
    [InlineData(ValidationFigure.Accuracy)]
    [InlineData(ValidationFigure.Loss)]
    public void Of_classes_it_is_that_of_a_test_of_the_model(ValidationFigure figure)
    {
        TrainingData data = DataCatalog.Default.Load("digits");
        (TrainingHistory history, TrainedModelScore score) = Train("mlp:8", data, figure, new LossOptions());
        Assert.Equal(history.Epochs[^1].ValidationFigure!.Value, Of(score, figure), 1e-4);
        Assert.Equal(figure is ValidationFigure.Loss ? history.Epochs.MinBy(e => e.ValidationLoss) : history.Epochs.MaxBy(e => e.ValidationFigure), history.BestEpoch);
        Assert.Contains(figure.ToString(), history.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LossKind.CrossEntropy)]
    [InlineData(LossKind.BinaryCrossEntropy)]
    public void Of_two_classes_the_area_under_the_curve_is_that_of_a_test_of_the_model(LossKind loss)
    {
        (TrainingHistory history, TrainedModelScore score) = Train("mlp:8", DataCatalog.Default.Load("breast-cancer"), ValidationFigure.RocAuc, new LossOptions { Kind = loss });
        Assert.Equal(score.RocAuc!.Value, history.Epochs[^1].ValidationFigure!.Value, 1e-9);
        Assert.InRange(score.RocAuc.Value, 0.9, 1);
    }

    [Fact]
    public void Of_values_the_mean_absolute_error_is_in_their_own_unit_and_the_lowest_is_best()
    {
        TrainingData classes = Learners.Data();
        var set = new LabelledData(classes.Train.Samples, new ValueTargets([.. ((ClassTargets)classes.Train.Targets).Labels.SelectMany((label, i) => new[] { 50.0 * label, i % 5 })], 2));
        var data = new TrainingData("values", "made", set, set, classes.Scaling, "values") { TargetScaling = new FeatureScaling([50, 2], [40, 1.5]) };
        (TrainingHistory history, TrainedModelScore score) = Train("mlp:8", data, ValidationFigure.MeanAbsoluteError, new LossOptions { Kind = LossKind.Huber });
        Assert.Equal(score.MeanAbsoluteError!.Value, history.Epochs[^1].ValidationFigure!.Value, 1e-3);
        Assert.Equal(history.Epochs.MinBy(e => e.ValidationFigure), history.BestEpoch);
    }

    [Theory]
    [InlineData("digits", ValidationFigure.RocAuc, "tells 10 classes apart; give one of Loss, Accuracy, BalancedAccuracy, MacroF1, Top5Accuracy")]
    [InlineData("breast-cancer", ValidationFigure.Top5Accuracy, "tells 2 classes apart")]
    [InlineData("breast-cancer", ValidationFigure.RSquared, "tells 2 classes apart")]
    public void A_figure_that_the_task_does_not_have_is_refused(string name, ValidationFigure figure, string says)
    {
        var refused = Assert.Throws<InvalidParameterException>(() => Train("mlp:8", DataCatalog.Default.Load(name), figure, new LossOptions()));
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_goes_on_chooses_as_one_that_was_never_stopped_and_by_no_other_figure()
    {
        TrainingData data = Learners.Data();
        TrainingHistory whole = Run(data, ValidationFigure.MacroF1, 4, null);
        Run(data, ValidationFigure.MacroF1, 2, _folder.At("checkpoints"));
        TrainingHistory resumed = Run(data, ValidationFigure.MacroF1, 4, _folder.At("checkpoints"));
        Assert.Equal(whole.Epochs.Select(e => e.ValidationFigure), resumed.Epochs.Select(e => e.ValidationFigure));
        Assert.Equal(whole.BestEpoch!.Epoch, resumed.BestEpoch!.Epoch);
        var refused = Assert.Throws<CheckpointException>(() => Run(data, ValidationFigure.Loss, 6, _folder.At("checkpoints")));
        Assert.Contains("BestBy", refused.Message, StringComparison.Ordinal);
    }

    private static double Of(TrainedModelScore score, ValidationFigure figure) => figure switch
    {
        ValidationFigure.BalancedAccuracy => score.BalancedAccuracy!.Value,
        ValidationFigure.MacroF1 => score.MacroF1!.Value,
        ValidationFigure.Top5Accuracy => score.Top5Accuracy!.Value,
        ValidationFigure.Accuracy => score.Accuracy!.Value,
        _ => score.Loss,
    };

    private static TrainingHistory Run(TrainingData data, ValidationFigure figure, int epochs, string? checkpoints)
    {
        using var job = new TrainingJob(new ModelSource("mlp:8"), data, new CyclicSchedule(0.01, 0.3, 4), new TrainingJobOptions
        {
            Learning = new LearnerOptions { Device = "cpu" },
            BatchSize = 16,
            Length = new TrainingOptions { Epochs = epochs, BestBy = figure },
            Checkpoints = checkpoints is null ? null : new CheckpointOptions { Path = checkpoints, Resume = true },
        });
        job.Open();
        _ = job.Run(TestContext.Current.CancellationToken).Count();
        return job.Finish();
    }

    private (TrainingHistory History, TrainedModelScore Score) Train(string model, TrainingData data, ValidationFigure figure, LossOptions loss)
    {
        using var job = new TrainingJob(new ModelSource(model), data, new CyclicSchedule(0.001, 0.05, 20), new TrainingJobOptions
        {
            Learning = new LearnerOptions { Device = "cpu", Loss = loss },
            Length = new TrainingOptions { Epochs = 2, BestBy = figure },
            ModelFolder = _folder.At("models"),
        });
        job.Open();
        _ = job.Run(TestContext.Current.CancellationToken).Count();
        TrainingHistory history = job.Finish();
        using TrainedModel trained = TrainedModel.Open([_folder.At("models/final.safetensors")], device: "cpu");
        var tally = new PredictionTally(trained.Info);
        foreach (SamplePrediction prediction in trained.Predict(data.Validation, data.Scaling))
            tally.Add(prediction);
        return (history, tally.Score(trained, data.Name));
    }
}
