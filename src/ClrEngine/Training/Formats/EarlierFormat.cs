using System.Text.Json;
using System.Text.Json.Nodes;
using ClrEngine.Training.Cycles;

namespace ClrEngine.Training.Formats;

/// <summary>
/// Range tests and histories of format version 1, which had what describes their run as fields of their own: makes version 2 of them.
/// What version 1 did not keep stays unknown.
/// </summary>
internal static class EarlierFormat
{
    private static readonly string[] Moved =
    [
        "model", "modelIdentity", "data", "dataIdentity", "stepsPerEpoch", "batchSize", "seed", "device", "threads", "optimizer", "schedule",
    ];

    private static readonly (string Name, string Prefix)[] Versions = [("engine", "Clr "), ("torchSharp", "TorchSharp "), ("libtorch", "libtorch "), ("runtime", "")];

    /// <summary>The document, whose range test or history is its field <paramref name="content"/>, as version 2; any other text, also one that is damaged, as it is.</summary>
    public static string Upgrade(string json, string content)
    {
        try
        {
            if (JsonNode.Parse(json) is not JsonObject document || document["version"] is not JsonValue version || !version.TryGetValue(out int number) || number != 1
                || document[content] is not JsonObject record)
                return json;
            Gather(record);
            document["version"] = 2;
            return document.ToJsonString();
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            return json;
        }
    }

    private static void Gather(JsonObject record)
    {
        var run = new JsonObject { ["sampleCount"] = 0, ["cycles"] = nameof(CycleUse.None) };
        foreach (string name in Moved)
        {
            if (record[name] is { } value)
                run[name] = value.DeepClone();
            record.Remove(name);
        }
        string[] versions = record["versions"]?.GetValue<string>().Split(", ") ?? [];
        foreach (((string name, string prefix), string version) in versions.Length == Versions.Length ? Versions.Zip(versions) : [])
            run[name] = version.StartsWith(prefix, StringComparison.Ordinal) ? version[prefix.Length..] : version;
        record["run"] = run;
        foreach (JsonObject repeat in (record["repeats"] as JsonArray ?? []).OfType<JsonObject>())
            Gather(repeat);
    }
}
