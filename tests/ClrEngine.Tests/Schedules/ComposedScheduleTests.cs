using FsCheck;
using FsCheck.Fluent;

namespace ClrEngine.Tests.Schedules;

public sealed class CompositeScheduleTests
{
    private static readonly CyclicSchedule Cyclic = new(0.01, 0.1, 4);

    [Fact]
    public void Given_a_warm_up_when_it_runs_then_the_rate_rises_in_a_line_to_the_schedules_first_rate()
    {
        var schedule = new WarmupSchedule(Cyclic, 4, 0.2);
        double[] expected = [0.002, 0.004, 0.006, 0.008, 0.01];
        Assert.All(Enumerable.Range(0, 5), t => Assert.Equal(expected[t], schedule.At(t).LearningRate, 1e-17));
        Assert.All(Enumerable.Range(0, 4), t => Assert.Equal(0.9, schedule.At(t).Momentum));
    }

    [Fact]
    public void Given_a_warm_up_when_it_is_over_then_the_schedule_begins_at_its_own_step_0() =>
        Assert.Equal(Cyclic.At(3) with { Step = 10 }, new WarmupSchedule(Cyclic, 7).At(10));

    [Fact]
    public void Given_groups_when_warmed_up_then_each_group_rises_to_its_own_first_rate() => Assert.Equal(
        [new GroupPoint(0.005, 0.9), new GroupPoint(0.5)],
        new WarmupSchedule(new GroupedSchedule([Cyclic, new ConstantSchedule(1)]), 2, 0.5).At(0).Groups);

    [Fact]
    public void Given_joined_schedules_when_a_boundary_comes_then_the_next_begins_at_its_own_step_0()
    {
        var schedule = new JoinedSchedule([new ConstantSchedule(1), Cyclic, new ConstantSchedule(2, 0.5)], [3, 9]);
        Assert.Equal(new SchedulePoint(2, 1), schedule.At(2));
        Assert.Equal(Cyclic.At(0) with { Step = 3 }, schedule.At(3));
        Assert.Equal(Cyclic.At(5) with { Step = 8 }, schedule.At(8));
        Assert.Equal(new SchedulePoint(9, 2, 0.5), schedule.At(9));
    }

    [Fact]
    public void Given_a_cycle_behind_a_warm_up_and_a_join_when_asked_for_then_it_is_found_in_the_steps_of_the_whole()
    {
        var schedule = new WarmupSchedule(new JoinedSchedule([new ConstantSchedule(1), new GroupedSchedule([Cyclic, Cyclic])], [10]), 5);
        Assert.Null(schedule.CycleAt(3));
        Assert.Null(schedule.CycleAt(14));
        Assert.Equal(new ScheduleCycle(1, 23, 8), schedule.CycleAt(24));
    }

    [Theory]
    [InlineData(new long[] { }, "Boundary")]
    [InlineData(new long[] { 5, 6 }, "Boundary")]
    [InlineData(new long[] { 0 }, "Boundary")]
    public void Given_boundaries_that_cannot_be_when_joined_then_they_are_named(long[] boundaries, string name) =>
        Assert.Equal(name, Assert.Throws<InvalidParameterException>(() => new JoinedSchedule([Cyclic, Cyclic], boundaries)).ParamName);

    [Fact]
    public void Given_boundaries_that_do_not_rise_when_joined_then_they_are_refused() =>
        Assert.Equal("Boundary", Assert.Throws<InvalidParameterException>(() => new JoinedSchedule([Cyclic, Cyclic, Cyclic], [5, 5])).ParamName);

    [Fact]
    public void Given_schedules_with_two_and_three_groups_when_joined_then_they_are_refused() => Assert.Equal(
        "GroupCountMismatch",
        Assert.Throws<InvalidParameterException>(() => new JoinedSchedule(
            [new GroupedSchedule([Cyclic, Cyclic]), new GroupedSchedule([Cyclic, Cyclic, Cyclic])],
            [5])).ErrorId);

    [Fact]
    public void Given_equal_parts_when_compared_then_composites_are_equal()
    {
        Assert.Equal(new JoinedSchedule([Cyclic, Cyclic], [5]), new JoinedSchedule([Cyclic with { }, Cyclic], [5]));
        Assert.NotEqual(new JoinedSchedule([Cyclic, Cyclic], [5]), new JoinedSchedule([Cyclic, Cyclic], [6]));
        Assert.Equal(new WarmupSchedule(Cyclic, 5), new WarmupSchedule(Cyclic with { }, 5));
    }

