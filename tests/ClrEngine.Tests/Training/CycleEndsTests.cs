namespace ClrEngine.Tests.Training;

/// <summary>Epochs of 4 updates, cycles of 6.</summary>
public sealed class CycleEndsTests
{
    private static readonly CyclicSchedule Schedule = new(0.01, 0.1, 3);

    [Fact]
    public void Given_cycles_when_trained_then_the_run_ends_where_the_last_does_and_its_last_epoch_is_cut()
    {
        TrainingRun run = NewRun(new QuadraticLearner(), new TrainingOptions { Cycles = 3 });
        Finish(run);
        Assert.Equal(18, run.TotalSteps);
        Assert.Equal([4L, 8L, 12L, 16L, 18L], run.History.Epochs.Select(e => e.Step));
        Assert.Equal(Schedule.Points(2, from: 16).Average(p => p.LearningRate), run.History.Epochs[^1].LearningRate, 15);
        Assert.Equal(TrainingStatus.Completed, run.History.Status);
    }

    [Fact]
    public void Given_a_warm_up_when_cycles_are_counted_then_the_first_comes_after_it() =>
        Assert.Equal(5 + 12, NewRun(new QuadraticLearner(), new TrainingOptions { Cycles = 2 }, new WarmupSchedule(Schedule, 5)).TotalSteps);

    [Fact]
    public void Given_a_schedule_without_cycles_when_cycles_are_asked_for_then_it_is_refused() =>
        Assert.Equal("ScheduleHasNoCycles", Assert.Throws<InvalidParameterException>(() => NewRun(new QuadraticLearner(), new TrainingOptions { Cycles = 1 }, new ConstantSchedule(0.1))).ErrorId);

    [Fact]
    public void Given_a_schedule_of_one_cycle_when_more_are_asked_for_then_it_is_refused() =>
        Assert.Equal("ScheduleHasFewerCycles", Assert.Throws<InvalidParameterException>(() => NewRun(new QuadraticLearner(), new TrainingOptions { Cycles = 2 }, new OneCycleSchedule(0.1, 50))).ErrorId);

    [Fact]
    public void Given_a_schedule_without_cycles_when_patience_is_given_then_it_is_refused() =>
        Assert.Throws<InvalidParameterException>(() => NewRun(new QuadraticLearner(), new TrainingOptions { Patience = 1 }, new ConstantSchedule(0.1)).Run(TestContext.Current.CancellationToken));

