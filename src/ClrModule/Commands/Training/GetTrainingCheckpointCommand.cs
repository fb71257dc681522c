using ClrEngine.Training.Checkpoints;
using ClrModule.Commands.Files;
using ClrModule.Sweeps;

namespace ClrModule.Commands.Training;

/// <summary>Lists the checkpoints of runs, the oldest first; a sweep's run is given by its own folder. What it lists, Remove-Item removes.</summary>
[Cmdlet(VerbsCommon.Get, "TrainingCheckpoint", DefaultParameterSetName = ByPath)]
[OutputType(typeof(TrainingCheckpoint))]
public sealed class GetTrainingCheckpointCommand : FilesCommand
{
    private static readonly ErrorCause CheckpointsNotFound = new(nameof(CheckpointsNotFound), ErrorKind.ObjectNotFound,
        "A folder holds no checkpoints.", "Give the folder that was the run's `-CheckpointPath`; a sweep's run has some until it is done.");

    /// <summary>Reads each checkpoint whole, and says whether it is as it was written: its files against their SHA-256.</summary>
    [Parameter]
    public SwitchParameter Verify { get; set; }

    /// <summary>Lists only what may go where this many are enough: neither the newest good ones of that number, for which each is read whole, nor that of the best epoch. At least 1.</summary>
    [Parameter, WholeNumber<int>(RefusesNull = true)]
    public int? Beyond { get; set; }

    protected override void Process()
    {
        if (Beyond is { } enough)
            Require.AtLeast(enough, 1, nameof(Beyond));
        EachOf(Given, path => EachOf(FilesOf(path), folder => List(FileAt(folder))));
    }

    private protected override string FileAt(string path) => SweepRunFolder.IsRun(path) ? System.IO.Path.Combine(path, SweepRunFolder.Checkpoints) : path;

    private void List(string folder)
    {
        // Also what lies in the place of one.
        string[] entries = Directory.Exists(folder) ? Directory.GetFileSystemEntries(folder) : [];
        string[] found = [.. entries.Where(path => CheckpointFiles.StepOf(path).HasValue).OrderBy(CheckpointFiles.StepOf)], refused = [.. entries.Where(path => CheckpointFiles.IsRefused(path) && Directory.Exists(path))];
        TrainingCheckpoint[] listed = LookAt(found), aside = LookAt(refused);
        if (listed.Length + aside.Length == 0)
            throw new InvalidParameterException(nameof(Path), folder, $"'{folder}' holds no checkpoints{WhyNone(folder)}", CheckpointsNotFound);
        // The newest that can be read knows all epochs.
        TrainingCheckpoint? newest = listed.LastOrDefault(checkpoint => checkpoint.Epochs.Count > 0);
        IReadOnlyList<EpochRecord> epochs = newest?.Epochs ?? [];
        ValidationFigure? bestBy = newest?.BestBy;
        listed = [.. listed.Select(checkpoint => checkpoint with { IsBest = checkpoint.State != CheckpointCondition.Damaged && TrainingHistory.Best(epochs, bestBy)?.Step == checkpoint.Step })];
        IEnumerable<TrainingCheckpoint> shown = Beyond is null ? listed : listed.Where(checkpoint => !checkpoint.IsBest && listed.Count(other => other.Step > checkpoint.Step && other.State != CheckpointCondition.Damaged) >= Beyond);
        WriteObject(shown.Concat(aside.Select(checkpoint => checkpoint with { State = CheckpointCondition.SetAside })), enumerateCollection: true);
    }

    private static string WhyNone(string folder) => File.Exists(folder) ? ": it is a file; give the folder of a run."
        : System.IO.Path.GetDirectoryName(folder) is not { } run || !SweepRunFolder.IsRun(run) ? "; give the folder of a run."
        : File.Exists(System.IO.Path.Combine(run, SweepRunFolder.HistoryFile)) ? ": the run is done, and its checkpoints were removed when its history and models were written."
        : ": the run has written none yet.";

