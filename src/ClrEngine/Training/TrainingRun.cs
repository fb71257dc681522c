using System.Diagnostics;
using ClrEngine.Schedules;

namespace ClrEngine.Training;

/// <summary>
/// A training run under a schedule, which is set before every update. The caller pulls one update at a time;
/// the device is waited for at the end of an epoch or cycle, and where the caller asks for a loss.
/// </summary>
public sealed class TrainingRun
{
    private readonly ILearner _learner;
    private readonly BatchPlan _plan;
    private readonly ILrSchedule _schedule;
    private readonly TrainingOptions _options;
    private readonly RunProgress? _from;
    private readonly ISnapshotEnsemble? _snapshots;
    private readonly List<EpochRecord> _epochs;
    private readonly List<CycleRecord> _cycles;
    private readonly List<StepRecord> _steps = [];
    private readonly Stopwatch _clock = new();
    private EpochMeter? _metered;
    private double _secondsBefore;
    private TrainingStatus _status = TrainingStatus.Cancelled;
    private string? _statusReason;

    /// <summary>Makes a run that begins, or goes on from where an interrupted one had come to, whose state is in the learner again.</summary>
    internal TrainingRun(
        ILearner learner, BatchPlan plan, ILrSchedule schedule, TrainingOptions options, RunProgress? from = null, ISnapshotEnsemble? snapshots = null)
    {
        (_learner, _plan, _schedule, _options, _from, _snapshots) = (learner, plan, schedule, options, from, snapshots);
        (_epochs, _cycles, Step) = ([.. from?.Epochs ?? []], [.. from?.Cycles ?? []], from?.Step ?? 0);
        _secondsBefore = from?.Epoch?.Seconds ?? 0;
        TotalSteps = options.StepsUnder(schedule, plan);
        Description = RunDescription.FromPlan(plan, schedule);
    }

    /// <summary>Updates of the whole run, if it does not stop early.</summary>
    public long TotalSteps { get; }

    /// <summary>Epochs of the whole run, if it does not stop early; the last may be cut short.</summary>
    public long TotalEpochs => (TotalSteps + _plan.StepsPerEpoch - 1) / _plan.StepsPerEpoch;

    /// <summary>What the run is: known by its batches and schedule alone, unless whoever makes it knows more.</summary>
    public RunDescription Description { get; init; }

    /// <summary>Whether what each update measured is kept until <see cref="TakeSteps"/>; false keeps only the sums of epochs.</summary>
    internal bool KeepsSteps { get; init; }

    /// <summary>How the rate is lowered where the validation loss no longer falls.</summary>
    internal PlateauOptions Plateau { get; init; } = new();

    /// <summary>Updates taken.</summary>
    public long Step { get; private set; }

    /// <summary>What has been trained so far; whole once <see cref="Run"/> has been pulled to its end.</summary>
    public TrainingHistory History => new()
    {
        Epochs = _epochs.ToArray(),
        Cycles = _cycles.ToArray(),
        Status = _status,
        StatusReason = _statusReason,
        Run = Description,
    };

    /// <summary>The loss of the newest update. Waits for the device: ask when somebody looks, not each step.</summary>
    public double? LatestLoss()
    {
        Meter.Read(_learner.Read());
        return Meter.LatestLoss;
    }

    /// <summary>The loss of the newest update that has been read from the device, for which this does not wait; null where none of its epoch has been.</summary>
    internal double? NewestReadLoss => _metered?.LatestLoss;

    /// <summary>What the updates since the last call measured, in order, as far as it was read from the device, for which this does not wait.</summary>
    internal IReadOnlyList<StepRecord> TakeSteps()
    {
        StepRecord[] taken = [.. _steps];
        _steps.Clear();
        return taken;
    }

    /// <summary>How far the run has come, between two updates. Waits for the device. Null once a loss was not finite: there is nothing to go on with.</summary>
    internal RunProgress? Progress()
    {
        Meter.Read(_learner.Read());
        if (Meter.NonFinite is not null)
            return null;
        // The record of an epoch that the run's end cut short is left out: a longer run goes on within that epoch.
        (long whole, long within) = Math.DivRem(Step, _plan.StepsPerEpoch);
        bool isClosed = within == 0 && _epochs.Count >= whole;
        return new RunProgress
        {
            Step = Step,
            Epochs = _epochs.Take((int)whole).ToArray(),
            Epoch = isClosed ? null : Meter.Progress(Seconds),
            Cycles = _cycles.ToArray(),
        };
    }

