using System.Diagnostics;
using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;
using ClrEngine.Training;
using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Commands;

public sealed class MainJobTests
{
    private const string Pipeline = """
        Invoke-LrRangeTest -Model mlp -Data digits |
            Get-SuggestedLrBounds |
            New-CyclicSchedule -StepSizeEpochs 4 -Mode Triangular2 |
            Start-CyclicTraining -Model mlp -Data digits -Epochs 24
        """;

    [Fact]
    public void Given_only_names_when_the_whole_pipeline_runs_then_97_percent_of_the_held_out_digits_are_right()
    {
        using var session = new PowerShellSession();
        var history = session.Get<TrainingHistory>(Pipeline);
        Assert.Equal((TrainingStatus.Completed, 24), (history.Status, history.Epochs.Count));
        Assert.True(history.BestValidationAccuracy >= 97, $"best validation accuracy: {history.BestValidationAccuracy} %");
    }

    [Fact]
    public void Given_the_same_seed_when_trained_twice_then_the_histories_are_the_same_to_the_bit()
    {
        using var session = new PowerShellSession();
        const string script = "New-CyclicSchedule 0.01 0.1 -StepSize 46 | Start-CyclicTraining mlp digits -Epochs 3 -Seed 5";
        Assert.Equal(
            session.Get<TrainingHistory>(script).Epochs.Select(e => e with { Seconds = 0 }),
            session.Get<TrainingHistory>(script).Epochs.Select(e => e with { Seconds = 0 }));
    }

    [Fact]
    public void Given_another_seed_when_trained_then_the_history_differs()
    {
        using var session = new PowerShellSession();
        const string script = "New-CyclicSchedule 0.01 0.1 -StepSize 46 | Start-CyclicTraining mlp digits -Epochs 1 -Seed ";
        Assert.NotEqual(
            session.Get<TrainingHistory>(script + 5).Epochs[0].TrainLoss,
            session.Get<TrainingHistory>(script + 6).Epochs[0].TrainLoss);
    }

    [Fact]
    public void Given_a_range_test_when_piped_on_then_the_bounds_know_the_steps_of_an_epoch()
    {
        using var session = new PowerShellSession();
        var bounds = session.Get<LrBounds>("Invoke-LrRangeTest mlp digits -BatchSize 100 | Get-SuggestedLrBounds");
        Assert.Equal(15, bounds.StepsPerEpoch);
        Assert.True(bounds.BaseLr < bounds.MaxLr);
    }

    [Fact]
    public void Given_a_module_of_the_users_own_when_a_range_test_ran_then_training_goes_as_if_it_had_not()
    {
        using var session = new PowerShellSession();
        const string train = "New-CyclicSchedule 0.01 0.1 -StepSize 46 | Start-CyclicTraining $model digits -Epochs 2";
        var alone = session.Get<TrainingHistory>("$model = New-TrainingModel mlp digits; " + train);
        var after = session.Get<TrainingHistory>("$model = New-TrainingModel mlp digits; $null = Invoke-LrRangeTest $model digits; " + train);
        Assert.Equal(alone.Epochs.Select(e => e with { Seconds = 0 }), after.Epochs.Select(e => e with { Seconds = 0 }));
    }

