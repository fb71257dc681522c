namespace ClrEngine.Tests.Schedules;

public sealed class ScheduleAdviceTests
{
    [Fact]
    public void Given_a_run_that_ends_with_a_cycle_when_looked_at_then_there_is_nothing_to_say() =>
        Assert.Empty(ScheduleAdvice.For(new CyclicSchedule(0.01, 0.1, 100), 600, 50));

    [Fact]
    public void Given_a_run_that_ends_in_mid_cycle_when_looked_at_then_the_epochs_that_end_it_well_are_named()
    {
        ScheduleWarning warning = Assert.Single(ScheduleAdvice.For(new CyclicSchedule(0.01, 0.1, 100), 500, 50));
        Assert.Equal("RunEndsInMidCycle", warning.Id);
        Assert.Contains("8 epochs or 12 epochs", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_cycles_that_are_no_whole_epochs_when_epochs_would_not_tell_them_apart_then_steps_are_named()
    {
        ScheduleWarning warning = Assert.Single(ScheduleAdvice.For(new CyclicSchedule(0.01, 0.1, 4), 23, 23));
        Assert.Contains("16 or 24 steps, of which an epoch has 23, would end it well, and -Cycles in place of -Epochs ends it there to the step", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_warm_up_before_the_first_cycle_when_the_run_ends_in_it_then_the_end_of_the_warm_up_is_no_end_of_a_cycle()
    {
        ScheduleWarning warning = Assert.Single(ScheduleAdvice.For(new WarmupSchedule(new CyclicSchedule(0.01, 0.1, 100), 50), 100, 50));
        Assert.Contains("; 5 epochs would", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_run_shorter_than_a_cycle_when_looked_at_then_only_a_longer_one_is_named()
    {
        ScheduleWarning warning = Assert.Single(ScheduleAdvice.For(new CyclicSchedule(0.01, 0.1, 100), 50, 50));
        Assert.Contains("; 4 epochs would", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_gamma_that_eats_the_amplitude_when_looked_at_then_the_step_and_a_better_gamma_are_named()
    {
        ScheduleWarning warning = Assert.Single(ScheduleAdvice.For(new CyclicSchedule(0.01, 0.1, 1000, mode: CyclicMode.ExpRange, gamma: 0.999), 10_000, 100));
        Assert.Equal("AmplitudeVanishes", warning.Id);
        Assert.Contains("step 4603 of 10000", warning.Message, StringComparison.Ordinal);
        Assert.Contains("-FinalAmplitude 0.1 -Over 10000", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_groups_when_one_of_them_loses_its_amplitude_then_it_is_said_once()
    {
        var lasting = new CyclicSchedule(0.01, 0.1, 1000);
        var vanishing = new CyclicSchedule(0.02, 0.1, 1000, mode: CyclicMode.ExpRange, gamma: 0.999);
        ScheduleWarning warning = Assert.Single(ScheduleAdvice.For(new GroupedSchedule([lasting, vanishing, vanishing]), 10_000, 100));
        Assert.Contains("rests at 0.02", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_the_papers_gamma_and_length_when_looked_at_then_there_is_nothing_to_say() =>
        Assert.Empty(ScheduleAdvice.For(new CyclicSchedule(0.001, 0.006, 2000, mode: CyclicMode.ExpRange, gamma: 0.99994), 72_000, 500));

    [Fact]
    public void Given_a_run_longer_than_its_one_cycle_when_looked_at_then_the_rest_is_counted()
    {
        ScheduleWarning warning = Assert.Single(ScheduleAdvice.For(new OneCycleSchedule(0.1, 100), 150, 10));
        Assert.Equal("RunOutlastsSchedule", warning.Id);
        Assert.Contains("last 50 steps", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_schedule_without_cycles_when_looked_at_then_there_is_nothing_to_say() =>
        Assert.Empty(ScheduleAdvice.For(new ConstantSchedule(0.1), 150, 10));

    [Fact]
    public void Given_a_warm_up_when_the_amplitude_behind_it_vanishes_then_the_step_counts_from_the_start_of_the_run()
    {
        ScheduleWarning warning = Assert.Single(ScheduleAdvice.For(new WarmupSchedule(Vanishing, 500), 10_500, 100));
        Assert.Equal("AmplitudeVanishes", warning.Id);
        Assert.Contains("step 5103 of 10500", warning.Message, StringComparison.Ordinal);
        Assert.Contains("-Over 10000", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_joined_schedules_when_a_middle_one_loses_its_amplitude_then_it_is_said_until_where()
    {
        var joined = new JoinedSchedule([new ConstantSchedule(0.1), Vanishing, new ConstantSchedule(0.1)], [100, 10_100]);
        ScheduleWarning warning = Assert.Single(ScheduleAdvice.For(joined, 12_000, 100));
        Assert.Contains("step 4703 of 12000 on until step 10100", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_joined_schedule_that_hands_over_before_its_amplitude_vanishes_when_looked_at_then_there_is_nothing_to_say() =>
        Assert.Empty(ScheduleAdvice.For(new JoinedSchedule([Vanishing, new ConstantSchedule(0.1)], [4_700]), 12_000, 100));

    [Fact]
    public void Given_a_run_that_ends_within_a_warm_up_when_looked_at_then_there_is_nothing_to_say() =>
        Assert.Empty(ScheduleAdvice.For(new WarmupSchedule(Vanishing, 500), 400, 100));

    [Fact]
    public void Given_a_warm_up_and_joins_when_the_run_outlasts_the_one_cycle_at_its_end_then_the_rest_is_counted()
    {
        var schedule = new WarmupSchedule(new JoinedSchedule([new ConstantSchedule(0.1), new OneCycleSchedule(0.1, 100)], [30]), 20);
        ScheduleWarning warning = Assert.Single(ScheduleAdvice.For(schedule, 200, 10));
        Assert.Equal("RunOutlastsSchedule", warning.Id);
        Assert.Contains("ends after 150 steps and the run has 200: the last 50 steps", warning.Message, StringComparison.Ordinal);
        Assert.Empty(ScheduleAdvice.For(schedule, 150, 10));
    }

    [Fact]
    public void Given_warm_ups_and_joins_far_beyond_the_run_when_looked_at_then_only_the_run_counts()
    {
        Assert.Empty(ScheduleAdvice.For(new WarmupSchedule(new WarmupSchedule(Vanishing, long.MaxValue), long.MaxValue), 100, 100));
        var joined = new JoinedSchedule([new WarmupSchedule(new JoinedSchedule([Vanishing, Vanishing], [long.MaxValue]), 500), Vanishing], [long.MaxValue]);
        Assert.Contains("step 5103 of 10500 on less", Assert.Single(ScheduleAdvice.For(joined, 10_500, 100)).Message, StringComparison.Ordinal);
    }

    private static CyclicSchedule Vanishing => new(0.01, 0.1, 1000, mode: CyclicMode.ExpRange, gamma: 0.999);
}

public sealed class EpochStepsTests
{
    [Theory]
    [InlineData(4.0, 23L, 92L)]
    [InlineData(0.5, 5L, 3L)]
    [InlineData(0.001, 10L, 1L)]
    [InlineData(0.5, 1L, 1L)]
    [InlineData(1.1, 30L, 33L)]
    public void Given_epochs_when_turned_into_steps_then_the_nearest_whole_number_of_at_least_1_comes_out(double epochs, long stepsPerEpoch, long steps) =>
        Assert.Equal(steps, EpochSteps.From(epochs, stepsPerEpoch));

    [Theory]
    [InlineData(0.0, 10L, "Epochs")]
    [InlineData(double.NaN, 10L, "Epochs")]
    [InlineData(1.0, 0L, "StepsPerEpoch")]
    public void Given_a_value_that_cannot_be_when_turned_into_steps_then_it_is_named(double epochs, long stepsPerEpoch, string name) =>
        Assert.Equal(name, Assert.Throws<InvalidParameterException>(() => EpochSteps.From(epochs, stepsPerEpoch, "Epochs")).ParamName);
}

public sealed class ScheduleGroupsTests
{
    [Fact]
    public void Given_lists_of_one_when_made_then_the_schedule_has_no_groups() =>
        Assert.Equal(new CyclicSchedule(0.001, 0.01, 4), Make([0.001], [0.01]));

    [Fact]
    public void Given_lists_and_scalars_when_made_then_a_scalar_holds_for_every_group() => Assert.Equal(
        new GroupedSchedule([new CyclicSchedule(0.001, 0.1, 4), new CyclicSchedule(0.002, 0.1, 4)]),
        Make([0.001, 0.002], [0.1]));

    [Fact]
    public void Given_lists_whose_lengths_disagree_when_made_then_the_shorter_is_named()
    {
        var error = Assert.Throws<InvalidParameterException>(() => Make([0.001, 0.002, 0.003], [0.1, 0.2]));
        Assert.Equal(("MaxLr", "GroupCountMismatch"), (error.ParamName, error.ErrorId));
    }

    [Fact]
    public void Given_an_empty_list_when_made_then_it_is_named() =>
        Assert.Equal("BaseLr", Assert.Throws<InvalidParameterException>(() => Make([], [0.1])).ParamName);

    private static ILrSchedule Make(double[] baseLr, double[] maxLr) =>
        ScheduleGroups.Make([("BaseLr", baseLr), ("MaxLr", maxLr)], values => new CyclicSchedule(values[0], values[1], 4));
}
