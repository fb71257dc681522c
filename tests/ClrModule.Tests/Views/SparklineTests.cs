using ClrModule.Views;

namespace ClrModule.Tests.Views;

public sealed class SparklineTests
{
    [Fact]
    public void Rising_values_climb_from_the_lowest_to_the_highest_level() =>
        Assert.Equal("▁▂▃▄▅▆▇█", Sparkline.Of([0, 1, 2, 3, 4, 5, 6, 7], 8));

    [Fact]
    public void The_scale_is_that_of_the_values() => Assert.Equal("█▁█", Sparkline.Of([1e-3, 1e-4, 1e-3], 10));

    [Fact]
    public void More_values_than_fit_are_averaged_in_runs() => Assert.Equal("▁█", Sparkline.Of([0, 2, 9, 11], 2));

    [Fact]
    public void Equal_values_lie_at_the_bottom() => Assert.Equal("▁▁▁", Sparkline.Of([5, 5, 5], 3));

    [Fact]
    public void A_value_that_is_not_finite_leaves_a_gap() => Assert.Equal("▁·█", Sparkline.Of([1, double.NaN, 2], 3));

    [Fact]
    public void No_values_draw_nothing() => Assert.Equal("", Sparkline.Of([], 5));

    [Fact]
    public void Values_none_of_which_is_finite_are_all_gaps() => Assert.Equal("··", Sparkline.Of([double.NaN, double.PositiveInfinity], 5));
}
