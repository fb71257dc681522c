using ClrEngine.Data;
using ClrEngine.Training;
using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Commands;

public sealed class LossCommandTests : IDisposable
{
    private const string Schedule = "New-CyclicSchedule 0.02 0.1 -StepSize 20 | ";

    private const string Plane = """
        $t = [TorchSharp.torch]
        $null = $t::manual_seed(1)
        $features = $t::randn(300, 3)
        $targets = $features.matmul($t::tensor([float[]] (1, -2, 0.5)))
        $data = Import-TrainingData -Features $features -Targets $targets
        """;

    private readonly PowerShellSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Given_tensors_with_values_when_the_whole_job_runs_then_they_are_explained()
    {
        var history = _session.Get<TrainingHistory>($"""
            {Plane}
            Invoke-LrRangeTest mlp:16 $data -BatchSize 16 | Get-SuggestedLrBounds | New-CyclicSchedule -StepSizeEpochs 2 | Start-CyclicTraining mlp:16 $data -Epochs 12 -BatchSize 16
            """);
        Assert.True(history.BestEpoch!.ValidationRSquared > 0.95, $"{history.BestEpoch}");
        Assert.Null(history.BestValidationAccuracy);
    }

    [Fact]
    public void Given_tensors_when_imported_then_they_stay_the_users()
    {
        _session.Run(Plane);
        Assert.Equal(300, _session.Get<long>("$features.shape[0]"));
        Assert.Equal((240, 60), _session.Get<TrainingData>("$data") is var data ? (data.Train.Count, data.Validation.Count) : default);
    }

    [Fact]
    public void Given_two_classes_and_binary_cross_entropy_when_trained_then_one_output_is_enough()
    {
        var history = _session.Get<TrainingHistory>(Schedule + "Start-CyclicTraining mlp:16 breast-cancer -Epochs 4 -BatchSize 32 -Loss BinaryCrossEntropy");
        Assert.True(history.BestValidationAccuracy > 90, $"{history.BestEpoch}");
    }

    [Fact]
    public void Given_label_smoothing_when_trained_then_the_loss_stays_above_what_it_leaves()
    {
        // With a share of 0.2 over 10 classes, the best that can be said of a sample costs this.
        const double least = -(0.82 * -0.19845093872383832 + 9 * 0.02 * -3.912023005428146);
        var history = _session.Get<TrainingHistory>(Schedule + "Start-CyclicTraining mlp:64 digits -Epochs 8 -LabelSmoothing 0.2");
        Assert.True(history.Epochs[^1].TrainLoss > least, $"{history.Epochs[^1]}");
        Assert.True(history.BestValidationAccuracy > 90, $"{history.BestEpoch}");
    }

    [Fact]
    public void Given_class_weights_in_any_form_when_they_say_the_same_then_the_runs_are_the_same()
    {
        string first = _session.Run("(Import-TrainingData breast-cancer).Train.Targets.ClassNames").All<string>()[0];
        string[] forms = ["3, 1", "@(3.0, 1.0)", $"@{{ {first} = 3 }}", $"@{{ {first} = '3' }}"];
        double[] losses = [.. forms.Select(form => Loss($"-ClassWeight {form}"))];
        Assert.All(losses, loss => Assert.Equal(losses[0], loss));
        Assert.NotEqual(Loss(""), losses[0]);
        Assert.NotEqual(Loss("-ClassWeight balanced"), losses[0]);
    }

    [Fact]
    public void Given_augmentation_when_trained_then_other_images_are_seen()
    {
        double plain = _session.Get<TrainingHistory>(Schedule + "Start-CyclicTraining mlp:16 digits -Epochs 1").Epochs[0].TrainLoss;
        double varied = _session.Get<TrainingHistory>(Schedule + "Start-CyclicTraining mlp:16 digits -Epochs 1 -Augment Crop, Flip").Epochs[0].TrainLoss;
        Assert.NotEqual(plain, varied);
    }

    [Theory]
    [InlineData("digits -Loss MeanSquaredError", "LossNotForData")]
    [InlineData("digits -Loss BinaryCrossEntropy", "LossNotForData")]
    [InlineData("digits -LabelSmoothing 1", "InvalidLabelSmoothing")]
    [InlineData("digits -ClassWeight 1, 2", "InvalidClassWeight")]
    [InlineData("digits -ClassWeight heavy", "InvalidClassWeight")]
    [InlineData("digits -ClassWeight @{ eleven = 2 }", "InvalidClassWeight")]
    [InlineData("wine -Augment Flip", "AugmentNotForData")]
    [InlineData("digits -CropPadding 2", "InvalidCropPadding")]
    public void What_does_not_fit_the_data_has_the_id_of_its_cause(string arguments, string id) =>
        Assert.StartsWith(id + ",", _session.Run($"{Schedule}Start-CyclicTraining mlp {arguments} -Epochs 1").Error.FullyQualifiedErrorId, StringComparison.Ordinal);

    private double Loss(string arguments) =>
        _session.Get<TrainingHistory>($"{Schedule}Start-CyclicTraining mlp:8 breast-cancer -Epochs 1 {arguments}").Epochs[0].TrainLoss;
}
