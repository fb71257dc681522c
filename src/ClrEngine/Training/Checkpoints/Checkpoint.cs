using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ClrEngine.Json;
using ClrEngine.Training.Formats;

namespace ClrEngine.Training.Checkpoints;

/// <summary>
/// A run's whole state at one moment, all of which <c>-Resume</c> restores: step, epochs, the sums of the epoch that is under way and
/// cycles (<see cref="RunProgress"/>), from which the rest follows; weights, buffers, the optimiser's state, the moving average and the random state
/// (<see cref="ILearnerState.Export"/>); the models kept at the ends of cycles. The best model is in the checkpoint of its epoch.
/// </summary>
/// <param name="State">The run's own part.</param>
/// <param name="Tensors">The learner's part.</param>
/// <param name="Snapshots">One a cycle; null where the model is lost.</param>
internal sealed record Checkpoint(CheckpointState State, IReadOnlyList<StateTensor> Tensors, IReadOnlyList<IReadOnlyList<StateTensor>?> Snapshots)
{
    /// <summary>Which snapshots are damaged, by their place, with the reason and the file: the rest of the checkpoint is good without them.</summary>
    public IReadOnlyList<(int Index, CheckpointException Damage)> Damaged { get; init; } = [];
}

/// <summary>The JSON part of a checkpoint.</summary>
internal sealed record CheckpointState : ISavedRecord
{
    public const int CurrentVersion = 2;

    public required int FormatVersion { get; init; }

    public required RunProgress Progress { get; init; }

    /// <summary>What the run is: a <see cref="RunDescription"/>, field by field.</summary>
    public required JsonObject Run { get; init; }

    /// <summary>The figure by which the run chooses its best epoch; null where it chooses by none.</summary>
    [JsonIgnore]
    public ValidationFigure? BestBy => BestByOf(Run);

    public IReadOnlyList<SnapshotFile> Snapshots { get; init; } = [];

    public static ValidationFigure? BestByOf(JsonObject run) =>
        run[nameof(RunDescription.BestBy)] is JsonValue value && value.TryGetValue(out string? name) && Enum.TryParse(name, out ValidationFigure figure) ? figure : null;

    void ISavedRecord.Validate()
    {
        if (Snapshots.Count > Progress.Cycles.Count)
            throw new InvalidParameterException(nameof(Snapshots), Snapshots.Count, $"{Snapshots.Count} stand here, more than the {Counted.Of(Progress.Cycles.Count, "cycle")} that {Counted.Form(Progress.Cycles.Count, "has", "have")} ended.");
        for (int i = 0; i < Snapshots.Count; i++)
        {
            if (!CheckpointFiles.IsSnapshot(Snapshots[i].Name))
                throw new InvalidParameterException($"{nameof(Snapshots)}[{i}].{nameof(SnapshotFile.Name)}", Snapshots[i].Name, $"'{Snapshots[i].Name}' stands here, which is no name of a snapshot.");
        }
        if (Run[nameof(RunDescription.StepsPerEpoch)] is JsonValue value && value.TryGetValue(out long stepsPerEpoch) && !Progress.IsConsistent(stepsPerEpoch))
            throw new InvalidParameterException($"{nameof(Progress)}.{nameof(RunProgress.Step)}", Progress.Step, $"its steps, epochs and cycles do not fit epochs of {Counted.Of(stepsPerEpoch, "step")}.");
    }
}

/// <summary>A model that was kept at the end of a cycle, in a file of its own beside the checkpoints that need it; the hash in lower-case hex digits.</summary>
internal sealed record SnapshotFile(string Name, string Sha256);

/// <summary>How a run's state is written as JSON: doubles bit for bit, NaN included.</summary>
internal static class CheckpointJson
{
    /// <summary>The field that says by which version something was written.</summary>
    public static JsonMember FormatVersion { get; } = new(nameof(CheckpointState.FormatVersion), typeof(int)) { Within = WithinAttribute.Finite };

    public static JsonSerializerOptions Options { get; } = new(SavedDocument.Usual)
    {
        PropertyNamingPolicy = null,
        IgnoreReadOnlyProperties = false,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}

/// <summary>A checkpoint, or the folder of a run, cannot be used.</summary>
public sealed class CheckpointException(ErrorCause cause, string path, string reason, Exception? innerException = null)
    : ClrException(cause, $"'{path}' {reason}", innerException)
{
    /// <summary>The checkpoint or the folder.</summary>
    public string Path => path;
}

/// <summary>Why a checkpoint, or the folder of a run, cannot be used.</summary>
internal static class CheckpointErrors
{
    public static readonly ErrorCause Missing = new("CheckpointMissing", ErrorKind.InvalidData,
        "A file that belongs to a checkpoint is not there.", "Restore it from a copy, or give `-Resume`: it goes on from the newest good checkpoint.");

    public static readonly ErrorCause Checksum = new("CheckpointChecksum", ErrorKind.InvalidData,
        "A file of a checkpoint is not what was written.", "Give `-Resume`: it goes on from the newest good checkpoint; look at the disk.");

    public static readonly ErrorCause Format = new("CheckpointFormat", ErrorKind.InvalidData,
        "A file of a checkpoint is not what this module writes.", "Give the folder of a run of this module.");

    public static readonly ErrorCause Version = new("CheckpointVersion", ErrorKind.InvalidData,
        "An earlier or later version of the module wrote the checkpoint.", "Go on with that version, or give another folder to begin anew.");

    public static readonly ErrorCause OtherRun = new("CheckpointOtherRun", ErrorKind.InvalidData,
        "The checkpoint is of another model, data set, schedule or setting.",
        "Give what it was made with, or another folder to begin anew.");

    public static readonly ErrorCause NoneGood = new("CheckpointNoneGood", ErrorKind.InvalidData,
        "There are checkpoints, but none that is good.", "Restore the folder from a copy, or give another one.");

    public static readonly ErrorCause FolderInUse = new("CheckpointFolderInUse", ErrorKind.ResourceUnavailable,
        "Another run that still lives owns the folder.", "Wait for it, stop it, or give another folder.");

    public static readonly ErrorCause FolderNotEmpty = new("CheckpointFolderNotEmpty", ErrorKind.InvalidData,
        "The folder holds another run's checkpoints.", "Give `-Resume` to go on, or another folder to begin anew; `-Force` deletes what is there.");

    public static readonly ErrorCause TooFar = new("CheckpointTooFar", ErrorKind.InvalidData,
        "The run has gone further than was asked for.", "Give more `-Epochs`, or another folder to begin anew.");

    public static readonly ErrorCause NoSpace = new("CheckpointNoSpace", ErrorKind.ResourceUnavailable,
        "There is too little free space to write a checkpoint.", "Free some, lower `-CheckpointKeep`, or give another folder.");

    public static readonly ErrorCause NotWritten = new("CheckpointNotWritten", ErrorKind.WriteError,
        "A checkpoint could not be written.", "Do what the message of the system says.");
}
