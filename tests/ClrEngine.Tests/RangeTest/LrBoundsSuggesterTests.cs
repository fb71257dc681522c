using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;
using ClrEngine.Schedules;

namespace ClrEngine.Tests.RangeTest;

public sealed class LrBoundsSuggesterTests
{
    [Fact]
    public void Given_a_curve_with_a_known_fall_and_minimum_when_asked_then_base_is_a_tenth_and_max_a_third()
    {
        var bounds = Assert.IsType<LrBounds>(LrBoundsSuggester.Suggest(Curve(Valley)));
        Assert.InRange(bounds.SteepestLr, 0.7e-3, 1.5e-3);
        Assert.InRange(bounds.LowestLossLr, 0.7e-1, 1.5e-1);
        Assert.Equal(bounds.SteepestLr / 10, bounds.BaseLr);
        Assert.Equal(bounds.LowestLossLr / 3, bounds.MaxLr);
        Assert.True(bounds.BaseLr < bounds.MaxLr);
    }

    [Fact]
    public void Given_noise_that_is_steepest_over_the_raw_rate_at_tiny_rates_when_asked_then_the_slope_over_the_log_rate_decides()
    {
        var random = new Random(5);
        var bounds = Assert.IsType<LrBounds>(LrBoundsSuggester.Suggest(Curve(lr => Valley(lr) + 0.005 * (random.NextDouble() - 0.5))));
        Assert.InRange(bounds.SteepestLr, 1e-4, 1e-2);
    }

    [Fact]
    public void Given_a_fall_past_the_minimum_when_asked_then_the_slope_is_searched_left_of_it()
    {
        var bounds = Assert.IsType<LrBounds>(LrBoundsSuggester.Suggest(Curve(lr => lr < 0.5 ? Valley(lr) : lr < 1 ? 20 : 5)));
        Assert.True(bounds.SteepestLr < bounds.LowestLossLr);
    }

    [Fact]
    public void Given_too_few_points_when_asked_then_it_says_so() =>
        Assert.Equal(NoSuggestionReason.TooFewPoints, None(Curve(Valley, iterations: 8)).Reason);

    [Fact]
    public void Given_a_curve_that_only_rises_when_asked_then_it_says_so() =>
        Assert.Equal(NoSuggestionReason.NeverFell, None(Curve(lr => 2 + lr)).Reason);

    [Fact]
    public void Given_a_flat_curve_when_asked_then_it_says_so() =>
        Assert.Equal(NoSuggestionReason.NeverFell, None(Curve(_ => 2.3)).Reason);

    [Fact]
    public void Given_no_finite_loss_when_asked_then_it_says_so() =>
        Assert.Equal(NoSuggestionReason.AllNonFinite, None(Curve(_ => double.NaN)).Reason);

    [Fact]
    public void Given_losses_that_turn_NaN_when_asked_then_only_the_curve_before_them_counts()
    {
        LrRangeTestResult whole = Curve(Valley);
        LrRangeTestResult torn = whole with { Points = [.. whole.Points.Select(p => p.LearningRate > 1 ? p with { Loss = double.NaN, SmoothedLoss = double.NaN } : p)] };
        Assert.InRange(Assert.IsType<LrBounds>(LrBoundsSuggester.Suggest(torn)).LowestLossLr, 0.7e-1, 1.5e-1);
    }

    [Fact]
    public void Given_a_test_that_knows_its_epoch_when_asked_then_the_bounds_carry_it() =>
        Assert.Equal(23, Assert.IsType<LrBounds>(LrBoundsSuggester.Suggest(Curve(Valley) with { StepsPerEpoch = 23 })).StepsPerEpoch);

    // Falls around 1e-3, lowest at 1e-1, rises beyond.
    private static double Valley(double lr) =>
        2.3 - 2 / (1 + Math.Pow(1e-3 / lr, 2)) + 0.2 * Math.Pow(Math.Max(0, Math.Log10(lr / 0.1)), 2) - 0.02 * Math.Min(0, Math.Log10(lr / 0.1));

    private static NoSuggestion None(LrRangeTestResult result) => Assert.IsType<NoSuggestion>(LrBoundsSuggester.Suggest(result));

    private static LrRangeTestResult Curve(Func<double, double> loss, int iterations = 100) => new()
    {
        Points = [.. new ExponentialSweep(1e-7, 10, iterations).Points(iterations).Select(p => (p, Loss: loss(p.LearningRate))).Select(x => new LrRangeTestPoint(x.p.Step, x.p.LearningRate, x.Loss, x.Loss))],
        StopReason = RangeTestStopReason.Completed,
        Options = new LrRangeTestOptions { Iterations = iterations },
    };
}
