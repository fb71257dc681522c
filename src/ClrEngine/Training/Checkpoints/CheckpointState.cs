using System.Text.Json.Nodes;

namespace ClrEngine.Training.Checkpoints;

/// <summary>The JSON part of a checkpoint.</summary>
public sealed record CheckpointState
{
    /// <summary>The version that this program writes.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The version of the format.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>How far the run had come.</summary>
    public required RunProgress Progress { get; init; }

    /// <summary>What decides how the run goes: a <see cref="RunIdentity"/>, field by field.</summary>
    public required JsonObject Identity { get; init; }

    /// <summary>Where it ran: device, threads, versions. A run goes on elsewhere too, but not bit for bit.</summary>
    public required JsonObject Environment { get; init; }

    /// <summary>The models kept at the ends of cycles.</summary>
    public IReadOnlyList<SnapshotFile> Snapshots { get; init; } = [];
}
