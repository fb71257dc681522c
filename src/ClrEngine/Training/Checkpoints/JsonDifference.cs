using System.Text.Json.Nodes;

namespace ClrEngine.Training.Checkpoints;

/// <summary>Compares identities and environments field by field.</summary>
internal static class JsonDifference
{
    /// <summary>Each field that differs, with both values.</summary>
    /// <param name="saved">The checkpoint's.</param>
    /// <param name="current">This run's.</param>
    /// <returns>Such as <c>Schedule.MaxLr is 0.1 there and 0.2 here</c>.</returns>
    public static IEnumerable<string> Between(JsonNode? saved, JsonNode? current) => Between("", saved, current);

    private static IEnumerable<string> Between(string path, JsonNode? saved, JsonNode? current)
    {
        if (saved is JsonObject savedFields && current is JsonObject currentFields)
        {
            return savedFields.Concat(currentFields).Select(static field => field.Key).Distinct()
                .SelectMany(name => Between(path.Length == 0 ? name : $"{path}.{name}", savedFields[name], currentFields[name]));
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