    [Fact]
    public void Given_only_schedules_when_they_are_made_and_listed_then_libtorch_is_not_loaded()
    {
        const string script = """
            $null = New-CyclicSchedule 0.001 0.1 -StepSize 2000 | Get-CyclicSchedulePoint -Count 10
            $loaded = [System.Diagnostics.Process]::GetCurrentProcess().Modules | Where-Object ModuleName -like '*torch*.so*'
            "before: $($loaded.Count)"
            $null = Get-TorchDevice
            $loaded = [System.Diagnostics.Process]::GetCurrentProcess().Modules | Where-Object ModuleName -like '*torch*.so*'
            "after: $($loaded.Count -gt 0)"
            """;
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Looks for the libraries by their Linux names.");
        var start = new ProcessStartInfo("dotnet", ["dnx", "-y", "powershell", "-NoProfile", "-Command", "Import-Module ./ClrModule.psd1;" + script])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
        };
        using Process run = Process.Start(start)!;
        Assert.Equal("before: 0\nafter: True\n", run.StandardOutput.ReadToEnd());
    }

    [Fact]
    public async Task Given_a_running_range_test_when_stopped_then_it_ends_without_an_error_and_the_model_trains_as_if_it_had_not_been()
    {
        using var session = new PowerShellSession();
        const string train = "New-CyclicSchedule 0.01 0.1 -StepSize 46 | Start-CyclicTraining $model digits -Epochs 1";
        double alone = session.Get<TrainingHistory>("$model = New-TrainingModel mlp digits; " + train).Epochs[0].TrainLoss;
        session.Run("$model = New-TrainingModel mlp digits");
        using var run = session.RunAsync("Invoke-LrRangeTest $model digits -Iterations 10000000 -DivergenceFactor 0");
        await run.Progress(2);
        run.Stop();
        var result = await run.Result;
        Assert.True(result.Stopped);
        Assert.Empty(result.Errors);
        Assert.Equal(alone, session.Get<TrainingHistory>(train).Epochs[0].TrainLoss);
    }

    [Theory]
    [InlineData("New-CyclicSchedule 0.1 0.01 -StepSize 4", "BaseLrNotBelowMaxLr", "NewCyclicSchedule")]
    [InlineData("New-CyclicSchedule 0.01 0.1 -StepSizeEpochs 4", "InvalidStepsPerEpoch", "NewCyclicSchedule")]
    [InlineData("Invoke-LrRangeTest nonsense digits", "ModelNotFound", "InvokeLrRangeTest")]
    [InlineData("Invoke-LrRangeTest mlp:0 digits", "InvalidModelArguments", "InvokeLrRangeTest")]
    [InlineData("Invoke-LrRangeTest mlp ./no/such/folder", "DataNotFound", "InvokeLrRangeTest")]
    [InlineData("Invoke-LrRangeTest mlp digits -Device tpu", "InvalidDevice", "InvokeLrRangeTest")]
    [InlineData("Invoke-LrRangeTest mlp digits -Device cuda:99", "DeviceNotFound", "InvokeLrRangeTest")]
    [InlineData("Invoke-LrRangeTest mlp digits -Iterations 8 | Get-SuggestedLrBounds", "NoSuggestionTooFewPoints", "GetSuggestedLrBounds")]
    [InlineData("New-CyclicSchedule 0.01 0.1 -StepSize 4 | Start-CyclicTraining mlp digits -Epochs 0", "InvalidEpochs", "StartCyclicTraining")]
    public void Given_bad_input_when_run_then_the_error_has_one_id_for_its_cause(string script, string id, string cmdlet)
    {
        using var session = new PowerShellSession();
        Assert.Equal($"{id},ClrModule.Commands.{cmdlet}Command", session.Run(script).Error.FullyQualifiedErrorId);
    }

    [Fact]
    public void Given_a_rate_far_too_high_when_trained_then_the_history_says_diverged_and_a_warning_says_what_to_do()
    {
        using var session = new PowerShellSession();
        var result = session.Run("New-CyclicSchedule 1e5 1e6 -StepSize 23 | Start-CyclicTraining mlp digits -Epochs 2");
        Assert.Equal(TrainingStatus.Diverged, result.Single<TrainingHistory>().Status);
        Assert.Contains("lower MaxLr", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_range_test_result_when_shown_then_a_table_says_where_it_was_best()
    {
        using var session = new PowerShellSession();
        string text = session.Render("Invoke-LrRangeTest mlp digits");
        Assert.Matches(@"Model +Data +StopReason +BestLr +BestLoss +Loss\n-+ .*\nmlp:256,128 +digits +\w+ +[\d.]+ +[\d.]+( |\n)", text);
        Assert.Equal(RangeTestStopReason.Diverged, session.Get<LrRangeTestResult>("Invoke-LrRangeTest mlp digits").StopReason);
    }
}