    [Theory]
    [InlineData(0L, 0.5, "WarmupSteps")]
    [InlineData(5L, 0.0, "StartFactor")]
    [InlineData(5L, 1.5, "StartFactor")]
    public void Given_a_warm_up_that_cannot_be_when_made_then_it_is_named(long steps, double factor, string name) =>
        Assert.Equal(name, Assert.Throws<InvalidParameterException>(() => new WarmupSchedule(Cyclic, steps, factor)).ParamName);

    [Fact]
    public void Given_a_constant_that_cannot_be_when_made_then_it_is_named()
    {
        Assert.Equal("LearningRate", Assert.Throws<InvalidParameterException>(() => new ConstantSchedule(0)).ParamName);
        Assert.Equal("Momentum", Assert.Throws<InvalidParameterException>(() => new ConstantSchedule(1, 1)).ParamName);
    }
}

public sealed class GroupedScheduleTests
{
    private static readonly CyclicSchedule Slow = new(0.001, 0.01, 4);
    private static readonly CyclicSchedule Fast = new(0.01, 0.1, 4, cycleMomentum: false);

    [Fact]
    public void Given_two_groups_when_evaluated_then_each_group_has_its_own_schedule()
    {
        SchedulePoint point = new GroupedSchedule([Slow, Fast]).At(4);
        Assert.Equal([new GroupPoint(0.01, 0.8), new GroupPoint(0.1)], point.Groups);
    }

    [Fact]
    public void Given_groups_when_evaluated_then_the_points_own_values_are_the_first_groups()
    {
        SchedulePoint point = new GroupedSchedule([Slow, Fast]).At(3);
        Assert.Equal((Slow.At(3).LearningRate, Slow.At(3).Momentum), (point.LearningRate, point.Momentum));
    }

    [Fact]
    public void Given_equal_groups_when_compared_then_schedules_and_points_are_equal()
    {
        var one = new GroupedSchedule([Slow, Fast]);
        var other = new GroupedSchedule(new List<ILrSchedule> { Slow with { }, Fast with { } });
        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.Equal(one.At(5), other.At(5));
    }

    [Fact]
    public void Given_another_order_when_compared_then_schedules_and_points_differ()
    {
        Assert.NotEqual(new GroupedSchedule([Slow, Fast]), new GroupedSchedule([Fast, Slow]));
        Assert.NotEqual(new GroupedSchedule([Slow, Fast]).At(5), new GroupedSchedule([Slow, Slow]).At(5));
    }

    [Fact]
    public void Given_no_schedule_when_made_then_it_is_refused() =>
        Assert.Equal("InvalidSchedules", Assert.Throws<InvalidParameterException>(() => new GroupedSchedule([])).ErrorId);

    [Fact]
    public void Given_groups_within_groups_when_made_then_they_are_refused() =>
        Assert.Equal("InvalidSchedules", Assert.Throws<InvalidParameterException>(() => new GroupedSchedule([new GroupedSchedule([Slow])])).ErrorId);

    [Fact]
    public void Given_a_schedule_without_groups_when_a_group_is_asked_for_then_the_one_rate_holds() =>
        Assert.Equal(new GroupPoint(Slow.At(2).LearningRate, Slow.At(2).Momentum), Slow.At(2).Group(7));

    [Fact]
    public void Given_two_groups_when_a_third_is_asked_for_then_the_error_says_how_many_there_are()
    {
        var error = Assert.Throws<InvalidParameterException>(() => new GroupedSchedule([Slow, Fast]).At(0).Group(2));
        Assert.Equal("GroupCountMismatch", error.ErrorId);
        Assert.Contains("2 parameter groups", error.Message, StringComparison.Ordinal);
    }
}

/// <summary>Cycles seen through warm-ups, joins and groups, and what counts them. A cycle of <see cref="Cyclic"/> has 10 steps.</summary>
public sealed class ComposedCycleTests
{
    private static readonly CyclicSchedule Cyclic = new(0.01, 0.1, 5);
    private static readonly ConstantSchedule Constant = new(0.1);

    [Fact]
    public void Given_a_joined_schedule_when_a_cycle_meets_its_boundary_then_it_ends_there()
    {
        var joined = new JoinedSchedule([Cyclic, Constant], [25]);
        Assert.Equal(new ScheduleCycle(2, 20, 5), joined.CycleAt(24));
        Assert.Null(joined.CycleAt(25));
        Assert.True(CycleEnds.EndsAt(joined, 25));
        Assert.False(CycleEnds.EndsAt(joined, 30));
    }

