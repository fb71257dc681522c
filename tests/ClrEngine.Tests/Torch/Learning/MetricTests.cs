using ClrEngine.Torch.Losses;
using ClrEngine.Torch.Trained;
using ClrEngine.Training.Checkpoints;
using ClrEngine.Training.Histories;
using TorchSharp;

namespace ClrEngine.Tests.Torch.Learning;

/// <summary>Metrics of one's own: what they are given, where their values stand, and how they choose.</summary>
[Collection(nameof(TorchRandomState))]
public sealed class MetricTests : IDisposable
{
    private static readonly Metric Hits = new("Hits", static (predictions, targets) => 100 * predictions.argmax(1).eq(targets).to_type(torch.ScalarType.Float64).mean().item<double>(), "hits");

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_metric_of_classes_has_all_probabilities_at_once_and_chooses_the_best_epoch_as_the_accuracy_does()
    {
        TrainingData data = DataCatalog.Default.Load("digits");
        var sure = new Metric("Sure", (predictions, targets) =>
        {
            Assert.Equal([data.Validation.Count, 10L], predictions.shape);
            Assert.Equal([data.Validation.Count], targets.shape);
            Assert.Equal(data.Validation.Count, predictions.sum().item<double>(), 1e-6);
            return predictions.max(1).values.mean().item<double>();
        }, "sure");
        TrainingHistory history = Run(data, new LearnerOptions { Metrics = [Hits, sure] }, ValidationFigure.HighestMetric, 3, models: _folder.At("models"));
        Assert.All(history.Epochs, epoch => Assert.Equal(epoch.ValidationAccuracy!.Value, epoch.Metrics![0].Value, 1e-9));
        Assert.All(history.Epochs, epoch => Assert.Equal(epoch.Metrics![0].Value, epoch.ValidationFigure));
        Assert.Equal(history.Epochs.MaxBy(static epoch => epoch.ValidationAccuracy), history.BestEpoch);
        Assert.Contains($"({history.BestEpoch!.Metrics![0]})", history.ToString(), StringComparison.Ordinal);
        Assert.Equal(["Hits", "Sure"], history.Run.Metrics);
        Assert.Equal(history.BestEpoch.Metrics, TrainedModelFile.Read(_folder.At("models/best.safetensors")).Info.Metrics);
        Assert.Equal(history.Epochs.SelectMany(static epoch => epoch.Metrics!), TrainingHistoryJson.FromJson(TrainingHistoryJson.ToJson(history)).Epochs.SelectMany(static epoch => epoch.Metrics!));
        TrainingHistoryFile.Write(_folder.At("run.csv"), history);
        Assert.Contains(",Metrics.Hits,Metrics.Sure,", File.ReadLines(_folder.At("run.csv")).First(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_metric_of_values_is_in_their_own_unit_and_the_lowest_is_best_where_asked()
    {
        TrainingData classes = Learners.Data();
        var set = new LabelledData(classes.Train.Samples, new ValueTargets([.. ((ClassTargets)classes.Train.Targets).Labels.SelectMany((label, i) => new[] { 50.0 * label, i % 5 })], 2));
        var data = new TrainingData("values", "made", set, set, classes.Scaling, "values") { TargetScaling = new FeatureScaling([50, 2], [40, 1.5]) };
        var error = new Metric("Error", static (predictions, targets) => predictions.sub(targets).abs().mean().item<double>(), "error");
        TrainingHistory history = Run(data, new LearnerOptions { Metrics = [error], Loss = new LossOptions { Kind = LossKind.Huber } }, ValidationFigure.LowestMetric, 3);
        TrainingHistory same = Run(data, new LearnerOptions { Loss = new LossOptions { Kind = LossKind.Huber } }, ValidationFigure.MeanAbsoluteError, 3);
        Assert.Equal(same.Epochs.Select(static epoch => epoch.ValidationFigure!.Value), history.Epochs.Select(static epoch => epoch.Metrics![0].Value), (one, other) => Math.Abs(one - other) < 1e-4);
        Assert.Equal(same.BestEpoch!.Epoch, history.BestEpoch!.Epoch);
    }

    [Fact]
    public void A_value_that_is_not_finite_ends_the_run_by_the_name_of_metric_and_epoch()
    {
        int call = 0;
        var broken = new Metric("Broken", (_, _) => ++call == 2 ? double.NaN : 1, "broken");
        var refused = Assert.Throws<InvalidParameterException>(() => Run(Learners.Data(), new LearnerOptions { Metrics = [Hits, broken] }, null, 3));
        Assert.Equal("MetricNotFinite", refused.ErrorId);
        Assert.Contains("Metric Broken gave NaN in epoch 2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_goes_on_needs_the_same_metric_and_a_copied_description_asks_for_its_code()
    {
        TrainingData data = Learners.Data();
        TrainingHistory begun = Run(data, new LearnerOptions { Metrics = [Hits] }, null, 2, _folder.At("checkpoints"));
        TrainingHistory whole = Run(data, new LearnerOptions { Metrics = [Hits] }, null, 3, _folder.At("checkpoints"));
        Assert.Equal([.. begun.Epochs.Select(static epoch => epoch.Metrics![0]), whole.Epochs[^1].Metrics![0]], whole.Epochs.Select(static epoch => epoch.Metrics![0]));
        var without = Assert.Throws<CheckpointException>(() => Run(data, new LearnerOptions(), null, 4, _folder.At("checkpoints")));
        Assert.Contains("Learning.Metrics is [{\"Name\":\"Hits\",\"Text\":\"hits\"}] there and not set here. Give what it was made with", without.Message, StringComparison.Ordinal);
        var codeless = Assert.Throws<InvalidParameterException>(() => Run(data, TorchRun.SettingsOf(whole.Run), null, 1));
        Assert.Contains("give it again, -Metric @{ 'Hits' = {hits} }", codeless.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_figure_of_metrics_without_one_and_two_of_one_name_are_refused()
    {
        Assert.Equal("FigureNotForData", Assert.Throws<InvalidParameterException>(() => Run(Learners.Data(), new LearnerOptions(), ValidationFigure.HighestMetric, 1)).ErrorId);
        Assert.Equal("Metric", Assert.Throws<InvalidParameterException>(() => Run(Learners.Data(), new LearnerOptions { Metrics = [Hits, Hits] }, null, 1)).ParamName);
    }

    private static TrainingHistory Run(TrainingData data, LearnerOptions learning, ValidationFigure? bestBy, int epochs, string? checkpoints = null, string? models = null)
    {
        using var job = new TrainingJob(new ModelSource("mlp:8"), data, new CyclicSchedule(0.01, 0.1, 4), new TrainingJobOptions
        {
            Learning = learning with { Device = "cpu" },
            Length = new TrainingOptions { Epochs = epochs, BestBy = bestBy },
            Checkpoints = checkpoints is null ? null : new CheckpointOptions { Path = checkpoints, Resume = true },
            ModelFolder = models,
        });
        job.Open();
        _ = job.Run(TestContext.Current.CancellationToken).Count();
        return job.Finish();
    }
}
