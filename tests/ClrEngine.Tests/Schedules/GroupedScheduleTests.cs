using ClrEngine.Errors;
using ClrEngine.Schedules;

namespace ClrEngine.Tests.Schedules;

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
