using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;

namespace ClrEngine.Tests.RangeTest;

public sealed class LrBoundsSuggesterTests
{
    [Theory, EachMethod]
    public void Given_a_typical_curve_when_asked_then_each_rule_keeps_base_below_max_within_the_tested_range(SuggestionMethod method)
    {
        LrBounds bounds = Curves.Bounds(Curves.Test(Curves.Typical), method);
        Assert.InRange(bounds.BaseLr, 1e-7, bounds.MaxLr - double.Epsilon);
        Assert.InRange(bounds.MaxLr, bounds.BaseLr, 10);
        Assert.NotEqual(bounds.BaseLr, bounds.MaxLr);
    }

    [Theory, EachMethod]
    public void Given_a_typical_curve_when_asked_then_each_rule_gives_its_reasons(SuggestionMethod method) =>
        Assert.All(Curves.Bounds(Curves.Test(Curves.Typical), method).Reasons, r => Assert.EndsWith(".", r, StringComparison.Ordinal));

    [Fact]
    public void Given_a_curve_when_all_rules_are_asked_then_there_is_one_answer_a_rule() =>
        Assert.Equal(Enum.GetValues<SuggestionMethod>(), LrBoundsSuggester.SuggestAll(Curves.Test(Curves.Typical)).Select(s => s.Method));

    [Fact]
    public void Given_a_test_that_knows_its_epoch_when_asked_then_the_bounds_carry_it() =>
        Assert.Equal(23, Curves.Bounds(Curves.Test(Curves.Typical) with { Run = new() { StepsPerEpoch = 23 } }, SuggestionMethod.Valley).StepsPerEpoch);

    [Fact]
    public void Given_more_noise_when_asked_then_the_fall_stands_out_less()
    {
        double calm = Curves.Bounds(Curves.Test(Curves.Noisy(Curves.Typical, 0.01, 1)), SuggestionMethod.Steepest).FallToNoise;
        double loud = Curves.Bounds(Curves.Test(Curves.Noisy(Curves.Typical, 0.1, 1)), SuggestionMethod.Steepest).FallToNoise;
        Assert.InRange(loud, 4, calm / 3);
    }
}
