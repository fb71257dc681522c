using ClrEngine.Tests.Training;

namespace ClrEngine.Tests.RangeTest;

public sealed class LrRangeTestTests
{
    private static readonly BatchPlan Plan = new(100, 30, seed: 0);

    [Fact]
    public void Given_defaults_when_run_on_a_learner_that_never_diverges_then_100_rates_from_1e_7_to_10_were_tried()
    {
        LrRangeTestResult result = Run(new QuadraticLearner { Curvature = 0.01 });
        Assert.Equal(RangeTestStopReason.Completed, result.StopReason);
        Assert.Equal(100, result.Points.Count);
        Assert.Equal((1e-7, 10.0), (result.Points[0].LearningRate, result.Points[^1].LearningRate));
    }

    [Fact]
    public void Given_a_learner_that_diverges_when_run_then_it_stops_and_says_so()
    {
        LrRangeTestResult result = Run(new QuadraticLearner { Curvature = 2, Floor = 0.1 });
        Assert.Equal(RangeTestStopReason.Diverged, result.StopReason);
        Assert.InRange(result.Points[^1].LearningRate, 1, 9.9);
    }

    [Fact]
    public void Given_one_wild_batch_when_run_then_the_smoothed_loss_decides_and_the_test_goes_on()
    {
        LrRangeTestResult result = Run(new QuadraticLearner { Curvature = 0.01, Disturb = (step, loss) => step == 40 ? 20 * loss : loss });
        Assert.Equal(100, result.Points.Count);
    }

    [Fact]
    public void Given_a_loss_that_is_not_finite_when_run_then_it_stops_there_and_keeps_the_point()
    {
        LrRangeTestResult result = Run(new QuadraticLearner { Disturb = (step, loss) => step == 3 ? double.PositiveInfinity : loss });
        Assert.Equal(RangeTestStopReason.NonFiniteLoss, result.StopReason);
        Assert.Equal(4, result.Points.Count);
        Assert.Equal(double.PositiveInfinity, result.Points[^1].Loss);
        Assert.True(double.IsFinite(result.BestLoss));
    }

    [Fact]
    public void Given_losses_that_are_constant_when_smoothed_then_the_first_smoothed_loss_is_already_that_constant()
    {
        LrRangeTestResult result = Run(new QuadraticLearner { Disturb = (_, _) => 2.3 });
        Assert.All(result.Points, p => Assert.Equal(2.3, p.SmoothedLoss, 12));
    }

    [Fact]
    public void Given_a_loss_below_zero_when_run_then_the_divergence_rule_does_not_stop_a_falling_curve() =>
        Assert.Equal(RangeTestStopReason.Completed, Run(new QuadraticLearner { Curvature = 0.1, Floor = -3 }).StopReason);

    [Fact]
    public void Given_a_factor_of_0_when_the_loss_runs_away_then_only_a_loss_that_is_not_finite_stops_it() =>
        Assert.NotEqual(RangeTestStopReason.Diverged, Run(new QuadraticLearner { Curvature = 5 }, new LrRangeTestOptions { DivergenceFactor = 0 }).StopReason);

    [Fact]
    public void Given_a_device_that_is_read_every_8_steps_when_run_then_the_points_are_the_same()
    {
        LrRangeTestResult eager = Run(new QuadraticLearner { Curvature = 2, Floor = 0.1 });
        LrRangeTestResult late = Run(new QuadraticLearner { Curvature = 2, Floor = 0.1, ReadInterval = 8 });
        Assert.Equal(eager.Points, late.Points);
        Assert.Equal(eager.StopReason, late.StopReason);
    }

    [Fact]
    public void Given_a_test_that_ends_when_the_learner_is_looked_at_then_it_is_as_it_was()
    {
        var learner = new QuadraticLearner { Weight = 0.75 };
        Run(learner);
        Assert.Equal(0.75, learner.Weight);
    }

    [Fact]
    public void Given_a_caller_who_leaves_in_the_middle_when_the_learner_is_looked_at_then_it_is_as_it_was()
    {
        var learner = new QuadraticLearner { Weight = 0.75 };
        _ = new LrRangeTest(learner, Plan, new LrRangeTestOptions { StartLr = 0.1 }).Run(TestContext.Current.CancellationToken).Take(5).ToArray();
        Assert.Equal(0.75, learner.Weight);
        Assert.Equal(5, learner.Taken.Count);
    }

