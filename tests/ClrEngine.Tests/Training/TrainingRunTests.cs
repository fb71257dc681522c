using ClrEngine.Schedules;
using ClrEngine.Training;

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
