using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClrKernelExtension.Tests.Host;

namespace ClrKernelExtension.Tests.Notebooks;

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
        Cells = [.. Root["cells"]!.AsArray().Select(cell => new NotebookCell(cell!.AsObject()))];
    }

    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.GetFiles(Repository.PathOf("notebooks"), "*.ipynb").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    public string Text { get; }

    public JsonObject Root { get; }

    public IReadOnlyList<NotebookCell> Cells { get; }

    public IEnumerable<NotebookCell> CodeCells => Cells.Where(cell => cell.IsCode);

    public void Save() => File.WriteAllText(_path, Root.ToJsonString(Format).ReplaceLineEndings("\n") + "\n");
}