    [Fact]
    public void Given_a_cancellation_when_the_learner_is_looked_at_then_it_is_as_it_was_and_the_result_says_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        var learner = new QuadraticLearner { Weight = 0.75 };
        var test = new LrRangeTest(learner, Plan, new LrRangeTestOptions { StartLr = 0.1 });
        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (LrRangeTestPoint point in test.Run(cancel.Token))
                if (point.Step == 7)
                    cancel.Cancel();
        });
        Assert.Equal(0.75, learner.Weight);
        Assert.Equal((RangeTestStopReason.Cancelled, 8), (test.Result.StopReason, test.Result.Points.Count));
    }

    [Fact]
    public void Given_a_test_that_ran_when_run_again_then_the_result_is_that_of_the_second_run_alone()
    {
        var test = new LrRangeTest(new QuadraticLearner { Curvature = 2, Floor = 0.1 }, Plan, new LrRangeTestOptions());
        LrRangeTestPoint[] first = [.. test.Run(TestContext.Current.CancellationToken)];
        LrRangeTestPoint[] second = [.. test.Run(TestContext.Current.CancellationToken)];
        Assert.Equal(first, second);
        Assert.Equal(second, test.Result.Points);
        Assert.Equal(RangeTestStopReason.Diverged, test.Result.StopReason);
    }

    [Fact]
    public void Given_a_test_that_ended_when_run_again_and_left_then_the_result_says_cancelled()
    {
        var test = new LrRangeTest(new QuadraticLearner { Curvature = 2, Floor = 0.1 }, Plan, new LrRangeTestOptions());
        _ = test.Run(TestContext.Current.CancellationToken).Count();
        _ = test.Run(TestContext.Current.CancellationToken).Take(5).Count();
        Assert.Equal((RangeTestStopReason.Cancelled, 5), (test.Result.StopReason, test.Result.Points.Count));
    }

    [Fact]
    public void Given_more_iterations_than_an_epoch_has_when_run_then_the_data_is_gone_through_again()
    {
        var learner = new QuadraticLearner { Curvature = 0.01 };
        Run(learner);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)i), learner.Seen.Skip(4).Take(4).SelectMany(s => s).Order());
    }

    [Fact]
    public void Given_a_data_set_of_one_batch_an_epoch_when_run_then_each_step_sees_all_of_it()
    {
        var learner = new QuadraticLearner { Curvature = 0.01 };
        var test = new LrRangeTest(learner, new BatchPlan(100, 100, seed: 0), new LrRangeTestOptions());
        Assert.Equal(100, test.Run(TestContext.Current.CancellationToken).Count());
        Assert.All(learner.Seen, seen => Assert.Equal(100, seen.Distinct().Count()));
    }

    [Fact]
    public void Given_a_data_set_smaller_than_a_batch_when_run_then_the_sweep_is_as_long_as_asked_and_the_result_names_the_real_batch_size()
    {
        var test = new LrRangeTest(new QuadraticLearner { Curvature = 0.01, SampleCount = 5 }, new BatchPlan(5, 64, seed: 0), new LrRangeTestOptions());
        Assert.Equal(100, test.Run(TestContext.Current.CancellationToken).Count());
        Assert.Equal((5, 1L), (test.Result.BatchSize, test.Result.StepsPerEpoch));
    }

    [Fact]
    public void Given_the_metric_accuracy_when_run_on_a_device_read_every_8_steps_then_each_point_has_its_own_accuracy()
    {
        LrRangeTestResult result = Run(new QuadraticLearner { Curvature = 0.01, ReadInterval = 8 }, new LrRangeTestOptions { Metric = RangeTestMetric.Accuracy });
        // The learner counts one hit a step; batches have 30 samples, the last of an epoch 10.
        Assert.Equal([100 / 30.0, 100 / 30.0, 100 / 30.0, 10.0], result.Points.Take(4).Select(p => p.Accuracy!.Value));
    }

    [Fact]
    public void Given_validation_batches_when_run_then_a_point_has_the_loss_after_its_own_update()
    {
        var options = new LrRangeTestOptions { StartLr = 0.1, EndLr = 1, Iterations = 20 };
        LrRangeTestResult before = Run(new QuadraticLearner(), options), after = Run(new QuadraticLearner { ReadInterval = 8 }, options with { ValidationBatches = 1 });
        Assert.Equal(before.Points.Skip(1).Select(p => p.Loss), after.Points.SkipLast(1).Select(p => p.Loss));
        Assert.Equal(50, after.Points[0].Accuracy);
    }

    [Fact]
    public void Given_parameter_groups_when_run_then_each_goes_through_its_own_sweep()
    {
        var learner = new QuadraticLearner { Curvature = 0.01 };
        Run(learner, new LrRangeTestOptions { StartLr = 1e-4, EndLr = 1e-1, Iterations = 4, Groups = [new(1e-4, 1e-1), new(1e-2, 10)] });
        Assert.All(learner.Taken, p => Assert.Equal(100, p.Groups![1].LearningRate / p.LearningRate, 9));
    }

    [Fact]
    public void Given_a_first_group_other_than_the_sweep_when_asked_to_run_then_it_is_refused() =>
        Assert.Equal("InvalidGroups", Assert.Throws<InvalidParameterException>(() => new LrRangeTestOptions { Groups = [new(1, 2)] }.Validate()).ErrorId);

    private static LrRangeTestResult Run(QuadraticLearner learner, LrRangeTestOptions? options = null)
    {
        var test = new LrRangeTest(learner, Plan, options ?? new LrRangeTestOptions());
        _ = test.Run(TestContext.Current.CancellationToken).Count();
        return test.Result;
    }
}

