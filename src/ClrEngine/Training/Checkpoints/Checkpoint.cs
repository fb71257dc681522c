using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ClrEngine.Json;
using ClrEngine.Schedules.Json;

namespace ClrEngine.Training.Checkpoints;

/// <summary>A run's whole state at one moment: its own part, the learner's, and the models kept at the ends of cycles.</summary>
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

    /// <summary>How far the run had come.</summary>
    public required RunProgress Progress { get; init; }

    /// <summary>What the run is: a <see cref="RunDescription"/>, field by field.</summary>
    public required JsonObject Run { get; init; }

    public IReadOnlyList<SnapshotFile> Snapshots { get; init; } = [];

    void ISavedRecord.Validate()
    {
        if (Snapshots.Count > Progress.Cycles.Count)
            throw new InvalidParameterException(nameof(Snapshots), Snapshots.Count, $"{Snapshots.Count} stand here, more than the {Progress.Cycles.Count} cycles that have ended.");
        for (int i = 0; i < Snapshots.Count; i++)
        {
            if (!CheckpointFiles.IsSnapshot(Snapshots[i].Name))
                throw new InvalidParameterException($"{nameof(Snapshots)}[{i}].{nameof(SnapshotFile.Name)}", Snapshots[i].Name, $"'{Snapshots[i].Name}' stands here, which is no name of a snapshot.");
        }
        if (Run[nameof(RunDescription.StepsPerEpoch)] is JsonValue value && value.TryGetValue(out long stepsPerEpoch) && !Progress.IsConsistent(stepsPerEpoch))
            throw new InvalidParameterException($"{nameof(Progress)}.{nameof(RunProgress.Step)}", Progress.Step, $"its steps, epochs and cycles do not fit epochs of {stepsPerEpoch} steps.");
    }
}

/// <summary>A model that was kept at the end of a cycle, in a file of its own beside the checkpoints that need it; the hash in lower-case hex digits.</summary>
internal sealed record SnapshotFile(string Name, string Sha256);

/// <summary>How a run's state is written as JSON: doubles bit for bit, NaN included.</summary>
internal static class CheckpointJson
{
    /// <summary>The field that says by which version something was written.</summary>
    public static JsonMember FormatVersion { get; } = new(nameof(CheckpointState.FormatVersion), typeof(int)) { Within = WithinAttribute.Finite };

    public static JsonSerializerOptions Options { get; } = new()
    {
        WriteIndented = true,
        MaxDepth = StrictJson.Deepest,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(), new ScheduleConverter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };
}
