namespace ClrEngine.Tests.RangeTest;

/// <summary>On curves that are known each rule is right, or it says that it may not be.</summary>
public sealed class MadeCurveTests
{
    // Half a decade, and a little for the noise.
    private const double Near = 3.5;

    public static TheoryData<string> Kinds => [.. MadeCurves.Kinds.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Given_curves_of_a_kind_when_each_rule_reads_them_then_it_is_right_or_its_confidence_is_low_with_a_remedy(string kind)
    {
        for (int seed = 0; seed < MadeCurves.Seeds; seed++)
        {
            (Func<double, double> known, LrRangeTestResult test) = MadeCurves.Kinds[kind](seed);
            LrRangeTestResult whole = Curves.Test(known);
            var curve = new RangeTestCurve(whole);
            foreach (LrBounds answer in LrBoundsSuggester.SuggestAll(test).OfType<LrBounds>())
            {
                Assert.Equal(answer.Confidence == SuggestionConfidence.Low, answer.Warnings.Count > 0);
                if (answer.Confidence == SuggestionConfidence.Low)
                    continue;
                LrBounds truth = Curves.Bounds(whole, answer.Method);
                Assert.True(IsRight(answer, truth, curve, known), $"Seed {seed}: {answer}, not {truth}");
            }
        }
    }

    [Theory]
    [InlineData("as it should be")]
    [InlineData("a low loss at the first step")]
    [InlineData("a low loss early")]
    [InlineData("a high loss at the first step")]
    [InlineData("a high loss early")]
    [InlineData("a loss of a million early")]
    [InlineData("three low losses in a row")]
    [InlineData("the first losses on their way down")]
    [InlineData("over three decades")]
    [InlineData("no number right after the lowest")]
    public void Given_curves_whose_fall_is_whole_when_read_then_hardly_a_rule_doubts(string kind)
    {
        LrSuggestion[] all = [.. Enumerable.Range(0, MadeCurves.Seeds).SelectMany(seed => LrBoundsSuggester.SuggestAll(MadeCurves.Kinds[kind](seed).Test))];
        Assert.InRange(all.Count(s => s is LrBounds { Confidence: SuggestionConfidence.Medium }), 0.95 * all.Length, all.Length);
    }

    [Theory]
    [InlineData("begun in the middle", SuggestionMethod.Steepest, "lower StartLr")]
    [InlineData("over a decade", SuggestionMethod.Valley, "lower StartLr")]
    [InlineData("ended in the middle", SuggestionMethod.Minimum, "raise EndLr")]
    [InlineData("stopped by hand past the middle", SuggestionMethod.Minimum, "let it run to its end")]
    [InlineData("20 steps", SuggestionMethod.Steepest, "Raise Iterations")]
    [InlineData("linear over three decades", SuggestionMethod.Steepest, "Sweep exponentially")]
    [InlineData("linear over three decades, low", SuggestionMethod.Steepest, "Sweep exponentially")]
    public void Given_curves_that_do_not_show_all_when_read_then_each_is_warned_of_with_the_remedy(string kind, SuggestionMethod rule, string remedy)
    {
        for (int seed = 0; seed < MadeCurves.Seeds; seed++)
            Assert.Contains(Curves.Bounds(MadeCurves.Kinds[kind](seed).Test, rule).Warnings, w => w.Contains(remedy, StringComparison.Ordinal));
    }

    [Fact]
    public void Given_a_loss_that_stands_alone_when_read_then_a_reason_names_its_rate()
    {
        LrRangeTestResult test = Curves.Test(Curves.Typical);
        LrBounds without = Curves.Bounds(test, SuggestionMethod.Steepest);
        LrBounds with = Curves.Bounds(test with { Points = [.. test.Points.Select(p => p.Step == 3 ? p with { Loss = 0.01 } : p)] }, SuggestionMethod.Steepest);
        Assert.DoesNotContain(without.Reasons, r => r.Contains("stands alone", StringComparison.Ordinal));
        Assert.Contains(with.Reasons, r => r.StartsWith("What was measured at 1.75E-07 stands alone", StringComparison.Ordinal));
        Assert.Equal(without.MaxLr, with.MaxLr);
    }

    private static bool IsRight(LrBounds answer, LrBounds truth, RangeTestCurve curve, Func<double, double> known)
    {
        return answer.Method switch
        {
            // Noise that grows ends Smith's reading early, but not before the fall is steepest.
            SuggestionMethod.Smith => IsWithin(answer.MaxLr, truth.SteepestLr, truth.MaxLr),
            // Anywhere on the fall: where the slopes of its ends are alike depends on little.
            SuggestionMethod.Slide => IsWithin(answer.MaxLr, curve.Rate(curve.Begin), truth.LowestLossLr) || IsLow(answer.MaxLr, 0.2),
            SuggestionMethod.Steepest or SuggestionMethod.Valley => IsWithin(answer.MaxLr, truth.MaxLr, truth.MaxLr),
            // On a flat bottom one rate is as low as another.
            _ => IsWithin(answer.LowestLossLr, truth.LowestLossLr, truth.LowestLossLr) || IsLow(answer.LowestLossLr, 0.05),
        };

        bool IsLow(double rate, double share) => known(rate) < curve.Value(curve.Lowest) + share * curve.Fall;
    }

    private static bool IsWithin(double rate, double low, double high) => rate > low / Near && rate < high * Near;
}

/// <summary>What is taken for a value that stands alone.</summary>
public sealed class OutlierTests
{
    [Fact]
    public void Given_a_plateau_with_low_and_high_values_when_looked_at_then_they_are_found_and_bridged()
    {
        double[] values = [.. Enumerable.Range(0, 40).Select(i => i switch { 2 => 0.1, 9 => 9, 10 => 8, > 25 => 1.0, _ => 2 + 0.01 * (i % 3) })];
        int[] found = Outliers.Find(values);
        Assert.Equal([2, 9, 10], found);
        Assert.All(Outliers.Bridged(values, found).Take(26), v => Assert.InRange(v, 2, 2.02));
    }

    [Fact]
    public void Given_an_outlier_at_the_first_place_when_bridged_then_the_value_after_it_stands_there() =>
        Assert.Equal([5, 5, 4], Outliers.Bridged([9, 5, 4], [0]));

    public static TheoryData<string, double[]> Whole => new()
    {
        { "a step down", [.. Enumerable.Range(0, 40).Select(i => i < 20 ? 2.0 : 1.0)] },
        { "a sharp trough", [.. Enumerable.Range(0, 41).Select(i => (double)Math.Abs(i - 20))] },
        { "a fall of three values before a runaway", [.. Enumerable.Repeat(2.3, 30), 1.5, 0.8, 0.5, 30, 200, 1000, 5000, 4000] },
        { "noise alone", [.. Enumerable.Range(0, 40).Select(i => 2 + 0.1 * Math.Sin(i * i))] },
        { "three values", [3, 1, 2] },
        { "no value", [] },
    };

    [Theory]
    [MemberData(nameof(Whole))]
    public void Given_values_that_belong_together_when_looked_at_then_none_is_left_out(string what, double[] values) =>
        Assert.True(Outliers.Find(values).Length == 0, what);

    [Fact]
    public void Given_high_values_past_half_the_fall_when_looked_at_then_they_stay_for_a_runaway_may_begin_there() =>
        Assert.Empty(Outliers.Find([.. Enumerable.Range(0, 40).Select(i => i == 30 ? 9.0 : i < 20 ? 2 : 0.5)]));
}
