using ClrEngine.Training;
using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Commands;

/// <summary>What a run would do, before it does it.</summary>
public sealed class WhatIfTests : IDisposable
{
    private const string Schedule = "New-CyclicSchedule 0.01 0.1 -StepSize 46";

    private readonly PowerShellSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void WhatIf_says_what_would_be_trained_on_what_for_how_many_steps_and_with_which_files()
    {
        string text = _session.Render($"{Schedule} | Start-CyclicTraining -Model mlp -Data digits -Epochs 4 -Device cpu -WhatIf");
        Assert.Contains("mlp:256,128 on digits (1,438 samples to learn from, 359 to validate on)", text.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains("Train 4 epochs of 23 steps (92 steps) under Triangular 0.01 to 0.1, cycle of 92 steps, on cpu; no files are written", text.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIf_trains_nothing_and_writes_nothing()
    {
        using var folder = new TemporaryFolder();
        _session.Set("path", Path.Combine(folder.Root, "run"));
        Assert.Empty(_session.Run($"{Schedule} | Start-CyclicTraining -Model mlp -Data digits -Epochs 4 -CheckpointPath $path -WhatIf").All<TrainingHistory>());
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Root));
    }

    [Fact]
    public void A_run_that_is_declined_is_not_trained_and_the_next_one_is()
    {
        _session.Answers.Enqueue("N");
        _session.Answers.Enqueue("Y");
        var history = _session.Get<TrainingHistory>($"({Schedule}), ({Schedule} -Mode ExpRange) | Start-CyclicTraining -Model mlp -Data digits -Epochs 1 -Confirm");
        Assert.Equal("ExpRange", ((ClrEngine.Schedules.CyclicSchedule)history.Schedule).Mode.ToString());
    }

    [Fact]
    public void Several_schedules_given_at_once_train_one_after_the_other()
    {
        var histories = _session.Run($"Start-CyclicTraining -Model mlp -Data digits -Epochs 1 -Schedule ({Schedule}), (New-CyclicSchedule 0.01 0.2 -StepSize 46)").All<TrainingHistory>();
        Assert.Equal([0.1, 0.2], histories.Select(h => ((ClrEngine.Schedules.CyclicSchedule)h.Schedule).MaxLr));
    }
}
