using ClrEngine.Data;
using ClrEngine.Files;
using ClrEngine.Schedules;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Logs;
using ClrEngine.Torch.Losses;
using ClrEngine.Torch.Models;
using ClrEngine.Torch.Pretrained;
using ClrEngine.Torch.Trained;
using ClrEngine.Training;
using ClrEngine.Training.Checkpoints;

namespace ClrEngine.Torch;

/// <summary>
/// The whole job of training a model under a schedule. It opens the model with its data, snapshots, checkpoints and events in their order,
/// yields an update each time the caller pulls, writes the trained models, and closes all in the reverse order, also when something fails.
/// </summary>
/// <remarks>Make it, <see cref="Open"/> it, pull <see cref="Run"/> to its end, call <see cref="Finish"/>, dispose it.</remarks>
public sealed class TrainingJob : IDisposable
{
    private readonly ModelSource _model;
    private readonly TrainingData _data;
    private readonly ILrSchedule _schedule;
    private readonly TrainingJobOptions _options;
    private readonly Stack<IDisposable> _opened = [];
    private TorchSession? _session;
    private ISnapshotEnsemble? _snapshots;
    private TrainingCheckpoints? _checkpoints;
    private RunModels? _models;
    private TrainingLog? _log;
    private RunMeter? _meter;
    private TrainingRun? _run;
    private readonly HashSet<int> _warnedOf = [];

    /// <summary>Plans a job; nothing is opened, loaded or written yet.</summary>
    /// <exception cref="Errors.InvalidParameterException">An option is outside its range, or does not fit the schedule.</exception>
    public TrainingJob(ModelSource model, TrainingData data, ILrSchedule schedule, TrainingJobOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate(schedule);
        (_model, _data, _schedule, _options) = (model, data, schedule, options);
        Plan = new BatchPlan(data.Train.Count, options.BatchSize, options.Seed);
        TotalSteps = options.Length.StepsUnder(schedule, Plan);
    }

    /// <summary>Which samples each update sees.</summary>
    public BatchPlan Plan { get; }

    /// <summary>Updates of the whole run, if it does not stop early.</summary>
    public long TotalSteps { get; }

    /// <summary>Takes warnings, one sentence each: about the schedule, refused checkpoints, the end of the run.</summary>
    public Action<string> Warn { get; init; } = static _ => { };

    /// <summary>Takes remarks, one sentence each: where the data lies, what is written.</summary>
    public Action<string> Remark { get; init; } = static _ => { };

    /// <summary>The run, once the job is open: how far it is, and its history so far.</summary>
    /// <exception cref="InvalidOperationException">The job is not open.</exception>
    public TrainingRun Progress => _run ?? throw new InvalidOperationException("The job is not open yet: call Open first.");

    /// <summary>The folder of the newest checkpoint that this run has written or goes on from; null where there is none.</summary>
    public string? NewestCheckpoint => _checkpoints?.Newest;

