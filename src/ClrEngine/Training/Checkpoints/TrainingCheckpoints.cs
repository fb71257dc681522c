using System.Text.Json;
using System.Text.Json.Nodes;
using ClrEngine.Schedules;

namespace ClrEngine.Training.Checkpoints;

/// <summary>Where and how often a run keeps its state.</summary>
public sealed record CheckpointOptions
{
    private static readonly ErrorCause ResumeWithForce = new(nameof(ResumeWithForce), ErrorKind.InvalidArgument,
        "`-Resume` goes on with a run and `-Force` removes it.", "Give one of them.");

    /// <summary>How many checkpoints stay where nobody says otherwise.</summary>
    public const int UsualKeep = 3;

    /// <summary>The run's folder; made where it is not there.</summary>
    public required string Path { get; init; }

    /// <summary>Updates from one checkpoint to the next, beside those at the ends of epochs and cycles; 0 for these alone.</summary>
    public long Every { get; init; }

    /// <summary>How many of the newest checkpoints stay, beside that of the best epoch.</summary>
    public int Keep { get; init; } = UsualKeep;

    /// <summary>Whether to go on from the newest good checkpoint, where there is one.</summary>
    public bool Resume { get; init; }

    /// <summary>Whether to begin anew where another run has checkpoints, which go when this one writes its first.</summary>
    public bool Force { get; init; }

    internal void Validate()
    {
        if (string.IsNullOrWhiteSpace(Path))
            throw new InvalidParameterException("CheckpointPath", Path, "CheckpointPath is empty; give a folder.");
        Require.AtLeast(Every, 0, "CheckpointEvery");
        Require.AtLeast(Keep, 1, "CheckpointKeep");
        if (Resume && Force)
            throw new InvalidParameterException("Force", true, "Resume goes on with a run and Force removes it; give one of them.", ResumeWithForce);
    }
}

/// <summary>
/// Keeps a run's state while it goes: every so many updates, at the ends of epochs and cycles, and where the caller stops it.
/// A run that died goes on from there bit for bit.
/// </summary>
internal sealed class TrainingCheckpoints : IDisposable
{
    private static readonly string[] IdentityFields =
    [
        nameof(RunDescription.Model), nameof(RunDescription.Data), nameof(RunDescription.DataIdentity), nameof(RunDescription.SampleCount),
        nameof(RunDescription.BatchSize), nameof(RunDescription.Seed), nameof(RunDescription.Schedule), nameof(RunDescription.Learning), nameof(RunDescription.Cycles), nameof(RunDescription.BestBy),
    ];

    private static readonly string[] EnvironmentFields =
    [
        nameof(RunDescription.Device), nameof(RunDescription.Threads), nameof(RunDescription.Engine), nameof(RunDescription.TorchSharp),
        nameof(RunDescription.Libtorch), nameof(RunDescription.Runtime), nameof(RunDescription.Platform),
    ];

    private static readonly JsonSerializerOptions OnOneLine = new(CheckpointJson.Options) { WriteIndented = false };

    private readonly CheckpointFolder _folder;
    private readonly CheckpointOptions _options;
    private readonly ILearner _learner;
    private readonly ISnapshotEnsemble? _snapshots;
    private readonly JsonObject _run;
    private readonly List<string> _notes = [];
    private long? _savedStep;
    private bool _isWhole;

    private TrainingCheckpoints(CheckpointFolder folder, CheckpointOptions options, ILearner learner, ISnapshotEnsemble? snapshots, JsonObject run) =>
        (_folder, _options, _learner, _snapshots, _run) = (folder, options, learner, snapshots, run);

    /// <summary>Called before a checkpoint is written, when the run's losses have just been read: what others keep of the run is then not behind the checkpoint.</summary>
    public Action? Saving { get; set; }

    /// <summary>How far the run had come that this one goes on with; null where it begins.</summary>
    public RunProgress? Progress { get; private set; }

    /// <summary>The checkpoint that the run goes on from; null where it begins.</summary>
    public string? ResumedFrom { get; private set; }

    /// <summary>The newest checkpoint that was written or gone on from; null where there is none.</summary>
    public string? Newest => _savedStep is { } step ? _folder.Find(step) : null;

