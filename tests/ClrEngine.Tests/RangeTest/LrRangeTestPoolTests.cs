using ClrEngine.Errors;
using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;

namespace ClrEngine.Tests.RangeTest;

public sealed class LrRangeTestPoolTests
{
    private static readonly LrRangeTestResult[] Three = [.. Enumerable.Range(1, 3).Select(seed => Curves.Test(Curves.Noisy(Curves.Typical, 0.05, seed)) with { Run = new() { Seed = seed } })];

    [Fact]
    public void Given_three_tests_when_pooled_then_each_loss_is_the_median_and_the_single_tests_are_kept()
    {
        LrRangeTestResult pooled = LrRangeTestPool.Of(Three);
        Assert.Equal(Three.Select(t => t.Points[7].Loss).Order().ElementAt(1), pooled.Points[7].Loss);
        Assert.Equal([1, 2, 3], pooled.Repeats.Select(t => t.Seed));
    }

    [Fact]
    public void Given_an_even_number_of_tests_when_pooled_then_each_loss_is_between_the_middle_two()
    {
        LrRangeTestResult pooled = LrRangeTestPool.Of(Three[..2]);
        Assert.Equal((Three[0].Points[7].Loss + Three[1].Points[7].Loss) / 2, pooled.Points[7].Loss);
    }

    [Fact]
    public void Given_tests_that_ended_apart_when_pooled_then_the_curve_ends_with_the_middle_one()
    {
        LrRangeTestResult[] apart = [Cut(Three[0], 60), Cut(Three[1], 80) with { StopReason = RangeTestStopReason.Diverged }, Three[2]];
        LrRangeTestResult pooled = LrRangeTestPool.Of(apart);
        Assert.Equal((80, RangeTestStopReason.Diverged), (pooled.Points.Count, pooled.StopReason));
    }

    [Fact]
    public void Given_one_test_of_three_that_turned_NaN_when_pooled_then_the_others_decide()
    {
        LrRangeTestResult torn = Three[0] with { Points = [.. Three[0].Points.Take(50), .. Three[0].Points.Skip(50).Take(1).Select(p => p with { Loss = double.NaN })] };
        Assert.True(double.IsFinite(LrRangeTestPool.Of([torn, Three[1], Three[2]]).Points[50].Loss));
    }

    [Fact]
    public void Given_a_single_test_when_pooled_then_it_comes_back_as_it_is() =>
        Assert.Same(Three[0], LrRangeTestPool.Of(Three[..1]));

    [Fact]
    public void Given_tests_of_other_sweeps_when_pooled_then_they_are_refused() =>
        Assert.Equal("RepeatsDiffer", Assert.Throws<InvalidParameterException>(() => LrRangeTestPool.Of([Three[0], Curves.Test(Curves.Typical, endLr: 1)])).ErrorId);

    [Fact]
    public void Given_no_test_when_pooled_then_it_is_refused() =>
        Assert.Equal("InvalidRepeats", Assert.Throws<InvalidParameterException>(() => LrRangeTestPool.Of([])).ErrorId);

    [Fact]
    public void Given_a_pooled_test_when_asked_for_bounds_then_they_come_with_the_spread_of_the_single_ones()
    {
        LrBounds pooled = Curves.Bounds(LrRangeTestPool.Of(Three), SuggestionMethod.Steepest);
        double[] single = [.. Three.Select(t => Curves.Bounds(t, SuggestionMethod.Steepest).MaxLr)];
        Assert.Equal((3, 0, single.Min(), single.Max()), (pooled.Spread!.Repeats, pooled.Spread.Without, pooled.Spread.LowestMaxLr, pooled.Spread.HighestMaxLr));
    }

    [Fact]
    public void Given_a_repeat_without_bounds_when_asked_then_the_spread_counts_it()
    {
        LrRangeTestResult pooled = LrRangeTestPool.Of([Three[0], Three[1], Curves.Test(_ => 2.3)]);
        Assert.Equal((2, 1), (Curves.Bounds(pooled, SuggestionMethod.Minimum).Spread!.Repeats, Curves.Bounds(pooled, SuggestionMethod.Minimum).Spread!.Without));
    }

    [Fact]
    public void Given_a_single_test_when_asked_for_bounds_then_there_is_no_spread() =>
        Assert.Null(Curves.Bounds(Three[0], SuggestionMethod.Minimum).Spread);

    private static LrRangeTestResult Cut(LrRangeTestResult test, int count) => test with { Points = [.. test.Points.Take(count)] };
}
