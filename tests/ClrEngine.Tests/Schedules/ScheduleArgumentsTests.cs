using ClrEngine.Errors;
using ClrEngine.Schedules;

namespace ClrEngine.Tests.Schedules;

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
