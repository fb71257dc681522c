namespace ClrEngine.Tests.RangeTest;

/// <summary>What other finders get wrong, rule by rule.</summary>
public sealed class SuggestionPitfallTests
{
    [Theory, EachMethod]
    public void Given_losses_that_turn_NaN_when_asked_then_only_the_curve_before_them_counts(SuggestionMethod method)
    {
        LrRangeTestResult whole = Curves.Test(Curves.Typical);
        LrRangeTestResult torn = whole with { Points = [.. whole.Points.Select(p => p.LearningRate > 1 ? p with { Loss = double.NaN } : p)] };
        Assert.InRange(Curves.Bounds(torn, method).LowestLossLr, 0.7e-1, 1.5e-1);
    }

    [Theory, EachMethod]
    public void Given_one_infinite_loss_in_the_fall_when_asked_then_no_rate_past_it_is_suggested(SuggestionMethod method)
    {
        LrRangeTestResult whole = Curves.Test(Curves.Typical);
        double at = whole.Points[60].LearningRate;
        LrRangeTestResult torn = whole with { Points = [.. whole.Points.Select(p => p.Step == 60 ? p with { Loss = double.PositiveInfinity } : p)] };
        Assert.InRange(Curves.Bounds(torn, method).MaxLr, 1e-7, at);
    }

    [Theory, EachMethod]
    public void Given_no_finite_loss_when_asked_then_it_says_so(SuggestionMethod method) =>
        Assert.Equal(NoSuggestionErrors.AllNonFinite, Curves.None(Curves.Test(_ => double.NaN), method).Cause);

    [Theory, EachMethod]
    public void Given_fewer_points_than_a_slope_needs_when_asked_then_it_says_so(SuggestionMethod method) =>
        Assert.Equal(NoSuggestionErrors.TooFewPoints, Curves.None(Curves.Test(Curves.Typical, iterations: 9), method).Cause);

    [Theory, EachMethod]
    public void Given_a_test_without_a_point_when_asked_then_it_says_so(SuggestionMethod method) =>
        Assert.Equal(NoSuggestionErrors.TooFewPoints, Curves.None(Curves.Test(Curves.Typical) with { Points = [] }, method).Cause);

    [Theory, EachMethod]
    public void Given_a_curve_that_only_rises_when_asked_then_it_says_so(SuggestionMethod method) =>
        Assert.Equal(NoSuggestionErrors.NeverFell, Curves.None(Curves.Test(lr => 2 + lr), method).Cause);

    [Theory, EachMethod]
    public void Given_a_flat_curve_when_asked_then_it_says_so(SuggestionMethod method) =>
        Assert.Equal(NoSuggestionErrors.NeverFell, Curves.None(Curves.Test(_ => 2.3), method).Cause);

    [Theory, EachMethod]
    public void Given_a_loss_of_zero_all_along_when_asked_then_it_says_so(SuggestionMethod method) =>
        Assert.Equal(NoSuggestionErrors.NeverFell, Curves.None(Curves.Test(_ => 0), method).Cause);

    [Fact]
    public void Given_flat_curves_of_noise_alone_when_asked_then_hardly_one_in_a_hundred_gets_bounds()
    {
        int fooled = Enumerable.Range(0, 500).Count(seed => LrBoundsSuggester.Suggest(Curves.Test(Curves.Noisy(_ => 2.3, 0.1, seed))) is LrBounds);
        Assert.InRange(fooled, 0, 7);
    }

    [Theory, EachMethod]
    public void Given_a_loss_that_falls_to_zero_when_asked_then_there_are_bounds(SuggestionMethod method)
    {
        LrBounds bounds = Curves.Bounds(Curves.Test(lr => Math.Max(0, Curves.Typical(lr) - 0.3)), method);
        Assert.True(bounds.BaseLr < bounds.MaxLr);
    }

