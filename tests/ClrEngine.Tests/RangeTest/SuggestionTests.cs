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

    [Theory, EachMethod]
    public void Given_a_curve_when_asked_then_the_test_the_bounds_and_the_reasons_name_one_lowest_rate(SuggestionMethod method)
    {
        LrRangeTestResult test = Curves.Test(Curves.Noisy(Curves.Typical, 0.05, 2));
        LrBounds bounds = Curves.Bounds(test, method);
        Assert.Equal(test.BestLr, bounds.LowestLossLr);
        string lowest = FormattableString.Invariant($"The value is lowest at {test.BestLr:G3}, where it is {test.BestLoss:G3}.");
        Assert.All(bounds.Reasons.Where(r => r.Contains("lowest at", StringComparison.Ordinal)), r => Assert.StartsWith(lowest, r, StringComparison.Ordinal));
        string steepest = FormattableString.Invariant($"The value falls fastest at {bounds.SteepestLr:G3},");
        Assert.All(bounds.Reasons.Where(r => r.Contains("falls fastest", StringComparison.Ordinal)), r => Assert.StartsWith(steepest, r, StringComparison.Ordinal));
    }

    [Fact]
    public void Given_the_metric_accuracy_when_asked_then_the_test_and_the_bounds_name_one_lowest_rate_and_the_loss_there()
    {
        LrRangeTestResult test = Curves.Test(Curves.Typical, startLr: 1e-5);
        test = test with { Options = test.Options with { Metric = RangeTestMetric.Accuracy }, Points = [.. test.Points.Select(p => p with { Accuracy = 90 - 20 * Math.Abs(Math.Log10(p.LearningRate / 0.02)) })] };
        Assert.Equal(test.BestLr, Curves.Bounds(test, SuggestionMethod.Minimum).LowestLossLr);
        Assert.InRange(test.BestLr, 0.015, 0.027);
        Assert.Equal(Curves.Typical(test.BestLr), test.BestLoss, 0.05);
    }

    [Fact]
    public void Given_no_finite_loss_when_asked_for_the_best_then_there_is_none() =>
        Assert.Equal((double.NaN, double.NaN), (Curves.Test(_ => double.NaN).BestLr, Curves.Test(_ => double.NaN).BestLoss));

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
    public void Given_no_trials_when_the_balanced_rule_is_asked_then_max_is_half_the_rate_of_the_lowest_value_and_base_a_tenth_of_max()
    {
        LrBounds bounds = Curves.Bounds(Known, SuggestionMethod.Balanced);
        Assert.Equal(bounds.LowestLossLr / 2, bounds.MaxLr, 12);
        Assert.Equal(bounds.MaxLr / 10, bounds.BaseLr, 12);
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

public sealed class SuggestionMetricTests
{
    [Fact]
    public void Given_the_metric_accuracy_when_smith_is_asked_then_base_is_where_the_accuracy_begins_to_rise_and_max_where_it_slows()
    {
        // Rises from 10 % at 1e-3 to 90 % at 1e-2, stays, falls from 0.1 on.
        LrRangeTestResult test = Accuracies(lr => 10 + 80 * Math.Clamp(Math.Log10(lr / 1e-3), 0, 1) - 60 * Math.Max(0, Math.Log10(lr / 0.1)));
        LrBounds bounds = Curves.Bounds(test, SuggestionMethod.Smith);
        Assert.InRange(bounds.BaseLr, 0.7e-3, 2e-3);
        Assert.InRange(bounds.MaxLr, 0.7e-2, 2e-2);
    }

    [Fact]
    public void Given_the_metric_accuracy_and_a_loss_that_says_otherwise_when_asked_then_the_accuracy_decides()
    {
        LrRangeTestResult test = Accuracies(lr => 10 + 80 * Math.Clamp(Math.Log10(lr / 1e-3), 0, 1) - 60 * Math.Max(0, Math.Log10(lr / 0.1)), loss: lr => lr);
        Assert.InRange(Curves.Bounds(test, SuggestionMethod.Steepest).SteepestLr, 1e-3, 1e-2);
    }

    [Theory, EachMethod]
    public void Given_the_metric_accuracy_and_a_task_without_classes_when_asked_then_it_says_so(SuggestionMethod method)
    {
        LrRangeTestResult test = Curves.Test(Curves.Typical);
        Assert.Equal(NoSuggestionErrors.NoAccuracy, Curves.None(test with { Options = test.Options with { Metric = RangeTestMetric.Accuracy } }, method).Cause);
    }

    [Fact]
    public void Given_groups_when_asked_then_each_group_has_its_rates_at_the_same_steps()
    {
        LrRangeTestResult test = Curves.Test(Curves.Typical);
        LrBounds bounds = Curves.Bounds(test with { Options = test.Options with { Groups = [new(1e-7, 10), new(1e-8, 1)] } }, SuggestionMethod.Conservative);
        Assert.Equal(bounds.BaseLr, bounds.Groups[0].BaseLr, bounds.BaseLr * 1e-9);
        Assert.Equal(bounds.MaxLr / 10, bounds.Groups[1].MaxLr, bounds.MaxLr * 1e-9);
    }

    private static LrRangeTestResult Accuracies(Func<double, double> accuracy, Func<double, double>? loss = null)
    {
        LrRangeTestResult test = Curves.Test(loss ?? Curves.Typical, startLr: 1e-5);
        return test with
        {
            Options = test.Options with { Metric = RangeTestMetric.Accuracy },
            Points = [.. test.Points.Select(p => p with { Accuracy = accuracy(p.LearningRate) })],
        };
    }
}

public sealed class CentredSmootherTests
{
    [Fact]
    public void Given_a_line_when_smoothed_then_it_stays_the_line_to_its_ends_with_its_slope()
    {
        double[] x = [.. Enumerable.Range(0, 20).Select(i => (double)i * i)];
        var smoother = new CentredSmoother(x, [.. x.Select(v => 3 - 0.5 * v)], 4);
        Assert.All(x.Zip(smoother.Values), p => Assert.Equal(3 - 0.5 * p.First, p.Second, 9));
        Assert.All(smoother.Slopes, s => Assert.Equal(-0.5, s, 9));
    }

    [Fact]
    public void Given_a_symmetric_dip_when_smoothed_then_its_lowest_point_does_not_move()
    {
        double[] x = [.. Enumerable.Range(0, 41).Select(i => (double)i)];
        var smoother = new CentredSmoother(x, [.. x.Select(v => Math.Abs(v - 20))], 6);
        Assert.Equal(20, Enumerable.Range(0, 41).MinBy(i => smoother.Values[i]));
    }

    [Fact]
    public void Given_noise_when_smoothed_then_its_deviation_shrinks_as_foretold()
    {
        var random = new Random(11);
        double[] x = [.. Enumerable.Range(0, 20_000).Select(i => (double)i)];
        var smoother = new CentredSmoother(x, [.. x.Select(_ => random.NextDouble() - 0.5)], 6);
        double deviation = Math.Sqrt(smoother.Values.Skip(6).SkipLast(6).Average(v => v * v));
        Assert.Equal(smoother.NoiseLeft[100] * Math.Sqrt(1.0 / 12), deviation, 0.005);
    }

    [Fact]
    public void Given_fewer_points_than_a_window_when_smoothed_then_all_points_make_the_line()
    {
        var smoother = new CentredSmoother([0, 1, 2], [5, 4, 3], 10);
        Assert.Equal([5, 4, 3], smoother.Values.Select(v => Math.Round(v, 9)));
    }
}
