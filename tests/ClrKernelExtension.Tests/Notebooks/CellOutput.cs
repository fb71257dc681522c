using System.Text.Json.Nodes;
using Microsoft.DotNet.Interactive.Formatting;

namespace ClrKernelExtension.Tests.Notebooks;

/// <summary>What a cell showed: of the kinds that a notebook file knows.</summary>
internal sealed record CellOutput(string Kind, IReadOnlyList<(string MimeType, string Text)> Forms)
{
    /// <summary>An object as the notebook's formatter shows it.</summary>
    public static CellOutput Of(string kind, object value) => new(
        kind,
        value is string text
            ? [("text/plain", text)]
            : [.. Formatter.GetPreferredMimeTypesFor(value.GetType()).Select(mime => (mime, value.ToDisplayString(mime)))]);

    /// <summary>Lines that were written.</summary>
    public static CellOutput Written(string text) => new("stream", [("text/plain", text)]);

    /// <summary>The kind and the forms of a saved output, in a line.</summary>
    public static string Signature(JsonObject saved) => (string)saved["output_type"]! switch
    {
        "stream" => "stream text/plain",
        var kind => $"{kind} {string.Join(' ', saved["data"]!.AsObject().Select(form => form.Key))}",
    };

    public string Signature() => $"{Kind} {string.Join(' ', Forms.Select(form => form.MimeType))}";

    public JsonObject ToJson(int count)
    {
        var json = new JsonObject();
        if (Kind == "stream")
        {
            json["name"] = "stdout";
            json["output_type"] = Kind;
            json["text"] = Lines(Forms[0].Text);
            return json;
        }
        json["data"] = new JsonObject(Forms.Select(form => KeyValuePair.Create(form.MimeType, (JsonNode?)Lines(form.Text))));
        if (Kind == "execute_result")
            json["execution_count"] = count;
        json["metadata"] = new JsonObject();
        json["output_type"] = Kind;
        return json;
    }

    private static JsonArray Lines(string text)
    {
        string[] lines = text.ReplaceLineEndings("\n").Split('\n');
        return new JsonArray([.. lines.Select((line, i) => (JsonNode)(i < lines.Length - 1 ? line + "\n" : line)).Where(line => (string)line! != "")]);
    }
}
