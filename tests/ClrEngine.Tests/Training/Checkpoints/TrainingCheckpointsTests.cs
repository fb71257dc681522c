using ClrEngine.Training.Checkpoints;

namespace ClrEngine.Tests.Training.Checkpoints;

public sealed class TrainingCheckpointsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private CheckpointOptions Options => new() { Path = _folder.Path, Keep = 100 };

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(12)]
    public void Given_a_run_that_was_stopped_at_a_step_when_resumed_then_it_ends_as_if_it_had_not_been(long stopAt)
    {
        var undisturbed = new QuadraticLearner();
        TrainingRun whole = Runs.Run(undisturbed, epochs: 3);
        foreach (TrainingTick tick in whole.Run(TestContext.Current.CancellationToken))
            _ = tick;
        Runs.Train(new QuadraticLearner(), Options, epochs: 3, stopAt);
        var resumed = new QuadraticLearner { Weight = 77 };
        if (stopAt == 0)
            resumed.Weight = 1;
        TrainingHistory history = Runs.Train(resumed, Options with { Resume = true }, epochs: 3);
        Assert.Equal(undisturbed.Weight, resumed.Weight);
        Assert.Equal(whole.History.Timeless(), history.Timeless());
        Assert.Equal(TrainingStatus.Completed, history.Status);
        Assert.Equal(undisturbed.Seen.Skip((int)stopAt), resumed.Seen);
    }

    [Fact]
    public void Given_a_run_when_it_goes_then_checkpoints_lie_at_each_end_of_an_epoch_and_a_cycle_and_every_so_many_steps()
    {
        Runs.Train(new QuadraticLearner(), Options with { Every = 5 }, epochs: 3);
        Assert.Equal(["4", "5", "6", "8", "10", "12"], Runs.Steps(_folder.Path));
    }

    [Fact]
    public void Given_a_caller_who_stops_pulling_when_a_run_ends_then_its_last_step_has_a_checkpoint()
    {
        Runs.Train(new QuadraticLearner(), Options, epochs: 3, stopAt: 3);
        Assert.Equal(["3"], Runs.Steps(_folder.Path));
    }

    [Fact]
    public void Given_a_cancellation_when_a_run_ends_then_its_last_step_has_a_checkpoint()
    {
        using var cancel = new CancellationTokenSource();
        var learner = new QuadraticLearner();
        using TrainingCheckpoints checkpoints = TrainingCheckpoints.Open(Options, Runs.Description, learner);
        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (TrainingTick tick in checkpoints.Run(Runs.Run(learner, 3), Runs.Schedule, cancel.Token))
                if (tick.Point.Step == 1)
                    cancel.Cancel();
        });
        Assert.Equal(["2"], Runs.Steps(_folder.Path));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Given_a_cancellation_while_an_epoch_is_validated_when_resumed_then_that_epoch_is_validated_first_and_nothing_is_lost(int epoch)
    {
        TrainingRun whole = Runs.Run(new QuadraticLearner(), epochs: 3);
        foreach (TrainingTick tick in whole.Run(TestContext.Current.CancellationToken))
            _ = tick;
        using var cancel = new CancellationTokenSource();
        int validations = 0;
        var learner = new QuadraticLearner { Validating = () => { if (++validations == epoch) cancel.Cancel(); } };
        using (TrainingCheckpoints checkpoints = TrainingCheckpoints.Open(Options, Runs.Description, learner))
        {
            TrainingRun run = Runs.Run(learner, 3);
            Assert.Throws<OperationCanceledException>(() =>
            {
                foreach (TrainingTick tick in checkpoints.Run(run, Runs.Schedule, cancel.Token))
                    _ = tick;
            });
            Assert.Equal((epoch * Runs.StepsPerEpoch, epoch - 1), (run.Step, run.History.Epochs.Count));
        }
        TrainingHistory history = Runs.Train(new QuadraticLearner(), Options with { Resume = true }, epochs: 3);
        Assert.Equal(whole.History.Timeless(), history.Timeless());
    }

    [Fact]
    public void Given_a_learner_that_fails_within_a_step_when_the_run_ends_then_its_half_step_is_not_kept()
    {
        var learner = new QuadraticLearner { Disturb = (step, loss) => step == 2 ? throw new InvalidOperationException("broken") : loss };
        Assert.Throws<InvalidOperationException>(() => Runs.Train(learner, Options, epochs: 3));
        Assert.Empty(Runs.Steps(_folder.Path));
    }

    [Fact]
    public void Given_a_loss_that_is_not_finite_when_a_checkpoint_is_due_then_none_is_written()
    {
        var learner = new QuadraticLearner { Disturb = (step, loss) => step == 5 ? double.NaN : loss };
        TrainingHistory history = Runs.Train(learner, Options with { Every = 1 }, epochs: 3);
        Assert.Equal(TrainingStatus.Diverged, history.Status);
        Assert.Equal(["1", "2", "3", "4", "5"], Runs.Steps(_folder.Path));
    }

    [Fact]
    public void Given_a_number_to_keep_when_a_run_goes_then_the_newest_stay_and_that_of_the_best_epoch()
    {
        // Evaluation gives each epoch the same accuracy: the first is the best.
        Runs.Train(new QuadraticLearner(), Options with { Every = 1, Keep = 2 }, epochs: 3);
        Assert.Equal(["4", "11", "12"], Runs.Steps(_folder.Path));
    }

    [Fact]
    public void Given_a_run_that_is_complete_when_resumed_then_it_gives_its_history_without_a_step()
    {
        TrainingHistory first = Runs.Train(new QuadraticLearner(), Options, epochs: 2);
        var resumed = new QuadraticLearner();
        TrainingHistory second = Runs.Train(resumed, Options with { Resume = true }, epochs: 2);
        Assert.Empty(resumed.Taken);
        Assert.Equal(first.Timeless(), second.Timeless());
        Assert.Equal(TrainingStatus.Completed, second.Status);
    }

    [Fact]
    public void Given_more_epochs_when_a_complete_run_is_resumed_then_it_goes_on()
    {
        Runs.Train(new QuadraticLearner(), Options, epochs: 2);
        Assert.Equal(3, Runs.Train(new QuadraticLearner(), Options with { Resume = true }, epochs: 3).Epochs.Count);
    }

    [Fact]
    public void Given_fewer_epochs_than_the_run_has_when_resumed_then_it_is_refused()
    {
        Runs.Train(new QuadraticLearner(), Options, epochs: 3);
        Assert.Equal(CheckpointErrors.TooFar, Assert.Throws<CheckpointException>(() => Runs.Train(new QuadraticLearner(), Options with { Resume = true }, epochs: 1)).Cause);
    }

    [Fact]
    public void Given_checkpoints_of_a_run_when_another_begins_there_then_it_is_refused()
    {
        Runs.Train(new QuadraticLearner(), Options, epochs: 1);
        Assert.Equal(CheckpointErrors.FolderNotEmpty, Assert.Throws<CheckpointException>(() => Runs.Train(new QuadraticLearner(), Options, epochs: 1)).Cause);
    }

    [Fact]
    public void Given_force_when_a_run_begins_among_checkpoints_of_another_then_these_stay_until_it_has_one()
    {
        Runs.Train(new QuadraticLearner(), Options, epochs: 3);
        string[] before = Runs.Steps(_folder.Path);
        Runs.Train(new QuadraticLearner { Disturb = (_, _) => double.NaN }, Options with { Force = true }, epochs: 1);
        Assert.Equal(before, Runs.Steps(_folder.Path));
        Runs.Train(new QuadraticLearner(), Options with { Force = true }, epochs: 1, stopAt: 2);
        Assert.Equal(["2"], Runs.Steps(_folder.Path));
    }

    [Fact]
    public void Given_a_checkpoint_of_another_model_when_resumed_then_each_difference_is_named_and_nothing_is_touched()
    {
        Runs.Train(new QuadraticLearner(), Options, epochs: 1);
        var learner = new QuadraticLearner();
        var refused = Assert.Throws<CheckpointException>(() =>
            TrainingCheckpoints.Open(Options with { Resume = true }, Runs.Description with { Model = "cubic", Seed = 4 }, learner));
        Assert.Equal(CheckpointErrors.OtherRun, refused.Cause);
        Assert.Contains("Model is \"quadratic\" there and \"cubic\" here; Seed is 0 there and 4 here", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, learner.Weight);
        Assert.Equal(["4"], Runs.Steps(_folder.Path));
    }

    [Fact]
    public void Given_another_schedule_when_resumed_then_the_value_that_differs_is_named()
    {
        Runs.Train(new QuadraticLearner(), Options, epochs: 1);
        RunDescription other = Runs.Description with { Schedule = new ClrEngine.Schedules.CyclicSchedule(0.01, 0.2, 3) };
        var refused = Assert.Throws<CheckpointException>(() => TrainingCheckpoints.Open(Options with { Resume = true }, other, new QuadraticLearner()));
        Assert.Contains("Schedule.maxLr is 0.1 there and 0.2 here", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_another_device_when_resumed_then_the_run_goes_on_and_says_so()
    {
        Runs.Train(new QuadraticLearner(), Options, epochs: 1);
        using TrainingCheckpoints checkpoints = TrainingCheckpoints.Open(Options with { Resume = true }, Runs.Description with { Device = "cuda:0" }, new QuadraticLearner());
        Assert.Contains("Device is \"cpu\" there and \"cuda:0\" here", Assert.Single(checkpoints.Notes), StringComparison.Ordinal);
        Assert.Equal(4, checkpoints.Progress!.Step);
    }

    [Fact]
    public void Given_the_newest_checkpoint_is_damaged_when_resumed_then_the_one_before_is_used_and_the_damage_is_told()
    {
        Runs.Train(new QuadraticLearner(), Options, epochs: 3);
        string newest = Path.Combine(_folder.Path, "step-000000012");
        File.AppendAllText(Path.Combine(newest, "model.safetensors"), "x");
        using (TrainingCheckpoints checkpoints = TrainingCheckpoints.Open(Options with { Resume = true }, Runs.Description, new QuadraticLearner()))
        {
            Assert.Equal(8, checkpoints.Progress!.Step);
            Assert.Contains($"'{newest}' is damaged: model.safetensors", Assert.Single(checkpoints.Notes), StringComparison.Ordinal);
        }
        Assert.True(Directory.Exists(Path.Combine(_folder.Path, "refused-step-000000012")));
        Assert.Equal(["4", "6", "8"], Runs.Steps(_folder.Path));
    }

    // It climbs away, so that the first epoch stays the best.
    [Fact]
    public void Given_the_checkpoint_of_the_best_epoch_is_damaged_when_resumed_then_the_run_goes_on_from_the_newest_and_says_what_is_lost()
    {
        Runs.Train(new QuadraticLearner { Curvature = -1 }, Options with { Keep = 2 }, epochs: 3);
        string best = Path.Combine(_folder.Path, "step-000000004");
        File.AppendAllText(Path.Combine(best, "optimizer.safetensors"), "x");
        using TrainingCheckpoints checkpoints = TrainingCheckpoints.Open(Options with { Resume = true }, Runs.Description, new QuadraticLearner());
        Assert.Null(checkpoints.ReadBest());
        Assert.Equal(12, checkpoints.Progress!.Step);
        Assert.Contains("best model so far, of epoch 1, is lost", Assert.Single(checkpoints.Notes), StringComparison.Ordinal);
        Assert.True(Directory.Exists(Path.Combine(_folder.Path, "refused-step-000000004")));
    }

    [Fact]
    public void Given_a_file_that_the_disk_does_not_give_when_resumed_then_the_checkpoint_before_is_used()
    {
        Runs.Train(new QuadraticLearner(), Options, epochs: 2);
        string file = Path.Combine(_folder.Path, "step-000000008", "state.json");
        using FileStream held = new(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        using TrainingCheckpoints checkpoints = TrainingCheckpoints.Open(Options with { Resume = true }, Runs.Description, new QuadraticLearner());
        Assert.True(checkpoints.Progress!.Step < 8);
        Assert.Contains("cannot be read", Assert.Single(checkpoints.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Given_no_checkpoint_is_good_when_resumed_then_it_is_refused_and_none_is_removed()
    {
        Runs.Train(new QuadraticLearner(), Options, epochs: 1);
        File.Delete(Path.Combine(_folder.Path, "step-000000004", "state.json"));
        var refused = Assert.Throws<CheckpointException>(() => Runs.Train(new QuadraticLearner(), Options with { Resume = true }, epochs: 1));
        Assert.Equal(CheckpointErrors.NoneGood, refused.Cause);
        Assert.Contains("state.json is missing", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["4"], Runs.Steps(_folder.Path));
    }

    [Fact]
    public void Given_a_live_run_when_another_takes_its_folder_then_it_is_refused_and_the_owner_is_named()
    {
        using TrainingCheckpoints live = TrainingCheckpoints.Open(Options, Runs.Description, new QuadraticLearner());
        var refused = Assert.Throws<CheckpointException>(() => TrainingCheckpoints.Open(Options with { Resume = true }, Runs.Description, new QuadraticLearner()));
        Assert.Equal(CheckpointErrors.FolderInUse, refused.Cause);
        Assert.Contains($"process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_both_resume_and_force_when_a_run_begins_then_it_is_refused() =>
        Assert.Throws<ClrEngine.Errors.InvalidParameterException>(() => Runs.Train(new QuadraticLearner(), Options with { Resume = true, Force = true }, epochs: 1));

    public void Dispose() => _folder.Dispose();
}
