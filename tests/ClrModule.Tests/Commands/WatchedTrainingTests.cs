using ClrEngine.Training;
using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Commands;

/// <summary>What people see of a run while it goes.</summary>
public sealed class WatchedTrainingTests : IDisposable
{
    private const string Train = "New-CyclicSchedule 0.01 0.1 -StepSize 46 | Start-CyclicTraining mlp:16 digits -Device cpu";

    private readonly PowerShellSession _session = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Each_epoch_is_a_line_in_the_information_stream()
    {
        var result = _session.Run($"{Train} -Epochs 2 -InformationAction SilentlyContinue");
        var history = result.Single<TrainingHistory>();
        Assert.Collection(
            result.Information,
            line => Assert.Matches(@"^Epoch 1 of 2: rate 0\.\d+, loss [\d.]+, validation loss [\d.]+, accuracy [\d.]+ %, [\d.]+ s, [\d.E+]+ steps/s$", line),
            line => Assert.Contains(FormattableString.Invariant($"Epoch 2 of 2: rate {history.Epochs[1].LearningRate:G4}, loss {history.Epochs[1].TrainLoss:G4},"), line, StringComparison.Ordinal));
    }

    [Fact]
    public void Progress_has_the_rate_the_loss_the_pace_and_the_time_that_remains()
    {
        var record = _session.Run($"{Train} -Epochs 2").Progress[0];
        Assert.Matches(@"^step \d+ of 46, rate [\d.]+, loss [\d.]+, [\d.E+]+ steps/s$", record.StatusDescription);
        Assert.True(record.SecondsRemaining >= 0);
    }

    [Fact]
    public void TensorBoardPath_gets_a_file_of_events_for_each_run_and_the_folder_is_made()
    {
        _session.Set("path", Path.Combine(_folder.Root, "runs", "first"));
        _session.Get<TrainingHistory>($"{Train} -Epochs 1 -TensorBoardPath $path");
        _session.Get<TrainingHistory>($"{Train} -Epochs 1 -TensorBoardPath $path");
        string[] files = Directory.GetFiles(Path.Combine(_folder.Root, "runs", "first"));
        Assert.Equal(2, files.Length);
        Assert.All(files, file => Assert.Matches(@"^events\.out\.tfevents\.\d{10}\..+\.\d+\.\d+$", Path.GetFileName(file)));
        Assert.All(files, file => Assert.True(new FileInfo(file).Length > 23 * 60));
    }

    [Fact]
    public void WhatIf_names_the_folder_of_events_and_writes_none()
    {
        _session.Set("path", Path.Combine(_folder.Root, "runs"));
        Assert.Contains($"TensorBoard events are written to '{_folder.Root}", _session.Render($"{Train} -Epochs 1 -TensorBoardPath $path -WhatIf").Replace("\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Root));
    }

    [Fact]
    public void A_folder_of_events_that_cannot_be_made_is_named_before_anything_is_trained()
    {
        _session.Set("path", _folder.Write("file", "in the way"));
        var result = _session.Run($"{Train} -Epochs 1 -TensorBoardPath $path -InformationAction SilentlyContinue");
        Assert.Equal("FileNotWritten,ClrModule.Commands.StartCyclicTrainingCommand", result.Error.FullyQualifiedErrorId);
        Assert.Empty(result.Information);
    }

    [Fact]
    public void Several_runs_into_one_folder_of_events_are_refused()
    {
        _session.Set("path", Path.Combine(_folder.Root, "runs"));
        var result = _session.Run("(New-CyclicSchedule 0.01 0.1 -StepSize 46), (New-CyclicSchedule 0.01 0.2 -StepSize 46) | Start-CyclicTraining mlp:16 digits -Epochs 1 -TensorBoardPath $path");
        Assert.Equal("TensorBoardPathOfSeveralRuns,ClrModule.Commands.StartCyclicTrainingCommand", result.Error.FullyQualifiedErrorId);
    }
}
