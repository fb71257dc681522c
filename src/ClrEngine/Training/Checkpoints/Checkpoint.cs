using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ClrEngine.Training.Checkpoints;

/// <summary>A run's whole state at one moment.</summary>
/// <param name="State">The run's own part.</param>
/// <param name="Tensors">The learner's part.</param>
/// <param name="Snapshots">The models kept at the ends of cycles; none where the run keeps none.</param>
public sealed record Checkpoint(CheckpointState State, IReadOnlyList<StateTensor> Tensors, IReadOnlyList<IReadOnlyList<StateTensor>> Snapshots);

/// <summary>The JSON part of a checkpoint.</summary>
public sealed record CheckpointState
{
    /// <summary>The version that this program writes.</summary>
    public const int CurrentVersion = 2;

    /// <summary>The version of the format.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>How far the run had come.</summary>
    public required RunProgress Progress { get; init; }

    /// <summary>What the run is: a <see cref="RunDescription"/>, field by field.</summary>
    public required JsonObject Run { get; init; }

    /// <summary>The models kept at the ends of cycles.</summary>
    public IReadOnlyList<SnapshotFile> Snapshots { get; init; } = [];
}

/// <summary>A model that was kept at the end of a cycle, in a file of its own beside the checkpoints that need it.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Sha256">The SHA-256 of its contents, in lower-case hex digits.</param>
public sealed record SnapshotFile(string Name, string Sha256);

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

/// <summary>Compares descriptions of runs field by field.</summary>
internal static class JsonDifference
{
    /// <summary>Each field that differs, with both values.</summary>
    /// <param name="path">The name of what is compared.</param>
    /// <param name="saved">The checkpoint's.</param>
    /// <param name="current">This run's.</param>
    /// <returns>Such as <c>Schedule.MaxLr is 0.1 there and 0.2 here</c>.</returns>
    public static IEnumerable<string> Between(string path, JsonNode? saved, JsonNode? current)
    {
        if (saved is JsonObject savedFields && current is JsonObject currentFields)
        {
            return savedFields.Concat(currentFields).Select(static field => field.Key).Distinct()
                .SelectMany(name => Between($"{path}.{name}", savedFields[name], currentFields[name]));
        }
        return JsonNode.DeepEquals(saved, current) ? [] : [$"{path} is {Text(saved)} there and {Text(current)} here"];
    }

    private static string Text(JsonNode? node)
    {
        const int longest = 100;
        string text = node?.ToJsonString(CheckpointJson.Options) ?? "not set";
        return text.Length <= longest ? text : text[..longest] + "…";
    }
}
