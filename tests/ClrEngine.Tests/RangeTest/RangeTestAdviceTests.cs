using ClrEngine.RangeTest;

namespace ClrEngine.Tests.RangeTest;

public sealed class RangeTestAdviceTests
{
    [Fact]
    public void Given_a_curve_that_falls_and_rises_when_asked_then_there_is_nothing_to_say() =>
        Assert.Empty(Curves.Test(Curves.Typical).Warnings);

    [Fact]
    public void Given_a_curve_that_still_falls_at_its_end_when_asked_then_it_says_raise_EndLr() =>
        Assert.Contains("raise EndLr", Assert.Single(Curves.Test(Curves.Typical, endLr: 0.05).Warnings), StringComparison.Ordinal);

    [Fact]
    public void Given_a_loss_that_ran_away_within_the_warm_up_when_asked_then_it_says_lower_StartLr()
    {
        LrRangeTestResult whole = Curves.Test(Curves.Typical, startLr: 5, endLr: 50);
        LrRangeTestResult short_ = whole with { Points = [.. whole.Points.Take(11)], StopReason = RangeTestStopReason.Diverged };
        Assert.Contains("lower StartLr", Assert.Single(short_.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_first_loss_of_NaN_when_asked_then_it_says_lower_StartLr_and_not_that_it_did_not_diverge()
    {
        LrRangeTestResult test = Curves.Test(_ => double.NaN, iterations: 10) with { StopReason = RangeTestStopReason.NonFiniteLoss };
        Assert.Contains("lower StartLr", Assert.Single(test.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_loss_that_turned_NaN_late_when_asked_then_it_counts_as_diverged()
    {
        LrRangeTestResult test = Curves.Test(Curves.Typical, endLr: 0.05) with { StopReason = RangeTestStopReason.NonFiniteLoss };
        Assert.Empty(test.Warnings);
    }
}
