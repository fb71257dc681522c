using ClrEngine.Schedules;
using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Commands;

public sealed class ScheduleCommandTests
{
    [Theory]
    [InlineData("New-CyclicSchedule 0.001 0.1 -StepSize 8", typeof(CyclicSchedule))]
    [InlineData("New-CyclicSchedule 0.001,0.01 0.1 -StepSize 8", typeof(GroupedSchedule))]
    [InlineData("New-OneCycleSchedule 0.1 -TotalSteps 100", typeof(OneCycleSchedule))]
    [InlineData("New-OneCycleSchedule 0.1,0.2 -Epochs 2 -StepsPerEpoch 50", typeof(GroupedSchedule))]
    [InlineData("New-WarmRestartSchedule 0.1 -T0 10 -TMult 2", typeof(CosineWarmRestartsSchedule))]
    [InlineData("New-ConstantSchedule 0.1", typeof(ConstantSchedule))]
    [InlineData("New-ConstantSchedule 0.1 | Add-ScheduleWarmup 10", typeof(WarmupSchedule))]
    [InlineData("New-ConstantSchedule 0.1 | Join-LrSchedule (New-ConstantSchedule 0.2) 10", typeof(JoinedSchedule))]
    public void Given_a_cmdlet_that_makes_a_schedule_when_run_then_it_gives_one(string script, Type type)
    {
        using var session = new PowerShellSession();
        Assert.IsType(type, session.Get<ILrSchedule>(script));
    }

    [Fact]
    public void Given_nothing_but_the_rates_when_a_schedule_is_made_then_the_rest_is_the_engines_default()
    {
        using var session = new PowerShellSession();
        Assert.Equal(new CyclicSchedule(0.001, 0.1, 8), session.Get<CyclicSchedule>("New-CyclicSchedule 0.001 0.1 -StepSize 8"));
        Assert.Equal(new OneCycleSchedule(0.1, 100), session.Get<OneCycleSchedule>("New-OneCycleSchedule 0.1 -TotalSteps 100"));
        Assert.Equal(new CosineWarmRestartsSchedule(0.1, 10), session.Get<CosineWarmRestartsSchedule>("New-WarmRestartSchedule 0.1 -CycleSteps 10"));
        Assert.Equal(new WarmupSchedule(new ConstantSchedule(0.1), 10), session.Get<WarmupSchedule>("New-ConstantSchedule 0.1 | Add-ScheduleWarmup 10"));
    }

    [Fact]
    public void Given_rows_of_text_when_piped_then_each_becomes_the_schedule_that_its_columns_name()
    {
        using var session = new PowerShellSession();
        Assert.Equal(
            new CyclicSchedule(0.001, 0.1, 8, mode: CyclicMode.Triangular2, cycleLimit: 3),
            session.Get<CyclicSchedule>("[pscustomobject]@{ BaseLr = '0.001'; MaxLr = '0.1'; StepSize = '8'; Mode = 'Triangular2'; CycleLimit = '3' } | New-CyclicSchedule"));
    }

    [Fact]
    public void Given_lists_whose_lengths_disagree_when_made_then_the_error_names_them()
    {
        using var session = new PowerShellSession();
        var error = session.Run("New-CyclicSchedule 0.1,0.2,0.3 1,2 -StepSize 8").Error;
        Assert.Equal("GroupCountMismatch,ClrModule.Commands.NewCyclicScheduleCommand", error.FullyQualifiedErrorId);
    }

    [Theory]
    [InlineData("{ 1 / $_ }")]
    [InlineData("{ param($cycle) 1 / $cycle }")]
    public void Given_a_script_block_when_points_are_listed_then_it_scales_each_cycle(string script)
    {
        using var session = new PowerShellSession();
        var points = session.Run($"New-CyclicSchedule 1 3 -StepSize 2 -ScaleFunction {script} | Get-CyclicSchedulePoint 3 -Every 4 -From 2").All<SchedulePoint>();
        Assert.Equal([3, 2, 1 + 2 / 3.0], points.Select(p => p.LearningRate), (a, b) => Math.Abs(a - b) < 1e-15);
    }