    // The run of a sweep keeps them in a folder of its own.
    private static string RunOf(string folder) =>
        System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(folder) is { } run && SweepRunFolder.IsRun(run) ? run : folder);

    private TrainingCheckpoint[] LookAt(string[] paths) => [.. paths.Select(path => { StopToken.ThrowIfCancellationRequested(); return Look(path); }).OfType<TrainingCheckpoint>()];

    // Null for one that a run which goes on removed meanwhile.
    private TrainingCheckpoint? Look(string path)
    {
        var checkpoint = new TrainingCheckpoint
        {
            Run = RunOf(System.IO.Path.GetDirectoryName(path)!),
            FullName = path,
            Step = CheckpointFiles.StepOf(path) ?? CheckpointFiles.StepOfRefused(path) ?? 0,
        };
        try
        {
            FileInfo[] files = File.Exists(path) ? [new FileInfo(path)] : new DirectoryInfo(path).GetFiles();
            checkpoint = checkpoint with { Bytes = files.Sum(file => file.Length), Written = files.Length > 0 ? files.Max(file => file.LastWriteTime) : null };
            CheckpointState state = CheckpointReader.ReadState(path);
            checkpoint = checkpoint with { Step = state.Progress.Step, Epoch = state.Progress.Epochs.Count };
            // What may go is known only where those that stay are good.
            Checkpoint? whole = Verify || Beyond is not null ? CheckpointReader.Read(path) : null;
            return checkpoint with
            {
                Epochs = state.Progress.Epochs,
                BestBy = state.BestBy,
                State = whole switch { null => CheckpointCondition.NotVerified, { Damaged.Count: > 0 } => CheckpointCondition.SnapshotDamaged, _ => CheckpointCondition.Good },
                Reason = whole is { Damaged: [_, ..] damaged } ? string.Join(" ", damaged.Select(static snapshot => snapshot.Damage.Message)) : null,
            };
        }
        catch (Exception exception) when (exception is CheckpointException or IOException or UnauthorizedAccessException)
        {
            return System.IO.Path.Exists(path) ? checkpoint with { State = CheckpointCondition.Damaged, Reason = exception.Message } : null;
        }
    }
}

/// <summary>A checkpoint of a run.</summary>
public sealed record TrainingCheckpoint
{
    /// <summary>The name of the run's folder.</summary>
    public required string Run { get; init; }

    /// <summary>Optimiser updates that it has.</summary>
    public long Step { get; init; }

    /// <summary>Whole epochs that it has; null where it is damaged, and nobody knows.</summary>
    public int? Epoch { get; init; }

    /// <summary>Whether it is that of the best epoch so far, which the best model is taken from.</summary>
    public bool IsBest { get; init; }

    /// <summary>Whether it is good.</summary>
    public CheckpointCondition State { get; init; }

    /// <summary>What is wrong with it.</summary>
    public string? Reason { get; init; }

    /// <summary>The bytes of its files. Snapshots lie beside the checkpoints, once for all of them.</summary>
    public long Bytes { get; init; }

    /// <summary>When it was written.</summary>
    public DateTime? Written { get; init; }

    /// <summary>Its folder. It is named as that of a file is, which cmdlets take by the pipeline as it is: a bracket in a path by the name of Path would be a wildcard.</summary>
    public required string FullName { get; init; }

    internal IReadOnlyList<EpochRecord> Epochs { get; init; } = [];

    internal ValidationFigure? BestBy { get; init; }

    /// <summary>A line for people.</summary>
    public override string ToString() => $"{Run}, step {Step}: {State}";
}

/// <summary>What is known of a checkpoint.</summary>
public enum CheckpointCondition
{
    /// <summary>It is there; whether its numbers are whole was not looked at.</summary>
    NotVerified,

    /// <summary>All files are as they were written.</summary>
    Good,

    /// <summary>A file is missing, or is not as it was written; a run that goes on takes the one before.</summary>
    Damaged,

    /// <summary>A run that went on found it damaged, and renamed it.</summary>
    SetAside,

    /// <summary>It is good, and a snapshot beside it is not: a run that goes on takes it, and its ensemble is of the other snapshots.</summary>
    SnapshotDamaged,
}
