using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Commands;

/// <summary>Ctrl+C in each cmdlet that works for long.</summary>
public sealed class StopTests : IDisposable
{
    private const string Fingerprint = "@($model.parameters() | ForEach-Object { $_.sum().item[float]().ToString('R') }) -join ' '";

    private readonly PowerShellSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public async Task A_range_test_that_is_stopped_gives_the_weights_back()
    {
        _session.Run("$model = New-TrainingModel mlp digits");
        string before = _session.Get<string>(Fingerprint);
        SessionResult result = await Stopped("Invoke-LrRangeTest -Model $model -Data digits -StartLr 0.01 -EndLr 0.011 -Iterations 10000000 -DivergenceFactor 0");
        Assert.Empty(result.Output);
        Assert.Equal(before, _session.Get<string>(Fingerprint));
    }

    [Fact]
    public async Task A_training_that_is_stopped_trains_no_further_once_the_stop_has_returned()
    {
        _session.Run("$model = New-TrainingModel mlp digits");
        await Stopped("New-CyclicSchedule 1e-4 1e-3 -StepSize 100 | Start-CyclicTraining -Model $model -Data digits -Epochs 1000000");
        string then = _session.Get<string>(Fingerprint);
        Assert.NotEqual("", then);
        Assert.Equal(then, _session.Get<string>(Fingerprint));
        Assert.Equal("mlp:256,128", _session.Get<string>("(Invoke-LrRangeTest -Model mlp -Data digits -Iterations 10).Model"));
    }

    [Fact]
    public async Task A_training_that_is_stopped_leaves_a_checkpoint_to_go_on_from_and_no_half_file()
    {
        using var folder = new TemporaryFolder();
        _session.Set("path", folder.Root);
        const string Train = "New-CyclicSchedule 1e-4 1e-3 -StepSize 100 | Start-CyclicTraining -Model mlp -Data digits -CheckpointPath $path -Resume -WarningAction Ignore";
        await Stopped($"{Train} -Epochs 1000000");
        Assert.All(Directory.GetDirectories(folder.Root), path => Assert.Matches("^step-[0-9]+$", Path.GetFileName(path)));
        SessionResult again = _session.Run($"{Train} -Epochs 1000000 -Verbose -WhatIf");
        Assert.Empty(again.Errors);
        Assert.NotEmpty(Directory.EnumerateFiles(folder.Root, "*.safetensors", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_progress_bar_is_taken_away_when_the_work_is_done() => Assert.Equal(
        System.Management.Automation.ProgressRecordType.Completed,
        _session.Run("Invoke-LrRangeTest -Model mlp -Data digits -Iterations 20").Progress[^1].RecordType);

    // The work is under way once it reports progress.
    private async Task<SessionResult> Stopped(string script)
    {
        using var run = _session.RunAsync(script);
        await run.Progress(2);
        run.Stop();
        SessionResult result = await run.Result;
        Assert.True(result.Stopped);
        Assert.Empty(result.Errors);
        return result;
    }
}