public sealed class BoundedValidationTests
{
    private static readonly TrainingData Digits = DataCatalog.Default.Load("digits");

    [Fact]
    public void Given_a_bound_when_applied_then_that_many_validation_samples_of_every_class_are_left()
    {
        TrainingData part = BoundedValidation.Limit(Digits, 128);
        Assert.Equal(128, part.Validation.Count);
        Assert.Equal(10, ((ClassTargets)part.Validation.Targets).Labels.Distinct().Count());
        Assert.Same(Digits.Train, part.Train);
    }

    [Fact]
    public void Given_a_bound_above_what_there_is_when_applied_then_all_is_left() =>
        Assert.Same(Digits, BoundedValidation.Limit(Digits, 1_000_000));

    [Fact]
    public void Given_named_features_when_bounded_or_taken_from_another_split_then_the_names_stay()
    {
        TrainingData wine = DataCatalog.Default.Load("wine");
        Assert.NotNull(wine.FeatureNames);
        Assert.Same(wine.FeatureNames, BoundedValidation.Limit(wine, 10).FeatureNames);
        Assert.Same(wine.FeatureNames, BoundedValidation.WithValidation(wine, DataCatalog.Default.Load("wine", new DataOptions { ValidationFraction = 0.5 })).FeatureNames);
    }

    [Fact]
    public void Given_validation_data_of_another_shape_when_taken_then_it_is_refused() =>
        Assert.Equal("InvalidValidationData", Assert.Throws<InvalidParameterException>(() => BoundedValidation.WithValidation(Digits, DataCatalog.Default.Load("wine"))).ErrorId);

    [Fact]
    public void Given_another_split_when_taken_then_its_validation_part_is_used()
    {
        TrainingData other = DataCatalog.Default.Load("digits", new DataOptions { ValidationFraction = 0.5 });
        LabelledData taken = BoundedValidation.WithValidation(Digits, other).Validation;
        Assert.Same(other.Validation.Targets, taken.Targets);
        Assert.Equal(other.Validation.Samples.ReadRows(7).Select(value => (value * other.Scaling.StandardDeviations[0]) + other.Scaling.Means[0]), taken.Samples.ReadRows(7).Select(value => (value * Digits.Scaling.StandardDeviations[0]) + Digits.Scaling.Means[0]), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Given_data_of_another_file_when_taken_then_it_has_the_scaling_and_the_classes_of_the_training_data()
    {
        static string Rows(int from, params string[] classes) => "n,y\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"{from + i},{classes[i % classes.Length]}\n"));
        TrainingData data = Table.Load(Rows(0, "a", "b", "c"), DataOptions.Default), later = Table.Load(Rows(100, "c", "b"), DataOptions.Default);

        LabelledData taken = BoundedValidation.WithValidation(data, later).Validation;

        Assert.All(taken.Samples.ReadAll(), value => Assert.InRange((value * data.Scaling.StandardDeviations[0]) + data.Scaling.Means[0], 99.9, 120.1));
        Assert.Equal(["c", "b"], taken.Labels().Distinct().OrderDescending().Select(label => data.Classes()[label]));
        Assert.Contains("'d'", Assert.Throws<InvalidParameterException>(() => BoundedValidation.WithValidation(data, Table.Load(Rows(0, "a", "d"), DataOptions.Default))).Message);
    }

    [Theory]
    [InlineData("b,a,y", "Value 0 of the samples is 'b', and the training data has 'a' there")]
    [InlineData("a,c,y", "Value 1 of the samples is 'c', and the training data has 'b' there")]
    public void Given_a_table_with_other_columns_or_in_another_order_when_taken_then_it_is_refused(string header, string said)
    {
        static TrainingData Of(string header) => Table.Load(header + "\n" + string.Concat(Enumerable.Range(0, 20).Select(static i => $"{i}.5,{i * i % 7},{"pq"[i % 2]}\n")), DataOptions.Default);
        var refused = Assert.Throws<InvalidParameterException>(() => BoundedValidation.WithValidation(Of("a,b,y"), Of(header)));
        Assert.Equal("InvalidValidationData", refused.ErrorId);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_table_with_other_words_when_taken_then_it_is_refused()
    {
        static TrainingData Of(string words) => Table.Load("a,y\n" + string.Concat(Enumerable.Range(0, 24).Select(i => $"{words[i / 2 % 3]},{"pq"[i % 2]}\n")), DataOptions.Default);
        Assert.Contains("'a=s', and the training data has 'a=t'", Assert.Throws<InvalidParameterException>(() => BoundedValidation.WithValidation(Of("rtu"), Of("rsu"))).Message, StringComparison.Ordinal);
    }
}