    /// <summary>Updates of one epoch that has ended.</summary>
    public long StepsOf(EpochRecord epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        return epoch.Step - (epoch.Epoch - 1) * _plan.StepsPerEpoch;
    }

    /// <summary>Trains, update by update as the caller pulls. Cancelling ends the run before its next update, or within a validation, which a run that goes on makes first.</summary>
    /// <exception cref="InvalidParameterException">An option is outside its range, or does not fit the schedule.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; <see cref="History"/> holds the epochs that ended.</exception>
    public IEnumerable<TrainingTick> Run(CancellationToken cancellationToken = default)
    {
        _options.Validate();
        if (LooksAtCycles)
            CycleEnds.Require(_schedule, _snapshots is null ? nameof(TrainingOptions.Patience) : "Snapshots");
        if (_from?.IsConsistent(_plan.StepsPerEpoch) == false)
            throw new ArgumentException($"The progress to go on from does not fit epochs of {Counted.Of(_plan.StepsPerEpoch, "update")}.", "from");
        return Ticks(cancellationToken);
    }

    private bool LooksAtCycles => _options.Patience.HasValue || _snapshots is not null;

    private EpochMeter Meter => _metered ??= new EpochMeter(_from?.Epoch, Log);

    private List<StepRecord>? Log => KeepsSteps ? _steps : null;

    private double Seconds => _secondsBefore + _clock.Elapsed.TotalSeconds;

    // The rates of the epoch that begins or goes on.
    private ILrSchedule Lowered => PlateauRule.Lowered(_schedule, _epochs, Plateau);

    private bool PatienceIsSpent =>
        _options.Patience is { } patience && _cycles.Count > 0 && _cycles[^1].Step == Step && PatienceRule.ReasonToStop(_cycles, patience, Description.BestBy) is not null;

    private IEnumerable<TrainingTick> Ticks(CancellationToken cancellationToken)
    {
        if (CloseInterrupted(cancellationToken) is { } closed)
            yield return closed;
        while (Step < TotalSteps && !PatienceIsSpent)
        {
            long start = Step - Step % _plan.StepsPerEpoch;
            long end = Math.Min(start + _plan.StepsPerEpoch, TotalSteps);
            if (Step == start)
                (_metered, _secondsBefore) = (new EpochMeter(null, Log), 0);
            _clock.Restart();
            foreach ((SchedulePoint point, int samples) in TrainingLoop.Steps(_learner, _plan, Lowered, Step, end, cancellationToken))
            {
                Meter.Queued(point, samples);
                Step = point.Step + 1;
                bool endsCycle = LooksAtCycles && CycleEnds.EndsAt(_schedule, Step);
                if (Step < end && !endsCycle)
                {
                    yield return new TrainingTick(point, null);
                    continue;
                }
                Meter.Read(_learner.Read());
                if (Diverged())
                    yield break;
                (CycleRecord? cycle, Evaluation? validation) = endsCycle ? CloseCycle(cancellationToken) : default;
                EpochRecord? record = Step == end || PatienceIsSpent ? CloseEpoch(validation, cancellationToken) : null;
                yield return new TrainingTick(point, record, cycle);
                if (PatienceIsSpent)
                    break;
            }
        }
        End(cancellationToken);
    }

    // A run that was stopped while it validated has taken the updates of a cycle or an epoch, and has no record of it.
    private TrainingTick? CloseInterrupted(CancellationToken cancellationToken)
    {
        bool endsCycle = Step > 0 && LooksAtCycles && CycleEnds.EndsAt(_schedule, Step) && (_cycles.Count == 0 || _cycles[^1].Step < Step);
        bool endsEpoch = Step > 0 && _epochs.Count < Step / _plan.StepsPerEpoch;
        if (!endsCycle && !endsEpoch)
            return null;
        _clock.Restart();
        SchedulePoint last = Lowered.At(Step - 1);
        (CycleRecord? cycle, Evaluation? validation) = endsCycle ? CloseCycle(cancellationToken) : default;
        return new TrainingTick(last, endsEpoch ? CloseEpoch(validation, cancellationToken) : null, cycle);
    }