    /// <summary>What people should know: checkpoints that were refused, and a place that differs from the one where the run began.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>
    /// Takes the run's folder and, where it shall go on, puts the newest good checkpoint into the learner.
    /// Another model, data set, schedule or setting than the checkpoint's is refused; another place is noted.
    /// </summary>
    /// <exception cref="CheckpointException">The folder or its checkpoints cannot be used; the message says why and what to do.</exception>
    /// <exception cref="Schedules.ScheduleNotSaveableException">The schedule holds code whose text is not known, so that nobody could tell it from another.</exception>
    public static TrainingCheckpoints Open(CheckpointOptions options, RunDescription run, ILearner learner, ISnapshotEnsemble? snapshots = null)
    {
        options.Validate();
        JsonObject described = JsonSerializer.SerializeToNode(run, CheckpointJson.Options)!.AsObject();
        var opened = new TrainingCheckpoints(new CheckpointFolder(options.Path), options, learner, snapshots, described);
        try
        {
            if (options.Resume)
                opened.Resume();
            else if (options.Force)
                opened._folder.ReplacesAll = true;
            else if (opened._folder.List().Count > 0)
                throw new CheckpointException(CheckpointErrors.FolderNotEmpty, opened._folder.Path, "holds the checkpoints of a run: give Resume to go on with it, or another folder; Force deletes it once this run has a checkpoint.");
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>The name and the SHA-256 of the file of weights that the run in a folder began with; null where it has no checkpoint that says so.</summary>
    public static (string Name, string Sha256)? WeightsOf(string folder)
    {
        foreach (string path in Directory.Exists(folder) ? CheckpointFolder.In(folder).Reverse() : [])
        {
            try
            {
                return CheckpointReader.ReadState(path).Run[nameof(RunDescription.Learning)] is JsonObject learning && learning[nameof(RunDescription.Weights)] is JsonObject file ? ($"{file["Name"]}", $"{file["Sha256"]}") : null;
            }
            catch (Exception damage) when (damage is CheckpointException or IOException or UnauthorizedAccessException)
            {
                // To go on from it says what is wrong with it.
            }
        }
        return null;
    }

    /// <summary>The best epoch of the run that this one goes on with, and its model; null where no epoch had ended, or where its checkpoint is lost, of which there is a note then.</summary>
    public (EpochRecord Epoch, IReadOnlyList<StateTensor> Tensors)? ReadBest()
    {
        if (TrainingHistory.Best(Progress?.Epochs ?? [], CheckpointState.BestByOf(_run)) is not { } best)
            return null;
        string reason = "its checkpoint is no longer in the folder.";
        if (_folder.Find(best.Step) is { } path)
        {
            try
            {
                return (best, CheckpointReader.Read(path).Tensors);
            }
            catch (CheckpointException damage)
            {
                reason = CheckpointFolder.SetAside(damage);
            }
        }
        _notes.Add($"The best model so far, of epoch {best.Epoch}, is lost, and best.safetensors will be missing unless a later epoch is better: {reason}");
        return null;
    }

    /// <summary>Trains a run that was made with <see cref="Progress"/>, update by update as the caller pulls, and writes checkpoints between.</summary>
    /// <exception cref="CheckpointException">A checkpoint could not be written, or the run has gone further than was asked for.</exception>
    public IEnumerable<TrainingTick> Run(TrainingRun run, ILrSchedule schedule, CancellationToken cancellationToken = default)
    {
        if (run.Step > run.TotalSteps)
            throw new CheckpointException(CheckpointErrors.TooFar, ResumedFrom ?? _folder.Path, $"has {Counted.Of(run.Step, "update")}, and {run.TotalSteps} {Counted.Form(run.TotalSteps, "was", "were")} asked for: ask for more epochs, or give another folder to begin anew.");
        return Ticks(run, run.Run(cancellationToken), schedule);
    }

    public void Dispose() => _folder.Dispose();

    private IEnumerable<TrainingTick> Ticks(TrainingRun run, IEnumerable<TrainingTick> source, ILrSchedule schedule)
    {
        using IEnumerator<TrainingTick> ticks = source.GetEnumerator();
        _isWhole = true;
        try
        {
            while (Advance(ticks))
            {
                TrainingTick tick = ticks.Current;
                if (tick.Epoch is not null || CycleEnds.EndsAt(schedule, run.Step) || (_options.Every > 0 && run.Step % _options.Every == 0))
                    Save(run);
                yield return tick;
            }
        }
        finally
        {
            // The caller stopped pulling, cancelled, or failed: between two updates nothing need be lost.
            if (_isWhole)
                Save(run);
        }
    }

    // Whole is a run between two updates, also where it was cancelled; what else is thrown leaves it in pieces.
    private bool Advance(IEnumerator<TrainingTick> ticks)
    {
        _isWhole = false;
        try
        {
            bool more = ticks.MoveNext();
            _isWhole = true;
            return more;
        }
        catch (OperationCanceledException)
        {
            _isWhole = true;
            throw;
        }
    }

    private void Save(TrainingRun run)
    {
        if (run.Step == _savedStep)
            return;
        _isWhole = false;
        if (run.Progress() is { } progress)
        {
            try
            {
                Saving?.Invoke();
            }
            finally
            {
                // A log that cannot be written ends the run, and shall not cost the checkpoint.
                Write(run, progress);
            }
        }
        _isWhole = true;
    }

    private void Write(TrainingRun run, RunProgress progress)
    {
        using ILearnerState learner = _learner.Capture();
        var state = new CheckpointState { FormatVersion = CheckpointState.CurrentVersion, Progress = progress, Run = _run };
        _folder.Write(new Checkpoint(state, learner.Export(), _snapshots?.Members ?? []), _options.Keep, run.History.BestEpoch?.Step);
        _savedStep = run.Step;
    }

    private void Resume()
    {
        var refused = new List<CheckpointException>();
        if (_folder.Newest(refused) is not var (checkpoint, path))
            return;
        string[] differences = [.. Differences(checkpoint, IdentityFields)];
        if (differences.Length > 0)
            throw OtherRun(path, string.Join("; ", differences) + ".");
        using (ILearnerState state = _learner.Capture())
        {
            try
            {
                state.Import(checkpoint.Tensors);
                foreach (IReadOnlyList<StateTensor>? member in checkpoint.Snapshots)
                    _snapshots?.AddSaved(member);
            }
            catch (StateMismatchException exception)
            {
                throw OtherRun(path, exception.Difference, exception);
            }
            _learner.Restore(state);
        }
        _folder.ContinueFrom(checkpoint);
        _notes.AddRange(refused.Select(static damage => $"Checkpoint refused: {CheckpointFolder.SetAside(damage)}"));
        _notes.AddRange(Differences(checkpoint, EnvironmentFields).Select(d => $"The run began elsewhere and goes on, but not bit for bit: {d}."));
        (Progress, ResumedFrom, _savedStep) = (WithoutLost(checkpoint), path, checkpoint.State.Progress.Step);
    }

    // The history says what its ensemble lacks; so does each process that goes on.
    private RunProgress WithoutLost(Checkpoint checkpoint)
    {
        CycleRecord[] cycles = [.. checkpoint.State.Progress.Cycles];
        foreach ((int index, CheckpointException damage) in checkpoint.Damaged)
        {
            cycles[index] = cycles[index] with { SnapshotIsLost = true };
            _notes.Add($"The model of cycle {index + 1} is lost: {CheckpointFolder.SetAside(damage)}");
        }
        if (cycles.Where(static cycle => cycle.SnapshotIsLost).Select(static cycle => cycle.Cycle).ToArray() is { Length: > 0 } lost)
            _notes.Add($"The ensemble and the mean of the weights are of the other cycles' models from now on, and no snapshot is written of cycle {string.Join(", ", lost)}.");
        return checkpoint.State.Progress with { Cycles = cycles };
    }

    private static CheckpointException OtherRun(string path, string difference, Exception? inner = null) =>
        new(CheckpointErrors.OtherRun, path, $"is of another run: {difference} Give what it was made with, or another folder to begin anew.", inner);

    private IEnumerable<string> Differences(Checkpoint checkpoint, string[] fields) =>
        fields.SelectMany(name => DifferencesBetween(name, checkpoint.State.Run[name], _run[name]));

    // Each field that differs, with both values, such as "Schedule.maxLr is 0.1 there and 0.2 here".
    private static IEnumerable<string> DifferencesBetween(string path, JsonNode? saved, JsonNode? current)
    {
        if (saved is null or JsonObject && current is null or JsonObject && (saved ?? current) is not null)
        {
            JsonObject none = [], savedFields = saved as JsonObject ?? none, currentFields = current as JsonObject ?? none;
            return savedFields.Concat(currentFields).Select(static field => field.Key).Distinct()
                .SelectMany(name => DifferencesBetween($"{path}.{name}", savedFields[name], currentFields[name]));
        }
        return JsonNode.DeepEquals(saved, current) ? [] : [$"{path} is {Text(saved)} there and {Text(current)} here"];
    }

    private static string Text(JsonNode? node)
    {
        const int longest = 100;
        string text = node?.ToJsonString(OnOneLine) ?? "not set";
        return text.Length <= longest ? text : text[..longest] + "…";
    }
}
