using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;

namespace ClrEngine.Tests.RangeTest;

/// <summary>What each rule reads off a curve whose landmarks are known.</summary>
public sealed class SuggestionRuleTests
{
    private static readonly LrRangeTestResult Known = Curves.Test(Curves.Typical);

    [Fact]
    public void Given_a_known_curve_when_read_then_its_landmarks_are_found()
    {
        LrBounds bounds = Curves.Bounds(Known, SuggestionMethod.Conservative);
        Assert.InRange(bounds.SteepestLr, 0.7e-3, 1.4e-3);
        Assert.InRange(bounds.LowestLossLr, 0.7e-1, 1.5e-1);
    }

    [Fact]
    public void Given_a_lowest_value_far_beyond_the_steepest_when_the_balanced_rule_is_asked_then_max_is_three_times_the_steepest_rate_and_base_a_tenth_of_max()
    {
        LrBounds bounds = Curves.Bounds(Known, SuggestionMethod.Balanced);
        Assert.Equal(3 * bounds.SteepestLr, bounds.MaxLr, 12);
        Assert.Equal(bounds.MaxLr / 10, bounds.BaseLr, 12);
    }

    [Fact]
    public void Given_a_lowest_value_close_to_the_steepest_when_the_balanced_rule_is_asked_then_max_is_twice_the_lowest_rate()
    {
        LrBounds bounds = Curves.Bounds(Curves.Test(lr => lr < 1e-2 ? 2.3 - 0.5 * Math.Pow(lr / 1e-2, 3) : 1.8 + 5 * Math.Log10(lr / 1e-2)), SuggestionMethod.Balanced);
        Assert.Equal(2 * bounds.LowestLossLr, bounds.MaxLr, 12);
    }

    [Fact]
    public void Given_no_method_when_asked_then_the_balanced_rule_answers() =>
        Assert.Equal(SuggestionMethod.Balanced, LrBoundsSuggester.Suggest(Known).Method);

    [Fact]
    public void Given_the_conservative_rule_when_asked_then_base_is_a_tenth_of_the_steepest_and_max_a_third_of_the_lowest()
    {
        LrBounds bounds = Curves.Bounds(Known, SuggestionMethod.Conservative);
        Assert.Equal((bounds.SteepestLr / 10, bounds.LowestLossLr / 3), (bounds.BaseLr, bounds.MaxLr));
    }

    [Fact]
    public void Given_the_steepest_rule_when_asked_then_max_is_the_steepest_rate()
    {
        LrBounds bounds = Curves.Bounds(Known, SuggestionMethod.Steepest);
        Assert.Equal((bounds.SteepestLr / 4, bounds.SteepestLr), (bounds.BaseLr, bounds.MaxLr));
    }

    [Fact]
    public void Given_the_minimum_rule_when_asked_then_max_is_a_tenth_of_the_lowest() =>
        Assert.Equal(Curves.Bounds(Known, SuggestionMethod.Minimum).LowestLossLr / 10, Curves.Bounds(Known, SuggestionMethod.Minimum).MaxLr);

    [Fact]
    public void Given_a_fall_between_a_plateau_and_a_rise_when_the_valley_rule_is_asked_then_max_is_the_middle_of_the_fall()
    {
        LrRangeTestResult ramp = Curves.Test(lr => 3 - Math.Clamp(Math.Log10(lr / 1e-5), 0, 3) + Math.Max(0, Math.Log10(lr / 1e-2)));
        Assert.InRange(Curves.Bounds(ramp, SuggestionMethod.Valley).MaxLr, 10e-5, 1e-3);
    }

    [Fact]
    public void Given_two_falls_when_the_valley_rule_is_asked_then_the_longer_decides()
    {
        LrRangeTestResult steps = Curves.Test(lr => Math.Log10(lr) switch
        {
            < -6 => 5 + (-6 - Math.Log10(lr)),
            < -5 => 5 + 6 * (Math.Log10(lr) + 6),
            var x => Math.Abs(x) * 2.2 + Math.Max(0, x) * 4,
        });
        Assert.InRange(Curves.Bounds(steps, SuggestionMethod.Valley).MaxLr, 1e-4, 1e-1);
    }

    [Fact]
    public void Given_a_runaway_when_the_slide_rule_is_asked_then_max_lies_left_of_the_lowest()
    {
        LrBounds bounds = Curves.Bounds(Curves.Test(lr => Curves.Typical(lr) + Math.Max(0, lr - 0.2)), SuggestionMethod.Slide);
        Assert.InRange(bounds.MaxLr, 1e-4, bounds.LowestLossLr);
    }

    [Fact]
    public void Given_losses_a_thousand_times_as_large_when_asked_then_the_slide_rule_says_the_same()
    {
        LrRangeTestResult large = Curves.Test(lr => 1000 * Curves.Typical(lr));
        Assert.Equal(Curves.Bounds(Known, SuggestionMethod.Slide).MaxLr, Curves.Bounds(large, SuggestionMethod.Slide).MaxLr, 12);
    }

    [Fact]
    public void Given_the_smith_rule_when_asked_then_base_is_where_the_fall_begins()
    {
        double begin = Curves.Bounds(Known, SuggestionMethod.Smith).BaseLr;
        Assert.InRange(Curves.Typical(begin), 2.1, 2.4);
        Assert.InRange(begin, 5e-5, 5e-4);
    }

    [Fact]
    public void Given_a_smooth_curve_when_the_smith_rule_is_asked_then_max_is_where_the_fall_slows() =>
        Assert.InRange(Curves.Bounds(Known, SuggestionMethod.Smith).MaxLr, 3e-3, 3e-2);

    [Fact]
    public void Given_a_fall_that_becomes_ragged_when_the_smith_rule_is_asked_then_max_is_where_it_does()
    {
        var ragged = new Random(3);
        Func<double, double> calm = Curves.Noisy(lr => 8 - Math.Log10(lr / 1e-7) + Math.Max(0, lr - 1), 0.01, 7);
        LrRangeTestResult test = Curves.Test(lr => calm(lr) + (lr > 1e-2 ? 4 * (ragged.NextDouble() - 0.5) : 0));
        Assert.InRange(Curves.Bounds(test, SuggestionMethod.Smith).MaxLr, 1e-3, 3e-2);
    }
}