    [Theory]
    [InlineData("{ 'x' }")]
    [InlineData("{ }")]
    [InlineData("{ 1; 2 }")]
    public void Given_a_script_block_that_gives_no_number_when_points_are_listed_then_the_error_names_it(string script)
    {
        using var session = new PowerShellSession();
        var error = session.Run($"New-CyclicSchedule 1 3 -StepSize 2 -ScaleFunction {script} | Get-CyclicSchedulePoint").Error;
        Assert.Equal("InvalidScaleFunction,ClrModule.Commands.GetCyclicSchedulePointCommand", error.FullyQualifiedErrorId);
    }

    [Fact]
    public void Given_a_final_amplitude_when_made_then_gamma_leaves_it_after_so_many_steps()
    {
        using var session = new PowerShellSession();
        var schedule = session.Get<CyclicSchedule>("New-CyclicSchedule 1 3 -StepSize 2 -Mode ExpRange -FinalAmplitude 0.1 -OverEpochs 10 -StepsPerEpoch 100");
        Assert.Equal(0.1, schedule.AmplitudeAt(1000), 1e-12);
    }

    [Theory]
    [InlineData("-FinalAmplitude 0.1 -Over 100")]
    [InlineData("-Mode ExpRange -Gamma 0.9 -FinalAmplitude 0.1 -Over 100")]
    public void Given_a_final_amplitude_that_nothing_would_use_when_made_then_it_is_refused(string arguments)
    {
        using var session = new PowerShellSession();
        var error = session.Run($"New-CyclicSchedule 1 3 -StepSize 2 {arguments}").Error;
        Assert.Equal("InvalidFinalAmplitude,ClrModule.Commands.NewCyclicScheduleCommand", error.FullyQualifiedErrorId);
    }

    [Fact]
    public void Given_a_run_that_ends_in_mid_cycle_when_trained_then_a_warning_names_the_epochs_that_end_it_well()
    {
        using var session = new PowerShellSession();
        var result = session.Run("New-CyclicSchedule 0.01 0.1 -StepSize 23 | Start-CyclicTraining mlp digits -Epochs 1");
        Assert.Contains("2 epochs would end it well", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_huge_count_when_only_the_first_points_are_taken_then_the_rest_is_never_made()
    {
        using var session = new PowerShellSession();
        var script = "& { New-ConstantSchedule 0.1 | Get-CyclicSchedulePoint 9000000000000000000 | ForEach-Object { $_; if ($_.Step -eq 2) { break } } }";
        Assert.Equal(3, session.Run(script).Output.Count);
    }

    [Theory]
    [InlineData("-Count 5", new[] { 1.0, 2, 3, 2, 1 })]
    [InlineData("-Count 3 -Every 2 -From 1", new[] { 2.0, 2, 2 })]
    [InlineData("", new[] { 1.0, 2, 3, 2, 1 })]
    [InlineData("-Count 0", new double[0])]
    public void Given_rates_only_when_listed_then_they_come_as_one_array(string arguments, double[] rates)
    {
        using var session = new PowerShellSession();
        Assert.Equal(rates, session.Get<double[]>($"New-CyclicSchedule 1 3 -StepSize 2 | Get-CyclicSchedulePoint {arguments} -RateOnly"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-RateOnly")]
    public void Given_points_beyond_the_largest_step_when_listed_then_the_error_names_the_count(string rateOnly)
    {
        using var session = new PowerShellSession();
        var error = session.Run($"New-ConstantSchedule 0.1 | Get-CyclicSchedulePoint 3 -Every 4611686018427387904 {rateOnly}").Error;
        Assert.Equal("InvalidCount,ClrModule.Commands.GetCyclicSchedulePointCommand", error.FullyQualifiedErrorId);
    }

    [Fact]
    public async Task Given_a_huge_count_when_stopped_then_the_listing_ends()
    {
        using var session = new PowerShellSession();
        using var run = session.RunAsync("New-ConstantSchedule 0.1 | Get-CyclicSchedulePoint 9000000000000000000 | Where-Object Step -eq 5");
        await run.Output();
        run.Stop();
        Assert.True((await run.Result).Stopped);
    }
}
