using System.Text.Json.Nodes;

namespace ClrKernelExtension.Tests.Notebooks;

/// <summary>A cell of a notebook.</summary>
internal sealed class NotebookCell(JsonObject json)
{
    public bool IsCode => Text("cell_type") == "code";

    public string Id => Text("id");

    /// <summary>The language, as Visual Studio Code reads it.</summary>
    public string? Language => (string?)json["metadata"]?["polyglot_notebook"]?["kernelName"];

    /// <summary>The language, as older clients read it.</summary>
    public string? OlderLanguage => (string?)json["metadata"]?["dotnet_interactive"]?["language"];

    public string Source => string.Concat(json["source"]!.AsArray().Select(line => (string)line!));

    public IReadOnlyList<JsonObject> Outputs => [.. json["outputs"]!.AsArray().Select(output => output!.AsObject())];

    public void Replace(int count, IEnumerable<CellOutput> outputs)
    {
        json["execution_count"] = count;
        json["outputs"] = new JsonArray([.. outputs.Select(output => (JsonNode)output.ToJson(count))]);
    }

    private string Text(string name) => (string)json[name]!;
}
