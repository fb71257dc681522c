using ClrEngine.Errors;
using ClrEngine.Schedules;
using ClrEngine.Training;
using ClrEngine.Training.Cycles;
using FsCheck;
using FsCheck.Fluent;

namespace ClrEngine.Tests.Schedules;

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
