using System.Text.Json;
using System.Text.Json.Nodes;
using ClrEngine.Training.Cycles;

namespace ClrEngine.Training.Formats;

/// <summary>
/// Range tests and histories of earlier format versions, brought to the present one. Version 1 had what describes their run as fields of their
/// own; range tests of version 2 had no trials. What a version did not keep stays unknown.
/// </summary>
internal static class EarlierFormat
{
    private static readonly string[] Moved =
    [
        "model", "modelIdentity", "data", "dataIdentity", "stepsPerEpoch", "batchSize", "seed", "device", "threads", "optimizer", "schedule",
    ];

    private static readonly (string Name, string Prefix)[] Versions = [("engine", "Clr "), ("torchSharp", "TorchSharp "), ("libtorch", "libtorch "), ("runtime", "")];

    /// <summary>The document, whose range test or history is its field <paramref name="content"/>, as version <paramref name="present"/>; any other text, also one that is damaged, as it is.</summary>
    public static string Upgrade(string json, string content, int present)
    {
        try
        {
            if (JsonNode.Parse(json) is not JsonObject document || document["version"] is not JsonValue version || !version.TryGetValue(out int number) || number < 1 || number >= present
                || document[content] is not JsonObject record)
                return json;
            if (number == 1)
                Gather(record);
            if (content == "test")
                AddNoTrials(record);
            document["version"] = present;
            return document.ToJsonString();
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            return json;
        }
    }

    private static void AddNoTrials(JsonObject test)
    {
        test["trials"] ??= new JsonArray();
        foreach (JsonObject repeat in (test["repeats"] as JsonArray ?? []).OfType<JsonObject>())
            AddNoTrials(repeat);
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
