namespace ClrEngine.Tests.Training;

public sealed class TrainingRunTests
{
    private static readonly CyclicSchedule Schedule = new(0.01, 0.1, 5, mode: CyclicMode.Triangular2);

    [Fact]
    public void Given_a_schedule_when_trained_then_each_update_ran_under_its_own_point()
    {
        var learner = new QuadraticLearner();
        Finish(NewRun(learner, epochs: 3));
        Assert.Equal(Schedule.Points(12), learner.Taken);
    }

    [Fact]
    public void Given_epochs_when_trained_then_each_has_a_record_with_the_mean_rate_and_the_mean_loss_before_its_updates()
    {
        var learner = new QuadraticLearner();
        TrainingRun run = NewRun(learner, epochs: 2);
        Finish(run);
        TrainingHistory history = run.History;
        double weight = 1, lossSum = 0;
        foreach (SchedulePoint point in Schedule.Points(4))
        {
            lossSum += weight * weight / 2 * (point.Step == 3 ? 10 : 30);
            weight -= point.LearningRate * weight;
        }
        Assert.Equal(TrainingStatus.Completed, history.Status);
        Assert.Equal([1, 2], history.Epochs.Select(e => e.Epoch));
        Assert.Equal([4L, 8L], history.Epochs.Select(e => e.Step));
        Assert.Equal(Schedule.Points(4).Average(p => p.LearningRate), history.Epochs[0].LearningRate, 15);
        Assert.Equal(lossSum / 100, history.Epochs[0].TrainLoss, 14);
        Assert.Equal(weight * weight / 2, history.Epochs[0].ValidationLoss, 14);
    }

    [Fact]
    public void Given_nobody_who_asks_for_a_loss_when_trained_then_the_device_is_read_once_an_epoch()
    {
        var learner = new QuadraticLearner();
        Finish(NewRun(learner, epochs: 3));
        Assert.Equal(3, learner.Reads);
    }

    [Fact]
    public void Given_somebody_who_asks_for_each_loss_when_trained_then_the_record_is_the_same()
    {
        TrainingRun silent = NewRun(new QuadraticLearner(), epochs: 1), watched = NewRun(new QuadraticLearner(), epochs: 1);
        Finish(silent);
        foreach (TrainingTick tick in watched.Run(TestContext.Current.CancellationToken))
            Assert.True(watched.LatestLoss() > 0 && tick.Point.LearningRate > 0);
        Assert.Equal(silent.History.Epochs[0] with { Seconds = 0 }, watched.History.Epochs[0] with { Seconds = 0 });
    }

    [Fact]
    public void Given_a_loss_that_is_not_finite_when_trained_then_the_run_ends_with_a_status_and_the_epochs_before_it()
    {
        var learner = new QuadraticLearner { Disturb = (step, loss) => step == 6 ? double.NaN : loss };
        TrainingRun run = NewRun(learner, epochs: 5);
        Finish(run);
        Assert.Equal(TrainingStatus.Diverged, run.History.Status);
        Assert.Single(run.History.Epochs);
        Assert.Contains("step 6", run.History.StatusReason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { double.NaN, 2, 1 }, true, 2, TrainingStatus.Completed)]
    [InlineData(new[] { 3, double.NaN, 1 }, false, 3, TrainingStatus.Completed)]
    [InlineData(new[] { 3, double.PositiveInfinity, 4 }, false, 1, TrainingStatus.Completed)]
    [InlineData(new[] { 3, double.NegativeInfinity, 4 }, false, 1, TrainingStatus.Completed)]
    [InlineData(new[] { 3, 2, double.NaN }, true, 1, TrainingStatus.Diverged)]
    [InlineData(new[] { double.NaN, double.NaN, double.NaN }, true, null, TrainingStatus.Diverged)]
    [InlineData(new[] { double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity }, false, null, TrainingStatus.Diverged)]
    public void Given_a_validation_loss_that_is_not_finite_when_trained_then_it_is_never_the_best_and_none_to_end_with(double[] losses, bool hasClasses, int? best, TrainingStatus status)
    {
        int epoch = 0;
        TrainingRun run = NewRun(new QuadraticLearner { Validated = _ => losses[epoch++], HasClasses = hasClasses }, epochs: 3);
        Finish(run);
        Assert.Equal((status, 3, best), (run.History.Status, run.History.Epochs.Count, run.History.BestEpoch?.Epoch));
        Assert.Equal(status == TrainingStatus.Diverged, run.History.StatusReason?.Contains("validation loss", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void Given_a_cancellation_when_training_then_no_further_update_happens_and_the_history_says_so()
    {
        using var cancel = new CancellationTokenSource();
        var learner = new QuadraticLearner();
        TrainingRun run = NewRun(learner, epochs: 5);
        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (TrainingTick tick in run.Run(cancel.Token))
                if (tick.Point.Step == 5)
                    cancel.Cancel();
        });
        Assert.Equal(6, learner.Taken.Count);
        Assert.Equal((TrainingStatus.Cancelled, 1), (run.History.Status, run.History.Epochs.Count));
    }

    private static TrainingRun NewRun(QuadraticLearner learner, int epochs) =>
        new(learner, new BatchPlan(100, 30, seed: 0), Schedule, new TrainingOptions { Epochs = epochs });

    private static void Finish(TrainingRun run)
    {
        foreach (TrainingTick tick in run.Run(TestContext.Current.CancellationToken))
            _ = tick;
    }
}

public sealed class BatchPlanTests
{
    [Theory]
    [InlineData(100, 32, 4)]
    [InlineData(96, 32, 3)]
    [InlineData(97, 32, 3)]
    [InlineData(5, 32, 1)]
    [InlineData(1, 1, 1)]
    public void Given_a_data_set_when_an_epoch_is_planned_then_each_sample_is_seen_once(int samples, int batchSize, long steps)
    {
        var plan = new BatchPlan(samples, batchSize, seed: 3);
        Assert.Equal(steps, plan.StepsPerEpoch);
        for (int epoch = 0; epoch < 3; epoch++)
        {
            IEnumerable<long> seen = Enumerable.Range(0, (int)steps).SelectMany(i => plan.At(epoch * steps + i).Indices.ToArray());
            Assert.Equal(Enumerable.Range(0, samples).Select(i => (long)i), seen.Order());
        }
    }

    [Fact]
    public void Given_a_seed_when_epochs_follow_then_their_orders_differ()
    {
        var plan = new BatchPlan(50, 50, seed: 1);
        Assert.NotEqual(plan.At(0).Indices.ToArray(), plan.At(1).Indices.ToArray());
    }

    [Fact]
    public void Given_the_same_seed_when_a_step_is_asked_for_out_of_turn_then_its_batch_is_the_same()
    {
        var plan = new BatchPlan(50, 7, seed: 1);
        long[] inTurn = plan.At(20).Indices.ToArray();
        _ = plan.At(3);
        Assert.Equal(inTurn, new BatchPlan(50, 7, seed: 1).At(20).Indices.ToArray());
        Assert.Equal(inTurn, plan.At(20).Indices.ToArray());
        Assert.NotEqual(inTurn, new BatchPlan(50, 7, seed: 2).At(20).Indices.ToArray());
    }

    [Fact]
    public void Given_one_sample_left_over_when_planned_then_it_joins_the_batch_before() =>
        Assert.Equal(33, new BatchPlan(97, 32, 0).At(2).Count);

    [Fact]
    public void Given_a_batch_size_of_0_when_planned_then_it_is_refused() =>
        Assert.Equal("BatchSize", Assert.Throws<InvalidParameterException>(() => new BatchPlan(10, 0, 0)).ParamName);
}