    [Theory, EachMethod]
    public void Given_negative_losses_when_asked_then_the_bounds_are_those_of_the_same_curve_above_zero(SuggestionMethod method)
    {
        LrBounds above = Curves.Bounds(Curves.Test(Curves.Typical), method), below = Curves.Bounds(Curves.Test(lr => Curves.Typical(lr) - 50), method);
        // Rounding may tip a tie between two neighbours, a factor of 1.2 apart.
        Assert.InRange(below.BaseLr / above.BaseLr, 0.8, 1.25);
        Assert.InRange(below.MaxLr / above.MaxLr, 0.8, 1.25);
    }

    [Fact]
    public void Given_noise_that_is_steepest_over_the_raw_rate_at_the_lowest_rates_when_asked_then_the_slope_over_the_log_rate_decides()
    {
        IEnumerable<double> steepest = Enumerable.Range(0, 50).Select(seed =>
            Curves.Bounds(Curves.Test(Curves.Noisy(Curves.Typical, 0.005, seed)), SuggestionMethod.Steepest).SteepestLr);
        Assert.All(steepest, rate => Assert.InRange(rate, 0.5e-3, 2e-3));
    }

    [Fact]
    public void Given_a_spike_early_in_the_sweep_when_asked_then_the_steepest_rate_is_not_beside_it()
    {
        LrRangeTestResult test = Curves.Test(Curves.Typical);
        test = test with { Points = [.. test.Points.Select(p => p.Step == 15 ? p with { Loss = 6 } : p)] };
        Assert.InRange(Curves.Bounds(test, SuggestionMethod.Steepest).SteepestLr, 0.5e-3, 2e-3);
    }

    [Fact]
    public void Given_a_fall_past_the_minimum_when_asked_then_the_slope_is_searched_left_of_it()
    {
        LrBounds bounds = Curves.Bounds(Curves.Test(lr => lr < 0.5 ? Curves.Typical(lr) : lr < 1 ? 20 : 5), SuggestionMethod.Steepest);
        Assert.InRange(bounds.SteepestLr, 0.5e-3, 2e-3);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(50)]
    [InlineData(1000)]
    public void Given_a_short_or_long_sweep_when_asked_then_the_landmarks_stay_where_they_are(int iterations)
    {
        LrBounds bounds = Curves.Bounds(Curves.Test(Curves.Typical, iterations), SuggestionMethod.Conservative);
        Assert.InRange(bounds.SteepestLr, 0.6e-3, 1.6e-3);
        Assert.InRange(bounds.LowestLossLr, 0.5e-1, 2e-1);
    }

    [Fact]
    public void Given_the_running_average_of_the_stop_rule_when_compared_then_it_lags_behind_what_the_rules_read()
    {
        LrRangeTestResult test = Curves.Test(Curves.Typical);
        double running = test.Points.MinBy(p => p.SmoothedLoss)!.LearningRate;
        Assert.True(running > 5 * Curves.Bounds(test, SuggestionMethod.Minimum).LowestLossLr);
    }

    [Fact]
    public void Given_a_last_loss_of_a_million_when_asked_then_the_curve_before_it_is_not_bent()
    {
        LrRangeTestResult test = Curves.Test(lr => lr > 0.5 ? 1e6 : Curves.Typical(lr));
        Assert.InRange(Curves.Bounds(test, SuggestionMethod.Minimum).LowestLossLr, 0.4e-1, 1.5e-1);
    }

    [Theory, EachMethod]
    public void Given_a_test_that_began_too_high_when_asked_then_the_bounds_stay_within_it_or_it_says_so(SuggestionMethod method)
    {
        LrSuggestion suggestion = LrBoundsSuggester.Suggest(Curves.Test(Curves.Typical, startLr: 1e-3, endLr: 1), method);
        if (suggestion is LrBounds bounds)
            Assert.True(bounds.BaseLr is >= 1e-3 && bounds.BaseLr < bounds.MaxLr && bounds.MaxLr <= 1);
        else
            Assert.Equal(NoSuggestionErrors.OutsideRange, Assert.IsType<NoSuggestion>(suggestion).Cause);
    }
}