    /// <summary>Opens the model, the data and the device, and the folders that are written to; where the run goes on, its newest checkpoint is put back.</summary>
    /// <inheritdoc cref="TorchSession.Open(ModelSource, TrainingData, LearnerOptions, int, int)" path="/exception"/>
    /// <exception cref="CheckpointException">The folder of checkpoints cannot be used.</exception>
    /// <exception cref="FileNotWrittenException">The file of events, or the run for MLflow, cannot be made.</exception>
    public void Open()
    {
        if (_run is not null)
            throw new InvalidOperationException("The job is open already.");
        try
        {
            _session = Opened(OpenSession());
            foreach (string warning in _session.Warnings)
                Warn(warning);
            foreach (string remark in _session.Remarks)
                Remark(remark);
            _session.TorchLearner.Measure(_options.Length.BestBy);
            RunDescription description = _session.Description with { Schedule = _schedule, BestBy = _options.Length.BestBy, Cycles = _options.Snapshots ? CycleUse.Snapshot : _options.Length.Patience.HasValue ? CycleUse.Record : CycleUse.None };
            _snapshots = _options.Snapshots ? Opened(_session.TorchLearner.NewEnsemble()) : null;
            _models = _options.ModelFolder is { } folder ? new RunModels(folder, TrainedModelInfo.FromRun(description, _data, _options.Learning.Loss), _session.Learner) : null;
            _checkpoints = _options.Checkpoints is { } keeping ? Opened(TrainingCheckpoints.Open(keeping, description, _session.Learner, _snapshots)) : null;
            var run = new TrainingRun(_session.Learner, Plan, _schedule, _options.Length, _checkpoints?.Progress, _snapshots)
            {
                Description = description,
                KeepsSteps = _options is { EventFolder: not null } or { MlflowFolder: not null },
                Plateau = _options.Learning.Plateau,
            };
            ResumeFromCheckpoint();
            // What cannot be written is better known before the first update than after the last.
            _models?.Prepare(replace: _options.ReplaceModels || _checkpoints?.ResumedFrom is not null);
            _log = Opened(TrainingLog.Open(_options, run, _checkpoints?.Progress, Warn));
            foreach (string remark in _log.Remarks)
                Remark(remark);
            if (_checkpoints is not null)
                _checkpoints.Saving = () => _log.Flush(run);
            _meter = Opened(new RunMeter(run, Plan));
            foreach (ScheduleWarning warning in ScheduleAdvice.For(_schedule, TotalSteps, Plan.StepsPerEpoch))
                Warn(warning.Message);
            if (description.Cycles != CycleUse.None && _schedule.NextCycle(0) is { } first && first.End > TotalSteps)
                Warn(string.Create(CultureInfo.InvariantCulture, $"{(_options.Snapshots ? "Snapshots" : "Patience")} works at the ends of cycles, and none ends in the {TotalSteps} steps of the run, the first after {first.End}: it has no effect. Make the run longer, or the cycles shorter."));
            if (_options.BoundsMeasuredOn?.WarnOfBoundsFor(description) is { } moved)
                Warn(moved);
            _run = run;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>
    /// Trains, and yields a tick for each update as the caller pulls. Checkpoints, events and the best model are kept on the way.
    /// To cancel ends it before the next update, or within a validation.
    /// </summary>
    /// <exception cref="Errors.InvalidParameterException">An option does not fit the schedule.</exception>
    /// <exception cref="CheckpointException">A checkpoint could not be written, or the run has gone further than was asked for.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the history holds the epochs that ended.</exception>
    public IEnumerable<TrainingTick> Run(CancellationToken cancellationToken = default) =>
        Watched(_checkpoints?.Run(Progress, _schedule, cancellationToken) ?? Progress.Run(cancellationToken));

    /// <summary>
    /// Writes the trained models where that was asked for, and warns of what went wrong. The run's history does not depend on it: it is in
    /// <see cref="Progress"/>, also where a model cannot be written.
    /// </summary>
    /// <returns>The run's history.</returns>
    /// <exception cref="IOException">A model cannot be written, or events could not be: then all the rest has been done.</exception>
    /// <exception cref="UnauthorizedAccessException">A model may not be written.</exception>
    public TrainingHistory Finish()
    {
        TrainingHistory history = Progress.History;
        IReadOnlyList<string> written = _models?.Write(history, _snapshots, _session!.TorchLearner.Average) ?? [];
        foreach (string path in written)
            Remark($"Written: '{path}'.");
        if (written.Count == 0 && _models?.Files() is { Length: > 0 } earlier)
            Warn($"The run has no model to write, and those of an earlier run stay as they are: {string.Join(", ", earlier.Select(static path => $"'{path}'"))}.");
        if (_snapshots?.Warning is { } ofAverage)
            Warn(ofAverage);
        if ((history.StatusReason ?? NeverBetterThanAGuess(history)) is { } reason)
            Warn(reason);
        return _log!.Failure is null ? history : throw _log.Failure;
    }

    // A run that collapsed early ends as quietly as one that learnt.
    private string? NeverBetterThanAGuess(TrainingHistory history)
    {
        if (history.Status != TrainingStatus.Completed || history.Epochs.Count == 0)
            return null;
        string? what = _data.Validation.Targets switch
        {
            ClassTargets classes when history.Epochs.Max(e => e.ValidationAccuracy) is { } best && Guess(classes) is < 100 and var guess && best <= guess && !LossBeatsAGuess(classes, history) =>
                string.Create(CultureInfo.InvariantCulture, $"its best validation accuracy is {best:F2} %, and a guess has {guess:F2} %"),
            ValueTargets when history.Epochs.Max(e => e.ValidationRSquared) is { } best and <= 0 =>
                string.Create(CultureInfo.InvariantCulture, $"its best R² is {best:F3}, and the mean of the values has 0"),
            _ => null,
        };
        if (what is null)
            return null;
        // Only here: a schedule may ask a script for each step.
        double highest = Enumerable.Range(0, (int)Math.Min(TotalSteps, int.MaxValue)).Max(step => _schedule.At(step).LearningRate);
        return string.Create(CultureInfo.InvariantCulture, $"The run never did better than a guess: {what}. Its highest rate was {highest:G3}: take bounds from Invoke-LrRangeTest, or a tenth of this rate; where the loss hardly moved at all, a higher one, or more epochs.");
    }

    // A model of rare classes may know their odds better than their shares long before it names one.
    private bool LossBeatsAGuess(ClassTargets classes, TrainingHistory history) =>
        _options.Learning.Loss is { ClassWeights: null, LabelSmoothing: 0, Kind: not LossKind.Focal, Function: null }
        && history.BestEpoch is not null && history.Epochs.Select(e => e.ValidationLoss).Where(double.IsFinite).Min() < 0.95 * -Counts(classes).Sum(count => count / classes.Count * Math.Log(count / classes.Count));

    // The most common class, always; where the classes weigh differently in the loss, none is favoured.
    private double Guess(ClassTargets classes) => _options.Learning.Loss.ClassWeights is null
        ? 100 * Counts(classes).Max() / classes.Count
        : 100.0 / classes.Classes;

    private static IEnumerable<double> Counts(ClassTargets classes) => classes.Labels.GroupBy(label => label).Select(same => (double)same.Count());

    /// <summary>Closes all that is open, the last first; a model that was given stays.</summary>
    public void Dispose()
    {
        IDisposable[] open = [.. _opened];
        _opened.Clear();
        DisposeAll(open);
    }

    // One that fails, such as events on a full disk, shall not leave the others open.
    internal static void DisposeAll(ReadOnlySpan<IDisposable> open)
    {
        if (open.IsEmpty)
            return;
        try
        {
            open[0].Dispose();
        }
        finally
        {
            DisposeAll(open[1..]);
        }
    }

    // Once of each kind: the history has them all.
    private void WarnOfNonFinite(TrainingTick tick)
    {
        (string What, double? Loss)[] losses =
        [
            ($"validation loss of epoch {tick.Epoch?.Epoch}", tick.Epoch?.ValidationLoss),
            ($"validation loss of cycle {tick.Cycle?.Cycle}", tick.Epoch is null ? tick.Cycle?.ValidationLoss : null),
            ($"loss of the ensemble of {Counted.Of(tick.Cycle?.Cycle ?? 0, "snapshot")}", tick.Cycle?.EnsembleLoss),
            ($"loss of the mean weights of {Counted.Of(tick.Cycle?.Cycle ?? 0, "snapshot")}", tick.Cycle?.SwaLoss),
        ];
        for (int i = 0; i < losses.Length; i++)
        {
            if (losses[i].Loss is { } loss && !double.IsFinite(loss) && _warnedOf.Add(i))
                Warn(string.Create(CultureInfo.InvariantCulture, $"The {losses[i].What} is {loss}: it is never the best. Lower MaxLr; where the training loss goes on as before, look at the validation samples, and at layers that answer otherwise in evaluation, such as batch normalisation."));
        }
    }

    private T Opened<T>(T part) where T : IDisposable
    {
        _opened.Push(part);
        return part;
    }

    /// <summary>Refuses the weights and what is frozen as <see cref="Open"/> would; nothing is kept or written.</summary>
    internal void Check()
    {
        using TorchSession session = OpenSession();
        session.GivesWeightsBack = true;
    }

    private TorchSession OpenSession() => TorchSession.Open(_model, _data, _options.Learning with
    {
        ResumedWeights = _options.Checkpoints is { Resume: true, Path: var path } && TrainingCheckpoints.WeightsOf(path) is var (name, sha256) ? new WeightsIdentity(name, sha256) : null,
    }, Plan);

    private void ResumeFromCheckpoint()
    {
        if (_checkpoints is null)
            return;
        if (_models is not null && _checkpoints.ReadBest() is var (epoch, tensors))
            _models.ContinueFrom(epoch, tensors);
        foreach (string note in _checkpoints.Notes)
            Warn(note);
        Remark(_checkpoints.ResumedFrom is { } path ? $"The run goes on from '{path}'." : "The run begins.");
    }

    private IEnumerable<TrainingTick> Watched(IEnumerable<TrainingTick> source)
    {
        // What ends the run while the caller waits for an update is an error, unless it was asked for.
        Exception? failure = null;
        try
        {
            using IEnumerator<TrainingTick> ticks = source.GetEnumerator();
            while (Advance(ticks))
                yield return ticks.Current;
        }
        finally
        {
            _meter!.End();
            _log!.End(Progress, failure);
        }

        bool Advance(IEnumerator<TrainingTick> ticks)
        {
            try
            {
                if (!ticks.MoveNext())
                    return false;
                _log!.Add(Progress);
                _meter!.Show(ticks.Current, Progress);
                if (ticks.Current.Epoch is { } epoch)
                    _models?.KeepIfBest(epoch, Progress.History);
                WarnOfNonFinite(ticks.Current);
                return true;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                failure = exception;
                throw;
            }
        }
    }
}
