using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ClrKernelExtension.Tests;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find(string folder) => File.Exists(Path.Combine(folder, "ClrModule.slnx"))
        ? folder
        : Find(Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("The tests must run inside the checkout."));
}

/// <summary>A notebook of the checkout, in Jupyter's format 4.5.</summary>
internal sealed class NotebookFile
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, IndentSize = 1, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _path;

    public NotebookFile(string name)
    {
        _path = Repository.PathOf("notebooks", name);
        Text = File.ReadAllText(_path);
        Root = JsonNode.Parse(Text)!.AsObject();
        Cells = [.. Root["cells"]!.AsArray().Select(cell => new NotebookFileCell(cell!.AsObject()))];
    }

    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.GetFiles(Repository.PathOf("notebooks"), "*.ipynb").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    public string Text { get; }

    public JsonObject Root { get; }

    public IReadOnlyList<NotebookFileCell> Cells { get; }

    public IEnumerable<NotebookFileCell> CodeCells => Cells.Where(cell => cell.IsCode);

    public void Save() => File.WriteAllText(_path, Root.ToJsonString(Format).ReplaceLineEndings("\n") + "\n");
}

/// <summary>A cell of a notebook file.</summary>
internal sealed class NotebookFileCell(JsonObject json)
{
    public bool IsCode => (string)json["cell_type"]! == "code";

    public string Id => (string)json["id"]!;

    /// <summary>The language, as Visual Studio Code reads it.</summary>
    public string? Language => (string?)json["metadata"]?["polyglot_notebook"]?["kernelName"];

    /// <summary>The language, as older clients read it.</summary>
    public string? OlderLanguage => (string?)json["metadata"]?["dotnet_interactive"]?["language"];

    public string Source => string.Concat(json["source"]!.AsArray().Select(line => (string)line!));

    /// <summary>Whether the cell loads the extension.</summary>
    public bool Loads => Source.Contains("#r \"nuget: ClrKernelExtension\"", StringComparison.Ordinal);

    public IReadOnlyList<CellOutput> Outputs => [.. json["outputs"]!.AsArray().Select(output => CellOutput.Saved(output!.AsObject()))];

    public void Replace(int count, IEnumerable<CellOutput> outputs)
    {
        json["execution_count"] = count;
        json["outputs"] = new JsonArray([.. outputs.Select(output => (JsonNode)output.ToJson(count))]);
    }
}
