using ClrEngine.Torch.Trained;
using ClrEngine.Training;
using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Commands;

/// <summary>Models of every loss go from training to testing by their files.</summary>
public sealed class TrainedLossCommandTests : IDisposable
{
    private readonly PowerShellSession _session = new();
    private readonly TemporaryFolder _folder = new();

    public TrainedLossCommandTests() => _session.Set("folder", _folder.Root);

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_regression_goes_from_a_table_to_its_score_with_snapshots()
    {
        _session.Set("table", _folder.Write("table.csv", "a,b,y\n" + string.Concat(Enumerable.Range(0, 120).Select(i => FormattableString.Invariant($"{i % 11 / 10.0},{i % 7 / 6.0},{i % 11 / 5.0 - i % 7 / 6.0}\n")))));
        var history = _session.Get<TrainingHistory>("New-CyclicSchedule 0.01 0.1 -StepSize 12 | Start-CyclicTraining mlp:16 $table -BatchSize 16 -Cycles 3 -Snapshots -OutPath $folder/models");
        var score = _session.Get<TrainedModelScore>("Test-TrainedModel $folder/models/final.safetensors $table");
        Assert.Equal(history.Epochs[^1].ValidationLoss, score.Loss, 5);
        Assert.Equal(history.Epochs[^1].ValidationRSquared!.Value, score.RSquared!.Value, 5);
        Assert.Matches(@"R2 0\.\d+ \(\d+\)", _session.Render("New-CyclicSchedule 0.01 0.1 -StepSize 12 | Start-CyclicTraining mlp:16 $table -BatchSize 16 -Cycles 1"));
        Assert.True(score.RSquared > 0.9, $"R² {score.RSquared}");
        Assert.Null(score.Accuracy);
        Assert.Equal(3, _session.Get<TrainedModelScore>("Test-TrainedModel $folder/models/snapshot-*.safetensors $table").Members);
        Assert.Equal(24, _session.Run("Test-TrainedModel $folder/models/final.safetensors $table -Predict").All<ValuePrediction>().Count);
    }

    [Fact]
    public void Two_classes_under_binary_cross_entropy_go_from_training_to_their_score()
    {
        var history = _session.Get<TrainingHistory>("New-CyclicSchedule 0.01 0.1 -StepSize 8 | Start-CyclicTraining mlp:8 breast-cancer -Loss BinaryCrossEntropy -Epochs 2 -OutPath $folder/models");
        Assert.Equal(history.FinalValidationAccuracy, _session.Get<TrainedModelScore>("Test-TrainedModel $folder/models/final.safetensors breast-cancer").Accuracy);
    }
}
