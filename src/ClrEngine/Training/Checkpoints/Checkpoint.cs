using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

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
internal sealed record CheckpointState
{
    public const int CurrentVersion = 2;

    public required int FormatVersion { get; init; }

    /// <summary>How far the run had come.</summary>
    public required RunProgress Progress { get; init; }

    /// <summary>What the run is: a <see cref="RunDescription"/>, field by field.</summary>
    public required JsonObject Run { get; init; }

    public IReadOnlyList<SnapshotFile> Snapshots { get; init; } = [];
}

/// <summary>A model that was kept at the end of a cycle, in a file of its own beside the checkpoints that need it; the hash in lower-case hex digits.</summary>
internal sealed record SnapshotFile(string Name, string Sha256);

/// <summary>How a run's state is written as JSON: doubles bit for bit, NaN included.</summary>
internal static class CheckpointJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        WriteIndented = true,
        MaxDepth = 64,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(), new ScheduleConverter() },
    };
}
