using ClrEngine.Schedules;
using ClrEngine.Training;

namespace ClrEngine.Torch.Logs;

/// <summary>A place where others look at what a run measures. A file that cannot be written is an <see cref="IOException"/> or an <see cref="UnauthorizedAccessException"/>.</summary>
internal interface IRunLog : IDisposable
{
    /// <summary>What a run goes on without where this fails.</summary>
    string Name { get; }

    /// <summary>One sentence for the user: where it is.</summary>
    string Remark { get; }

    /// <summary>Adds named values of one step; those without a value are left out.</summary>
    void Add(long step, params ReadOnlySpan<(string Tag, double? Value)> values);

    /// <summary>Writes all that has gathered.</summary>
    void Flush();

    /// <summary>Writes all that has gathered, and how the run ended, null where an error ended it; and why, where that is known.</summary>
    void End(TrainingHistory? history, string? reason);
}

/// <summary>
/// What a run measures, by the names under which others show it: rate, momentum and loss of each update, and losses and accuracies of each
/// epoch and cycle, at the step of its last update. Steps are counted from 0. A log that cannot be written costs neither the run nor the other logs.
/// </summary>
internal sealed class TrainingLog : IDisposable
{
    /// <summary>What is known at the end of an epoch, with its unit; none where it is a number without one.</summary>
    public static readonly (string Tag, string? Unit, Func<EpochRecord, double?> Value)[] OfEpochs =
    [
        ("epoch", "{epoch}", static e => e.Epoch),
        ("train/epoch_loss", null, static e => e.TrainLoss),
        ("train/accuracy", "%", static e => e.TrainAccuracy),
        ("validation/loss", null, static e => e.ValidationLoss),
        ("validation/accuracy", "%", static e => e.ValidationAccuracy),
        ("validation/r_squared", null, static e => e.ValidationRSquared),
        ("validation/figure", null, static e => e.ValidationFigure),
        ("validation/ema_loss", null, static e => e.EmaLoss),
        ("validation/ema_accuracy", "%", static e => e.EmaAccuracy),
    ];

    private const string OfValidation = "validation/";

    private readonly IReadOnlyList<IRunLog> _logs;
    private readonly List<IRunLog> _written;
    private readonly Action<string> _warn;
    private int _epochs;
    private int _cycles;

    /// <summary>Writes to logs, at the beginning of a run or where an interrupted one goes on.</summary>
    public TrainingLog(IReadOnlyList<IRunLog> logs, RunProgress? from, Action<string> warn)
    {
        (_logs, _written, _warn) = (logs, [.. logs], warn);
        (_epochs, _cycles) = (from?.Epochs.Count ?? 0, from?.Cycles.Count ?? 0);
    }

    /// <summary>The first failure of a log; null where all that was asked for is written.</summary>
    public Exception? Failure { get; private set; }

    public IEnumerable<string> Remarks => _logs.Select(static log => log.Remark);

    /// <summary>Whether a figure of each epoch, or all metrics together in the meter, would stand under the same name as a metric of one's own.</summary>
    public static bool Has(string metric) => OfEpochs.Select(static figure => figure.Tag).Append(RunMeter.MetricTag).Contains(OfValidation + metric, StringComparer.OrdinalIgnoreCase);

    /// <summary>Opens the logs that a job asks for.</summary>
    public static TrainingLog Open(TrainingJobOptions options, TrainingRun run, RunProgress? from, Action<string> warn)
    {
        var logs = new List<IRunLog>();
        try
        {
            if (options.EventFolder is { } events)
                logs.Add(new EventFile(events, from?.Step ?? 0));
            if (options.MlflowFolder is { } store)
                logs.Add(MlflowRun.Open(new MlflowStore(store), run, options.Checkpoints, from, warn));
            return new TrainingLog(logs, from, warn);
        }
        catch
        {
            TrainingJob.DisposeAll([.. logs]);
            throw;
        }
    }

    /// <summary>Adds the updates whose losses have been read from the device since the last call. Does not wait for the device.</summary>
    public void Add(TrainingRun run)
    {
        if (_logs.Count == 0)
            return;
        foreach (StepRecord step in run.TakeSteps())
            Add(step);
    }

    /// <summary>Adds the same, and the epochs and cycles that have ended since the last call, and writes all that has gathered.</summary>
    public void Flush(TrainingRun run)
    {
        Gather(run);
        Each(static log => log.Flush());
    }

    /// <summary>Adds and writes the same, and how the run ended: the error that ended it, null where none did.</summary>
    public void End(TrainingRun run, Exception? failure)
    {
        Gather(run);
        TrainingHistory? history = failure is null ? run.History : null;
        Each(log => log.End(history, failure is null ? history?.StatusReason : failure.Message));
    }

    public void Dispose() => TrainingJob.DisposeAll([.. _logs]);

    private void Gather(TrainingRun run)
    {
        if (_written.Count == 0)
            return;
        Add(run);
        TrainingHistory history = run.History;
        for (; _cycles < history.Cycles.Count; _cycles++)
            Add(history.Cycles[_cycles]);
        for (; _epochs < history.Epochs.Count; _epochs++)
            Add(history.Epochs[_epochs]);
    }

    private void Add(StepRecord step)
    {
        SchedulePoint point = step.Point;
        Add(point.Step, ("train/loss", step.Loss), ("train/learning_rate", point.LearningRate), ("train/momentum", point.Momentum));
        for (int group = 1; group < point.Groups?.Count; group++)
            Add(point.Step, ($"train/learning_rate_{group}", point.Groups[group].LearningRate), ($"train/momentum_{group}", point.Groups[group].Momentum));
    }

    private void Add(EpochRecord epoch) => Add(
        epoch.Step - 1,
        [.. OfEpochs.Select(figure => (figure.Tag, figure.Value(epoch))), .. (epoch.Metrics ?? []).Select(static metric => (OfValidation + metric.Name, (double?)metric.Value))]);

    private void Add(CycleRecord cycle) => Add(
        cycle.Step - 1,
        ("cycle/loss", cycle.ValidationLoss),
        ("cycle/accuracy", cycle.ValidationAccuracy),
        ("cycle/ensemble_loss", cycle.EnsembleLoss),
        ("cycle/ensemble_accuracy", cycle.EnsembleAccuracy),
        ("cycle/swa_loss", cycle.SwaLoss),
        ("cycle/swa_accuracy", cycle.SwaAccuracy));

    private void Add(long step, params (string Tag, double? Value)[] values) => Each(log => log.Add(step, values));

    private void Each(Action<IRunLog> write)
    {
        for (int i = _written.Count - 1; i >= 0; i--)
        {
            try
            {
                write(_written[i]);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                _warn($"The run goes on without {_written[i].Name}: {failure.Message}");
                _written.RemoveAt(i);
                Failure ??= failure;
            }
        }
    }
}