    private (CycleRecord? Cycle, Evaluation? Validation) CloseCycle(CancellationToken cancellationToken)
    {
        SnapshotScores? scores = _snapshots?.Add(cancellationToken);
        Evaluation single = scores?.Model ?? _learner.Evaluate(cancellationToken);
        MetricValue.RequireFinite(single.Metrics, _epochs.Count + 1);
        _cycles.Add(new CycleRecord
        {
            Cycle = _cycles.Count + 1,
            Step = Step,
            ValidationLoss = single.Loss,
            ValidationAccuracy = single.Accuracy,
            ValidationFigure = single.Figure,
            EnsembleLoss = scores?.Ensemble.Loss,
            EnsembleAccuracy = scores?.Ensemble.Accuracy,
            SwaLoss = scores?.Average.Loss,
            SwaAccuracy = scores?.Average.Accuracy,
        });
        return (_cycles[^1], single);
    }

    private EpochRecord CloseEpoch(Evaluation? atCycleEnd, CancellationToken cancellationToken)
    {
        Evaluation validation = atCycleEnd ?? _learner.Evaluate(cancellationToken);
        MetricValue.RequireFinite(validation.Metrics, _epochs.Count + 1);
        _epochs.Add(Meter.Close(_epochs.Count + 1, Step, validation, Seconds));
        return _epochs[^1];
    }

    private void End(CancellationToken cancellationToken)
    {
        // A run that had ended within an epoch and is taken up again has the record of that epoch to make.
        if (Step % _plan.StepsPerEpoch != 0 && _epochs.Count == Step / _plan.StepsPerEpoch)
            CloseEpoch(null, cancellationToken);
        (_status, _statusReason) = Step < TotalSteps
            ? (TrainingStatus.StoppedEarly, PatienceRule.ReasonToStop(_cycles, _options.Patience!.Value, Description.BestBy))
            : (TrainingStatus.Completed, null);
        if (_epochs.Count > 0 && !double.IsFinite(_epochs[^1].ValidationLoss))
            (_status, _statusReason) = (TrainingStatus.Diverged, ValidationIsNotFinite());
    }

    private string ValidationIsNotFinite()
    {
        int first = _epochs.FindLastIndex(static epoch => double.IsFinite(epoch.ValidationLoss)) + 1;
        return string.Create(CultureInfo.InvariantCulture, $"The validation loss was {_epochs[^1].ValidationLoss} at the run's end, {(first == 0 ? "as in every epoch" : $"and was last finite in epoch {first}")}: lower MaxLr, or look at the validation samples and at layers that answer otherwise in evaluation.");
    }

    private bool Diverged()
    {
        if (Meter.NonFinite is not var (step, learningRate, loss))
            return false;
        _status = TrainingStatus.Diverged;
        _statusReason = string.Create(CultureInfo.InvariantCulture, $"The loss was {loss} at step {step}, where the learning rate was {learningRate:G4}: {(step == 0 ? "no update was made before, so look at the samples, the loss and the first weights" : "lower MaxLr")}.");
        return true;
    }
}

/// <summary>How long a training run goes on.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the training samples; without effect where <see cref="Cycles"/> is given.</summary>
    public int Epochs { get; init; } = 12;

    /// <summary>Cycles of the schedule, in place of epochs; the last epoch is then as short as it must be.</summary>
    public int? Cycles { get; init; }

    /// <summary>Stops the run at the end of a cycle when this many have passed without a better one; null never does.</summary>
    public int? Patience { get; init; }

    /// <summary>The figure of the validation samples by which the best epoch is chosen and patience is measured; null for the accuracy, or the loss where the task has no classes.</summary>
    public ValidationFigure? BestBy { get; init; }

    /// <summary>Optimiser updates of a run that does not stop early; refused where cycles were asked for that the schedule does not have.</summary>
    internal long StepsUnder(ILrSchedule schedule, BatchPlan plan) =>
        Cycles is { } cycles ? CycleEnds.StepsOf(schedule, cycles) : Epochs * plan.StepsPerEpoch;

    internal void Validate()
    {
        Require.AtLeast(Epochs, 1, nameof(Epochs));
        Require.AtLeast(Cycles ?? 1, 1, nameof(Cycles));
        Require.AtLeast(Patience ?? 1, 1, nameof(Patience));
        Require.Defined(BestBy ?? default, nameof(BestBy));
    }
}

/// <summary>What a training run tells after each update: its rate and momentum, and the record of the epoch and of the cycle where it ended one.</summary>
public readonly record struct TrainingTick(SchedulePoint Point, EpochRecord? Epoch, CycleRecord? Cycle = null);

/// <summary>What one optimiser update measured: the mean loss of its batch, before the update.</summary>
internal readonly record struct StepRecord(SchedulePoint Point, double Loss);
