using ClrEngine.Schedules;
using ClrEngine.Training;
using ClrEngine.Training.Cycles;

namespace ClrEngine.Torch.TensorBoard;

/// <summary>
/// A training run as TensorBoard events: rate, momentum and loss of each update, and losses and accuracies of each epoch and cycle, at the
/// step of its last update. Steps are counted from 0.
/// </summary>
public sealed class TrainingEvents : IDisposable
{
    private readonly EventFile _file;
    private int _epochs;
    private int _cycles;

    private TrainingEvents(EventFile file, RunProgress? from)
    {
        _file = file;
        (_epochs, _cycles) = (from?.Epochs.Count ?? 0, from?.Cycles.Count ?? 0);
    }

    /// <summary>The file that is written.</summary>
    public string Path => _file.Path;

    /// <summary>
    /// Begins a new file in a folder. What earlier files of the folder hold from the run's first step on no longer counts for TensorBoard
    /// (as with PyTorch's <c>purge_step</c>): a resumed run shows each step once, and one that begins anew hides the one before.
    /// </summary>
    /// <param name="folder">The folder; made where it is not there.</param>
    /// <param name="from">Where an interrupted run goes on; null where it begins.</param>
    /// <exception cref="ClrEngine.Files.FileNotWrittenException">The file cannot be made.</exception>
    public static TrainingEvents Create(string folder, RunProgress? from)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        return new TrainingEvents(EventFile.Create(folder, from?.Step ?? 0), from);
    }

    /// <summary>Adds the updates whose losses have been read from the device since the last call. Does not wait for the device.</summary>
    /// <param name="run">The run, which keeps its steps.</param>
    public void Add(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        foreach (StepRecord step in run.TakeSteps())
            Add(step);
    }

    /// <summary>Adds the same, and the epochs and cycles that have ended since the last call, and writes all that has gathered.</summary>
    /// <param name="run">The run, which keeps its steps.</param>
    /// <exception cref="ClrEngine.Files.FileNotWrittenException">They cannot be written.</exception>
    public void Flush(TrainingRun run)
    {
        Add(run);
        TrainingHistory history = run.History;
        for (; _cycles < history.Cycles.Count; _cycles++)
            Add(history.Cycles[_cycles]);
        for (; _epochs < history.Epochs.Count; _epochs++)
            Add(history.Epochs[_epochs]);
        _file.Flush();
    }

    /// <summary>Writes what has gathered and closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private void Add(StepRecord step)
    {
        SchedulePoint point = step.Point;
        _file.Add(point.Step, ("train/loss", step.Loss), ("train/learning_rate", point.LearningRate), ("train/momentum", point.Momentum));
        for (int group = 1; group < point.Groups?.Count; group++)
            _file.Add(point.Step, ($"train/learning_rate_{group}", point.Groups[group].LearningRate), ($"train/momentum_{group}", point.Groups[group].Momentum));
    }

    private void Add(EpochRecord epoch) => _file.Add(
        epoch.Step - 1,
        ("epoch", epoch.Epoch),
        ("train/epoch_loss", epoch.TrainLoss),
        ("train/accuracy", epoch.TrainAccuracy),
        ("validation/loss", epoch.ValidationLoss),
        ("validation/accuracy", epoch.ValidationAccuracy),
        ("validation/r_squared", epoch.ValidationRSquared));

    private void Add(CycleRecord cycle) => _file.Add(
        cycle.Step - 1,
        ("cycle/loss", cycle.ValidationLoss),
        ("cycle/accuracy", cycle.ValidationAccuracy),
        ("cycle/ensemble_loss", cycle.EnsembleLoss),
        ("cycle/ensemble_accuracy", cycle.EnsembleAccuracy),
        ("cycle/swa_loss", cycle.SwaLoss),
        ("cycle/swa_accuracy", cycle.SwaAccuracy));
}
