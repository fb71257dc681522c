using ClrEngine.Errors;
using ClrEngine.Schedules;

namespace ClrEngine.Tests.Schedules;

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
