using ClrEngine.Tests.Training;

namespace ClrEngine.Tests.RangeTest;

public sealed class LrTrialTests
{
    private static readonly BatchPlan Plan = new(100, 30, seed: 0);
    private static readonly LrRangeTestOptions Twenty = new() { TrialSteps = 20 };

    [Fact]
    public void Given_a_learner_that_diverges_above_2_when_tried_then_both_neighbours_of_the_best_rung_were_tried_and_one_that_is_as_good_is_taken()
    {
        LrRangeTestResult result = Run(new QuadraticLearner(), Twenty);
        LrBounds bounds = Assert.IsType<LrBounds>(LrBoundsSuggester.Suggest(result));
        Assert.Equal(1, TrialSearch.Best(result.Trials).MaxLr);
        Assert.Equal((0.03, 0.3), (bounds.BaseLr, bounds.MaxLr));
        Assert.Superset(new HashSet<double> { 0.3, 1, 3 }, result.Trials.Select(t => t.MaxLr).ToHashSet());
        Assert.Contains("trials of 20 steps", bounds.Reasons[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_trial_that_runs_away_when_looked_at_then_its_loss_is_infinite_and_it_is_left_early()
    {
        QuadraticLearner learner = null!;
        learner = new QuadraticLearner { Disturb = (_, loss) => learner.Taken[^1].LearningRate > 2 ? double.NaN : loss };
        LrRangeTestResult result = Run(learner, new LrRangeTestOptions { TrialSteps = 400 });
        LrTrial gone = Assert.Single(result.Trials, t => !double.IsFinite(t.Loss));
        Assert.Equal(3, gone.MaxLr);
        Assert.InRange(learner.Taken.Count(p => p.LearningRate > 2), 1, 30);
    }

    [Fact]
    public void Given_trials_when_they_end_then_the_learner_is_as_it_was_and_the_loss_before_any_step_is_known()
    {
        var learner = new QuadraticLearner { Weight = 3 };
        LrRangeTestResult result = Run(learner, Twenty);
        Assert.Equal((3.0, 4.5), (learner.Weight, result.UntrainedLoss));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Given_an_untrained_loss_that_is_not_finite_when_tried_then_trials_are_judged_without_it(double untrained)
    {
        LrRangeTestResult result = Run(new QuadraticLearner { Weight = 3, Validated = learner => learner.Weight == 3 ? untrained : learner.Loss }, Twenty);
        Assert.Null(result.UntrainedLoss);
        Assert.Contains("no finite number", Assert.IsType<LrBounds>(LrBoundsSuggester.Suggest(result)).Reasons[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Given_only_validation_losses_that_are_not_finite_when_tried_then_nothing_is_suggested()
    {
        LrRangeTestResult result = Run(new QuadraticLearner { Validated = _ => double.NaN }, Twenty);
        Assert.All(result.Trials, trial => Assert.Equal(double.PositiveInfinity, trial.Loss));
        Assert.IsType<NoSuggestion>(LrBoundsSuggester.Suggest(result));
    }

    [Fact]
    public void Given_a_caller_who_leaves_in_a_trial_when_looked_at_then_the_learner_is_as_it_was_and_the_trial_is_left_out()
    {
        var learner = new QuadraticLearner { Weight = 3 };
        var test = new LrRangeTest(learner, Plan, Twenty);
        _ = test.Run(TestContext.Current.CancellationToken).Count();
        _ = test.RunTrials(TestContext.Current.CancellationToken).Take(25).Count();
        Assert.Equal(3.0, learner.Weight);
        Assert.Single(test.Result.Trials);
    }

    [Fact]
    public void Given_trials_when_the_sweep_is_run_again_then_nothing_of_them_is_left()
    {
        var test = new LrRangeTest(new QuadraticLearner(), Plan, Twenty);
        _ = test.Run(TestContext.Current.CancellationToken).Count();
        _ = test.RunTrials(TestContext.Current.CancellationToken).Count();
        _ = test.Run(TestContext.Current.CancellationToken).Count();
        Assert.Empty(test.Result.Trials);
        Assert.Null(test.Result.UntrainedLoss);
    }

    [Fact]
    public void Given_0_steps_when_run_then_there_are_no_trials_and_the_curve_is_read() =>
        Assert.Empty(Run(new QuadraticLearner(), new LrRangeTestOptions { TrialSteps = 0 }).Trials);

    [Fact]
    public void Given_no_number_of_steps_when_the_model_learns_then_each_trial_has_60()
    {
        LrRangeTestResult result = Run(new QuadraticLearner(), new LrRangeTestOptions());
        Assert.All(result.Trials, t => Assert.Equal(60, t.Steps));
        Assert.Equal(result.Points.Count + 60L * result.Trials.Count, result.Steps);
    }

    [Fact]
    public void Given_no_number_of_steps_when_the_model_has_learnt_little_then_longer_trials_follow_and_count()
    {
        LrRangeTestResult result = Run(new QuadraticLearner { Curvature = 0.001 }, new LrRangeTestOptions { EndLr = 0.3 });
        Assert.Equal([60, 200], result.Trials.Select(t => t.Steps).Distinct());
        LrBounds bounds = Assert.IsType<LrBounds>(LrBoundsSuggester.Suggest(result));
        Assert.Equal(SuggestionConfidence.Low, bounds.Confidence);
        Assert.Contains("200 steps", bounds.Warnings[0], StringComparison.Ordinal);
        Assert.Contains("raise EndLr", bounds.Warnings[1], StringComparison.Ordinal);
    }

    // 100 samples in batches of 30 are 4 steps an epoch: 24 epochs are 96 steps, which is hardly longer than 60.
    [Theory]
    [InlineData(100, 10, 1, new[] { 60 })]
    [InlineData(1_000, 10, 1, new[] { 60, 816 })]
    [InlineData(100_000, 10, 1, new[] { 60, 2_000 })]
    [InlineData(100_000, 1e6, 1, new[] { 60, 666 })]
    [InlineData(100_000, 1e7, 1, new[] { 60 })]
    [InlineData(100_000, 1e7, 0.0001, new[] { 60, 200 })]
    public void Given_no_number_of_steps_when_a_step_costs_little_then_longer_trials_follow_but_none_longer_than_24_epochs(long samples, double multiplyAdds, double curvature, int[] expected)
    {
        var learner = new QuadraticLearner { SampleCount = samples, MultiplyAdds = multiplyAdds, Curvature = curvature };
        LrRangeTestResult result = Run(learner, new LrRangeTestOptions { EndLr = 3 }, new BatchPlan(samples, 30, seed: 0));
        Assert.Equal(expected, result.Trials.Select(t => t.Steps).Distinct());
    }

    [Fact]
    public void Given_a_range_without_a_rung_when_tried_then_there_is_one_trial_in_it_and_the_bounds_say_that_both_ends_are_near()
    {
        LrRangeTestResult result = Run(new QuadraticLearner(), new LrRangeTestOptions { StartLr = 0.011, EndLr = 0.028, TrialSteps = 20 });
        Assert.InRange(Assert.Single(result.Trials).MaxLr, 0.011, 0.028);
        Assert.Equal(2, Assert.IsType<LrBounds>(LrBoundsSuggester.Suggest(result)).Warnings.Count(w => w.Contains("tested range", StringComparison.Ordinal)));
    }

    [Fact]
    public void Given_the_epochs_of_the_run_when_tried_then_no_long_trial_lasts_longer()
    {
        var learner = new QuadraticLearner { SampleCount = 1_000, MultiplyAdds = 10 };
        LrRangeTestResult result = Run(learner, new LrRangeTestOptions { Epochs = 5 }, new BatchPlan(1_000, 30, seed: 0));
        Assert.Equal([60, 170], result.Trials.Select(t => t.Steps).Distinct());
        Assert.Equal("InvalidEpochs", Assert.Throws<InvalidParameterException>(() => new LrRangeTestOptions { Epochs = 0 }.Validate()).ErrorId);
    }

    [Fact]
    public void Given_long_trials_of_a_model_that_grows_too_sure_when_asked_for_bounds_then_the_accuracy_decides_and_the_reasons_say_so()
    {
        LrBounds bounds = Curves.Bounds(Long(new(0.1, 1_000, 1.9, 71.0, 2_000), new(0.03, 1_000, 1.4, 74.0, 2_000), new(0.01, 1_000, 1.2, 71.5, 2_000)), SuggestionMethod.Balanced);
        Assert.Equal((0.03, SuggestionConfidence.Medium), (bounds.MaxLr, bounds.Confidence));
        Assert.Contains("74.00 % are right", bounds.Reasons[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Given_long_trials_whose_accuracy_is_the_same_but_for_chance_when_asked_for_bounds_then_the_lower_rate_is_taken() =>
        Assert.Equal(0.01, Curves.Bounds(Long(new(0.1, 1_000, 1.9, 71.0, 2_000), new(0.03, 1_000, 1.4, 74.0, 2_000), new(0.01, 1_000, 1.2, 73.8, 2_000), new(0.003, 1_000, 1.3, 71, 2_000)), SuggestionMethod.Balanced).MaxLr);

    [Fact]
    public void Given_long_trials_that_all_get_everything_right_when_asked_for_bounds_then_the_lowest_rate_is_taken() =>
        Assert.Equal(0.03, Curves.Bounds(Long(new(0.1, 1_000, 0.001, 100, 2_000), new(0.03, 1_000, 0.002, 100, 2_000), new(3, 1_000, 1e-6, 100, 2_000)), SuggestionMethod.Balanced).MaxLr);

    [Fact]
    public void Given_short_trials_when_asked_for_bounds_then_the_loss_decides() =>
        Assert.Equal(0.1, Curves.Bounds(Long(new(0.1, 60, 1.2, 71, 2_000), new(0.03, 60, 1.4, 74, 2_000), new(0.3, 60, 2, 71, 2_000)), SuggestionMethod.Balanced).MaxLr);

    [Fact]
    public void Given_a_handful_of_validation_samples_when_asked_for_bounds_then_they_are_not_highly_trusted()
    {
        LrBounds bounds = Curves.Bounds(Long(new(0.1, 60, 0.4, 90, 30), new(0.03, 60, 0.2, 97, 30), new(0.01, 60, 0.3, 97, 30)), SuggestionMethod.Balanced);
        Assert.Equal(SuggestionConfidence.Medium, bounds.Confidence);
        Assert.Contains("30 validation samples", Assert.Single(bounds.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Given_too_few_steps_when_validated_then_they_are_refused() =>
        Assert.Equal("InvalidTrialSteps", Assert.Throws<InvalidParameterException>(() => new LrRangeTestOptions { TrialSteps = 9 }.Validate()).ErrorId);

    [Fact]
    public void Given_trials_when_written_and_read_then_they_are_the_same_and_so_are_the_bounds()
    {
        LrRangeTestResult result = Run(new QuadraticLearner(), Twenty);
        result = result with { Trials = [.. result.Trials, new LrTrial(10, 20, double.PositiveInfinity)] };
        LrRangeTestResult read = LrRangeTestJson.FromJson(LrRangeTestJson.ToJson(result));
        Assert.Equal(result.Trials, read.Trials);
        Assert.Equal(((LrBounds)LrBoundsSuggester.Suggest(result)).MaxLr, ((LrBounds)LrBoundsSuggester.Suggest(read)).MaxLr);
    }

    [Fact]
    public void Given_trials_that_learnt_nothing_when_asked_for_bounds_then_there_are_none_and_more_steps_are_named()
    {
        LrRangeTestResult test = Curves.Test(Curves.Typical) with { Trials = [new(0.1, 20, 2.4), new(0.03, 20, 2.3)], UntrainedLoss = 2.3, Options = Twenty };
        NoSuggestion none = Curves.None(test, SuggestionMethod.Balanced);
        Assert.Equal(NoSuggestionErrors.NeverFell, none.Cause);
        Assert.Contains("TrialSteps (to 100", none.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_lower_rate_that_lost_hardly_more_when_asked_for_bounds_then_it_is_taken_and_the_reasons_say_so()
    {
        LrRangeTestResult test = Curves.Test(Curves.Typical) with { Trials = [new(0.1, 20, 0.13), new(0.3, 20, 0.08), new(1, 20, 0.07), new(3, 20, 2.31)], UntrainedLoss = 2.31, Options = Twenty };
        LrBounds bounds = Curves.Bounds(test, SuggestionMethod.Balanced);
        Assert.Equal(0.3, bounds.MaxLr);
        Assert.Contains("with a max of 1 lost least", bounds.Reasons[0], StringComparison.Ordinal);
        Assert.Contains("That with 0.3 lost 0.08", bounds.Reasons[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Given_trials_that_all_diverged_when_asked_for_bounds_then_there_are_none() => Assert.Equal(
        NoSuggestionErrors.AllNonFinite,
        Curves.None(Curves.Test(Curves.Typical) with { Trials = [new(0.1, 20, double.PositiveInfinity)], UntrainedLoss = 2.3, Options = Twenty }, SuggestionMethod.Balanced).Cause);

    [Theory]
    [InlineData(1e-4)]
    [InlineData(0.03)]
    [InlineData(3)]
    public void Given_a_bowl_when_searched_from_anywhere_then_its_lowest_rung_is_found(double start)
    {
        List<LrTrial> trials = [];
        while (TrialSearch.Next(start, trials, Twenty) is { } rate)
            trials.Add(new LrTrial(rate, 20, Math.Abs(Math.Log10(rate / 0.012))));
        Assert.Equal(0.01, TrialSearch.Best(trials).MaxLr);
        Assert.Equal(trials.Count, trials.Select(t => t.MaxLr).Distinct().Count());
    }

    [Theory]
    [InlineData(0.1, 0.01)]
    [InlineData(0.003, 0.0003)]
    [InlineData(3e-5, 3e-6)]
    [InlineData(30, 3)]
    [InlineData(0.123456789012345678, 0.0123456789012345678)]
    public void Given_trials_when_asked_for_bounds_then_the_base_is_a_tenth_of_the_max_to_the_last_digit(double max, double expected)
    {
        LrRangeTestResult test = Curves.Test(Curves.Typical) with { Trials = [new(max, 20, 0.1)], UntrainedLoss = 2.31, Options = Twenty };
        Assert.Equal(expected, Curves.Bounds(test, SuggestionMethod.Balanced).BaseLr);
    }

    [Fact]
    public void Given_losses_that_fall_to_the_end_of_the_range_when_searched_then_the_search_ends_there()
    {
        List<LrTrial> trials = [];
        while (TrialSearch.Next(0.3, trials, Twenty) is { } rate)
            trials.Add(new LrTrial(rate, 20, -rate));
        Assert.Equal(10, TrialSearch.Best(trials).MaxLr);
    }

    [Fact]
    public void Given_parameter_groups_when_tried_then_each_has_its_own_rates()
    {
        var learner = new QuadraticLearner { Curvature = 0.01 };
        Run(learner, new LrRangeTestOptions { StartLr = 1e-4, EndLr = 1e-1, Iterations = 20, TrialSteps = 20, Groups = [new(1e-4, 1e-1), new(1e-2, 10)] });
        Assert.All(learner.Taken.Skip(20), p => Assert.Equal(100, p.Groups![1].LearningRate / p.LearningRate, 9));
    }

    [Fact]
    public void Given_repeats_when_pooled_then_a_rate_that_most_of_them_tried_has_the_mean_of_their_losses()
    {
        LrRangeTestResult one = Curves.Test(Curves.Typical) with { Trials = [new(0.1, 20, 2), new(0.3, 20, 1)], UntrainedLoss = 3, Options = Twenty };
        LrRangeTestResult two = one with { Trials = [new(0.1, 20, 1)] };
        Assert.Equal([new LrTrial(0.1, 20, 1.5)], LrRangeTestResult.Pool([one, two]).Trials);
    }

    private static LrRangeTestResult Long(params LrTrial[] trials) => Curves.Test(Curves.Typical) with { Trials = trials, UntrainedLoss = 2.3 };

    private static LrRangeTestResult Run(QuadraticLearner learner, LrRangeTestOptions options, BatchPlan? plan = null)
    {
        var test = new LrRangeTest(learner, plan ?? Plan, options);
        _ = test.Run(TestContext.Current.CancellationToken).Count();
        _ = test.RunTrials(TestContext.Current.CancellationToken).Count();
        return test.Result;
    }
}
