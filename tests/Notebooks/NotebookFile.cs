using System.Globalization;
using System.Text.Encodings.Web;

namespace Notebooks;

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

    public string Source
    {
        get => string.Concat(json["source"]!.AsArray().Select(line => (string)line!));
        set => json["source"] = new JsonArray(value);
    }

    /// <summary>Whether the cell loads the extension.</summary>
    public bool Loads => Source.Contains("#r \"nuget: ClrKernelExtension\"", StringComparison.Ordinal);

    public IReadOnlyList<CellOutput> Outputs => [.. json["outputs"]!.AsArray().Select(output => CellOutput.Saved(output!.AsObject()))];

    public void Replace(int count, IEnumerable<CellOutput> outputs)
    {
        json["execution_count"] = count;
        json["outputs"] = new JsonArray([.. outputs.Select(output => (JsonNode)output.ToJson(count))]);
    }
}

/// <summary>What stands under a cell, of the kinds that a notebook file knows.</summary>
/// <param name="Kind"><c>display_data</c>, <c>execute_result</c>, <c>stream</c> or <c>error</c>.</param>
/// <param name="Forms">The text by MIME type.</param>
internal sealed partial record CellOutput(string Kind, IReadOnlyDictionary<string, string> Forms)
{
    private const string Plain = "text/plain";

    public string Text => Forms.GetValueOrDefault(Plain, "");

    public static CellOutput Of(string kind, string text) => new(kind, new SortedDictionary<string, string> { [Plain] = text });

    /// <summary>The texts under a cell that has no error.</summary>
    public static string Shown(IReadOnlyList<CellOutput> outputs)
    {
        Assert.DoesNotContain(outputs, output => output.Kind == "error");
        return string.Join('\n', outputs.Select(output => output.Text)).Trim();
    }

    /// <summary>An output as a file has it.</summary>
    public static CellOutput Saved(JsonObject json) => (string)json["output_type"]! switch
    {
        "stream" => Of("stream", Joined(json["text"]!)),
        "error" => Of("error", (string?)json["evalue"] ?? ""),
        string kind => new(kind, new SortedDictionary<string, string>(json["data"]!.AsObject().ToDictionary(form => form.Key, form => Joined(form.Value!)))),
    };

    public JsonObject ToJson(int count)
    {
        var json = new JsonObject();
        if (Kind == "stream")
        {
            json["name"] = "stdout";
            json["output_type"] = Kind;
            json["text"] = Lines(Text);
            return json;
        }
        json["data"] = new JsonObject(Forms.Select(form => KeyValuePair.Create(form.Key, (JsonNode?)Lines(form.Value))));
        if (Kind == "execute_result")
            json["execution_count"] = count;
        json["metadata"] = new JsonObject();
        json["output_type"] = Kind;
        return json;
    }

    /// <summary>The first difference from another output, in words; null if they show the same.</summary>
    public string? DifferenceFrom(CellOutput saved)
    {
        if (Kind != saved.Kind)
            return $"a {Kind} where a {saved.Kind} is saved:\n{Text}";
        if (!Forms.Keys.SequenceEqual(saved.Forms.Keys))
            return $"forms {string.Join(", ", Forms.Keys)} where {string.Join(", ", saved.Forms.Keys)} are saved";
        return Forms.Keys.Select(mime => Difference(Lasting(Forms[mime]), Lasting(saved.Forms[mime]))).FirstOrDefault(difference => difference is not null);
    }

    // Seconds and the ids of elements are new in each run, and a still picture is of the numbers beside it. The seconds are the last column of a table of runs or of range tests.
    private static string Lasting(string text)
    {
        text = ElementId().Replace(text.ReplaceLineEndings("\n"), "clr-id");
        text = Picture().Replace(text, "picture");
        text = HtmlTable().Replace(text, table => table.Value.Contains(">Seconds</th></tr>", StringComparison.Ordinal) ? LastCell().Replace(table.Value, "$1</td></tr>") : table.Value);
        return PlainTable().Replace(text, table => string.Join('\n', table.Value.Split('\n').Select(row => LastWord().Replace(row, ""))));
    }

    // Numbers may differ in their last digits: processors add in different orders.
    private static string? Difference(string now, string saved)
    {
        string[] left = Number().Split(now), right = Number().Split(saved);
        for (int i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            if (left[i] != right[i] && !(IsNumber(i) && Near(left[i], right[i])))
                return $"'{Around(left, i)}' where '{Around(right, i)}' is saved";
        }
        return left.Length == right.Length ? null : $"{left.Length} parts where {right.Length} are saved";
    }

    // Splitting by a pattern with one group puts what it matched at the odd places.
    private static bool IsNumber(int place) => place % 2 == 1;

    private static bool Near(string left, string right)
    {
        double a = double.Parse(left, CultureInfo.InvariantCulture), b = double.Parse(right, CultureInfo.InvariantCulture);
        return Math.Abs(a - b) <= 1e-6 + (0.01 * Math.Max(Math.Abs(a), Math.Abs(b)));
    }

    private static string Around(string[] parts, int i)
    {
        string text = string.Concat(parts[Math.Max(0, i - 2)..Math.Min(parts.Length, i + 3)]);
        return text.Length > 300 ? text[..300] : text;
    }

    private static string Joined(JsonNode text) => text is JsonArray lines ? string.Concat(lines.Select(line => (string)line!)) : (string)text!;

    private static JsonArray Lines(string text)
    {
        string[] lines = text.ReplaceLineEndings("\n").Split('\n');
        return new JsonArray([.. lines.Select((line, i) => (JsonNode)(i < lines.Length - 1 ? line + "\n" : line)).Where(line => (string)line! != "")]);
    }

    [GeneratedRegex("clr-[0-9a-f]{32}")]
    private static partial Regex ElementId();

    [GeneratedRegex("data:image/svg[^\"]+")]
    private static partial Regex Picture();

    [GeneratedRegex("<table>.*?</table>", RegexOptions.Singleline)]
    private static partial Regex HtmlTable();

    [GeneratedRegex(@"(<td[^>]*>)[^<]*</td></tr>")]
    private static partial Regex LastCell();

    [GeneratedRegex(@"^.* Seconds$(\n.+$)+", RegexOptions.Multiline)]
    private static partial Regex PlainTable();

    [GeneratedRegex(@"\s*\S+$")]
    private static partial Regex LastWord();

    [GeneratedRegex(@"(?<![\w.])(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)")]
    private static partial Regex Number();
}
