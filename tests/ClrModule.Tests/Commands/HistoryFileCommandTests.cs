using System.Management.Automation;
using ClrEngine.Training;
using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Commands;

public sealed class HistoryFileCommandTests : IDisposable
{
    private readonly PowerShellSession _session = new();
    private readonly TemporaryFolder _folder = new();

    public HistoryFileCommandTests()
    {
        _session.Set("folder", _folder.Root);
        _session.Run("$history = New-CyclicSchedule 0.01 0.1 -StepSize 23 | Start-CyclicTraining mlp:16 digits -Cycles 1");
    }

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_history_comes_back_from_JSON_as_it_was_and_repeats_itself()
    {
        var live = _session.Get<TrainingHistory>("$history");
        Assert.Empty(_session.Run("$history | Export-TrainingHistory $folder/run.json").Output);
        var read = _session.Get<TrainingHistory>("Import-TrainingHistory $folder/run.json");
        Assert.Equal(live.Epochs, read.Epochs);
        Assert.Equal(live, read with { Epochs = live.Epochs, Cycles = live.Cycles });
        Assert.Equal(_session.Render("$history"), _session.Render("Import-TrainingHistory $folder/run.json"));
        Assert.Equal(live.Epochs.Select(e => e with { Seconds = 0 }), _session.Get<TrainingHistory>(read.Command!).Epochs.Select(e => e with { Seconds = 0 }));
    }

    [Fact]
    public void A_history_that_came_from_a_job_is_written_like_the_live_one()
    {
        _session.Run("$history | Export-TrainingHistory $folder/live.json");
        _session.Set("copy", PSSerializer.Deserialize(PSSerializer.Serialize(Assert.Single(_session.Run("$history").Output), 6)));
        Assert.Empty(_session.Run("$copy | Export-TrainingHistory $folder/copy.json").Errors);
        Assert.Equal(File.ReadAllText(Path.Combine(_folder.Root, "live.json")), File.ReadAllText(Path.Combine(_folder.Root, "copy.json")));
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("parquet")]
    [InlineData("json")]
    public void A_file_that_is_there_is_replaced_with_Force_alone(string kind)
    {
        _session.Set("path", _folder.Write($"run.{kind}", "old"));
        Assert.Equal("FileExists,ClrModule.Commands.ExportTrainingHistoryCommand", _session.Run("$history | Export-TrainingHistory $path").Error.FullyQualifiedErrorId);
        Assert.Empty(_session.Run("$history | Export-TrainingHistory $path -WhatIf -Force").Output);
        Assert.Equal(3, new FileInfo(Path.Combine(_folder.Root, $"run.{kind}")).Length);
        Assert.True(_session.Get<FileInfo>("$history | Export-TrainingHistory $path -Force -PassThru").Length > 100);
        Assert.Single(Directory.EnumerateFileSystemEntries(_folder.Root));
    }

    [Theory]
    [InlineData("$history, $history | Export-TrainingHistory $folder/run.csv -Force", "HistoriesToOneFile,ClrModule.Commands.ExportTrainingHistoryCommand")]
    [InlineData("$history | Export-TrainingHistory $folder/run.txt", "TrainingHistoryFileType,ClrModule.Commands.ExportTrainingHistoryCommand")]
    [InlineData("$history | Export-TrainingHistory $folder/no/run.csv", "FolderNotFound,ClrModule.Commands.ExportTrainingHistoryCommand")]
    [InlineData("$history | Export-TrainingHistory $folder/run.csv; Import-TrainingHistory $folder/run.csv", "TrainingHistoryNotWhole,ClrModule.Commands.ImportTrainingHistoryCommand")]
    [InlineData("Import-TrainingHistory $folder/none.json", "FileNotReadable,ClrModule.Commands.ImportTrainingHistoryCommand")]
    public void A_file_that_cannot_be_used_is_refused_by_its_cause(string script, string id) => Assert.Equal(id, _session.Run(script).Error.FullyQualifiedErrorId);

    [Fact]
    public void A_script_in_a_schedule_runs_only_where_it_is_allowed()
    {
        _session.Run("New-CyclicSchedule 0.01 0.1 -StepSize 23 -ScaleFunction { 1 / $_ } | Start-CyclicTraining mlp:16 digits -Epochs 1 | Export-TrainingHistory $folder/run.json");
        Assert.Equal("ScheduleHoldsScript,ClrModule.Commands.ImportTrainingHistoryCommand", _session.Run("Import-TrainingHistory $folder/run.json").Error.FullyQualifiedErrorId);
        Assert.Equal("Custom", _session.Get<string>("\"$((Import-TrainingHistory $folder/run.json -AllowScript).Schedule.Mode)\""));
    }
}