    [Fact]
    public void Given_patience_when_cycles_do_not_improve_then_the_run_stops_at_the_end_of_a_cycle_and_says_why()
    {
        // The accuracy stays at 50: the first cycle is the best.
        TrainingRun run = NewRun(new QuadraticLearner(), new TrainingOptions { Epochs = 50, Patience = 2 });
        Finish(run);
        TrainingHistory history = run.History;
        Assert.Equal(TrainingStatus.StoppedEarly, history.Status);
        Assert.Equal([6L, 12L, 18L], history.Cycles.Select(c => c.Step));
        Assert.Equal(18, history.Epochs[^1].Step);
        Assert.Contains("cycle 1 (50.00 %) for 2 cycles", history.StatusReason, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_patience_when_it_is_spent_in_the_last_cycle_then_the_run_is_complete()
    {
        TrainingRun run = NewRun(new QuadraticLearner(), new TrainingOptions { Cycles = 3, Patience = 2 });
        Finish(run);
        Assert.Equal((TrainingStatus.Completed, null), (run.History.Status, run.History.StatusReason));
    }

    [Fact]
    public void Given_nothing_that_looks_at_cycles_when_trained_then_none_is_evaluated()
    {
        TrainingRun run = NewRun(new QuadraticLearner(), new TrainingOptions { Epochs = 3 });
        Finish(run);
        Assert.Empty(run.History.Cycles);
    }

    [Fact]
    public void Given_snapshots_when_a_cycle_ends_then_its_record_has_all_three_scores()
    {
        var learner = new QuadraticLearner();
        using var ensemble = new FakeEnsemble(learner);
        TrainingRun run = NewRun(learner, new TrainingOptions { Cycles = 2 }, snapshots: ensemble);
        Finish(run);
        CycleRecord last = run.History.Cycles[^1];
        Assert.Equal(2, last.Cycle);
        Assert.Equal(learner.Loss, last.ValidationLoss);
        Assert.Equal(BitConverter.ToDouble(ensemble.Average![0].Bytes.Span), last.SwaLoss);
        Assert.Equal(50, last.EnsembleAccuracy);
    }

    [Theory]
    [InlineData(new[] { 50.0 }, 1, false)]
    [InlineData(new[] { 50.0, 50 }, 1, true)]
    [InlineData(new[] { 50.0, 51 }, 1, false)]
    [InlineData(new[] { 50.0, 51, 49 }, 2, false)]
    [InlineData(new[] { 50.0, 51, 49, 51 }, 2, true)]
    public void Given_accuracies_of_cycles_when_patience_is_asked_then_it_is_spent_after_so_many_without_a_better_one(double[] accuracies, int patience, bool spent) =>
        Assert.Equal(spent, PatienceRule.ReasonToStop(Records(accuracies.Select(a => (1.0, (double?)a))), patience) is not null);

    [Fact]
    public void Given_no_classes_when_patience_is_asked_then_the_lowest_loss_is_the_best_and_one_that_is_not_a_number_never() =>
        Assert.Equal(2, PatienceRule.Best(Records([(3, null), (2, null), (double.NaN, null)]))!.Cycle);

    [Fact]
    public void Given_only_losses_that_are_not_finite_when_patience_is_asked_then_it_is_spent_and_none_is_the_best()
    {
        CycleRecord[] cycles = Records([(double.NaN, 50), (double.NaN, 60), (double.PositiveInfinity, 70)]);
        Assert.Null(PatienceRule.Best(cycles));
        Assert.Contains("finite", PatienceRule.ReasonToStop(cycles, 2), StringComparison.Ordinal);
    }

    private static CycleRecord[] Records(IEnumerable<(double Loss, double? Accuracy)> scores) =>
        [.. scores.Select((s, i) => new CycleRecord { Cycle = i + 1, Step = 6 * (i + 1), ValidationLoss = s.Loss, ValidationAccuracy = s.Accuracy })];

    private static TrainingRun NewRun(QuadraticLearner learner, TrainingOptions options, ILrSchedule? schedule = null, ISnapshotEnsemble? snapshots = null) =>
        new(learner, new BatchPlan(100, 30, seed: 0), schedule ?? Schedule, options, snapshots: snapshots);

    private static void Finish(TrainingRun run)
    {
        foreach (TrainingTick tick in run.Run(TestContext.Current.CancellationToken))
            _ = tick;
    }
}

/// <summary>Snapshots of a learner without torch: the mean of the weights plays both the ensemble and the average.</summary>
internal sealed class FakeEnsemble(QuadraticLearner learner) : ISnapshotEnsemble
{
    private readonly List<double?> _weights = [];

    public IReadOnlyList<IReadOnlyList<StateTensor>?> Members => [.. _weights.Select(weight => weight is { } known ? Tensors(known) : null)];

    public IReadOnlyList<StateTensor>? Average => _weights.Average() is { } mean ? Tensors(mean) : null;

    public SnapshotScores Add(CancellationToken cancellationToken = default)
    {
        Evaluation single = learner.Evaluate(cancellationToken);
        _weights.Add(learner.Weight);
        var mean = new Evaluation(_weights.Average()!.Value, 50, 10);
        return new SnapshotScores(single, mean, mean);
    }

    public void AddSaved(IReadOnlyList<StateTensor>? member) => _weights.Add(member is null ? null : BitConverter.ToDouble(member[0].Bytes.Span));

    public void Dispose()
    {
    }

    private static StateTensor[] Tensors(double weight) => [new("model.weight", TensorType.Float64, [], BitConverter.GetBytes(weight))];
}