    [Fact]
    public void Given_a_joined_schedule_when_cycles_are_counted_then_they_go_on_in_the_next_part()
    {
        var joined = new JoinedSchedule([Cyclic, Constant, Cyclic], [25, 40]);
        Assert.Equal([10L, 20, 25, 50, 60], new[] { 1, 2, 3, 4, 5 }.Select(cycles => CycleEnds.StepsOf(joined, cycles)));
        Assert.Equal("ScheduleHasFewerCycles", Assert.Throws<InvalidParameterException>(() => CycleEnds.StepsOf(new JoinedSchedule([Cyclic, Constant], [25]), 4)).ErrorId);
    }

    [Fact]
    public void Given_a_constant_joined_to_cycles_when_cycles_are_counted_then_the_first_begins_behind_it()
    {
        var joined = new JoinedSchedule([Constant, Cyclic], [7]);
        Assert.Equal(27, CycleEnds.StepsOf(joined, 2));
        CycleEnds.Require(joined, nameof(TrainingOptions.Patience));
        Assert.Equal(30 + 27, CycleEnds.StepsOf(new WarmupSchedule(new GroupedSchedule([new JoinedSchedule([Constant, Cyclic], [7])]), 30), 2));
    }

    [Fact]
    public void Given_a_warm_up_in_front_of_a_constant_when_something_counts_cycles_then_it_is_refused()
    {
        foreach (ILrSchedule schedule in new ILrSchedule[] { new WarmupSchedule(Constant, 5), new JoinedSchedule([new WarmupSchedule(Constant, 5), Constant], [9]), new WarmupSchedule(Cyclic, long.MaxValue) })
        {
            Assert.Equal("ScheduleHasNoCycles", Assert.Throws<InvalidParameterException>(() => CycleEnds.Require(schedule, nameof(TrainingOptions.Patience))).ErrorId);
            Assert.Equal("ScheduleHasNoCycles", Assert.Throws<InvalidParameterException>(() => CycleEnds.StepsOf(schedule, 1)).ErrorId);
        }
    }

    [Fact]
    public void Given_a_run_that_ends_where_the_next_part_takes_over_when_looked_at_then_there_is_nothing_to_say() =>
        Assert.Empty(ScheduleAdvice.For(new JoinedSchedule([Cyclic, Constant], [25]), 25, 5));

    [Fact]
    public void Given_a_run_that_ends_before_the_next_part_takes_over_when_looked_at_then_the_end_of_the_cut_cycle_is_named()
    {
        ScheduleWarning warning = Assert.Single(ScheduleAdvice.For(new JoinedSchedule([Cyclic, Constant], [25]), 23, 5));
        Assert.Contains("after 3 of the 5 steps of a cycle", warning.Message, StringComparison.Ordinal);
        Assert.Contains("4 epochs or 5 epochs", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_cycle_that_ends_beyond_the_largest_step_when_asked_for_its_end_then_it_is_the_largest_step() =>
        Assert.Equal(long.MaxValue, new CyclicSchedule(0.1, 0.2, 1L << 53).CycleAt(long.MaxValue - 1)!.Value.End);

    [Fact]
    public void Given_any_schedule_and_step_when_its_cycle_is_asked_for_then_every_step_of_it_gives_the_same_and_the_step_after_another() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(1000),
        Prop.ForAll(RandomSchedules.Any, Gen.Choose(0, 20_000).ToArbitrary(), (schedule, step) =>
            schedule.NextCycle(step) is not { } cycle
            || (cycle.End > step
                && cycle.Length >= 1
                && schedule.CycleAt(cycle.Start) == cycle
                && schedule.CycleAt(cycle.End - 1) == cycle
                && schedule.NextCycle(cycle.Start) == cycle
                && (cycle.End == long.MaxValue || schedule.CycleAt(cycle.End) != cycle))));

    [Fact]
    public void Given_epochs_beyond_what_can_be_counted_when_turned_into_steps_then_they_are_refused_by_name()
    {
        foreach (double epochs in new[] { 1e17, 1e300, 92233720368547758.08 })
            Assert.Equal("StepSizeEpochs", Assert.Throws<InvalidParameterException>(() => EpochSteps.From(epochs, 100)).ParamName);
    }
}
