using System.Diagnostics;
using System.Reflection;

namespace Notebooks;

/// <summary>The packed extension in a feed of its own, under a version that no NuGet cache has seen.</summary>
public sealed class PackageFeed : IAsyncLifetime
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"Clr notebooks für Tests {Guid.NewGuid():n}");

    /// <summary>The package.</summary>
    public string Package => Assert.Single(Directory.GetFiles(_folder, "*.nupkg"));

    /// <summary>The line that makes the feed known to a notebook.</summary>
    public string Source => $"#i \"nuget:{_folder}\"";

    /// <summary>The folder that NuGet unpacked the package into, once a notebook has loaded it.</summary>
    public string? Unpacked { get; set; }

    /// <summary>Packs what was built, and brings the host that the tool manifest pins.</summary>
    public async ValueTask InitializeAsync()
    {
        string configuration = typeof(PackageFeed).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        // Above the product's own version, so that a notebook that names no version takes it.
        string version = $"{typeof(ClrExtension).Assembly.GetName().Version!.ToString(3)}.{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}";
        await DotnetAsync("tool", "restore");
        await DotnetAsync("pack", Repository.PathOf("src", "ClrKernelExtension"), "--no-build", "-c", configuration, "-o", _folder, $"-p:Version={version}");
    }

    /// <summary>Removes the feed, and the package from NuGet's cache.</summary>
    public ValueTask DisposeAsync()
    {
        foreach (string folder in new[] { _folder, Unpacked }.OfType<string>())
            Directory.Delete(folder, recursive: true);
        return default;
    }

    private static async Task DotnetAsync(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
        })!;
        string said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, said);
    }
}

/// <summary>The tests that share one package.</summary>
[CollectionDefinition(Name)]
public sealed class PackedExtension : ICollectionFixture<PackageFeed>
{
    public const string Name = "packed extension";
}

/// <summary>.NET Interactive in a process of its own, as Visual Studio Code starts it: JSON lines, a command in, events out.</summary>
internal sealed class NotebookHost : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder = Directory.CreateTempSubdirectory("clr-notebook-").FullName;
    private int _commands;

    private NotebookHost() => _process = Process.Start(new ProcessStartInfo("dotnet", ["tool", "run", "dotnet-interactive", "stdio", "--working-dir", _folder])
    {
        // The tool manifest is found from here.
        WorkingDirectory = Repository.Root,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        Environment =
        {
            ["DOTNET_INTERACTIVE_CLI_TELEMETRY_OPTOUT"] = "1",
            // What a notebook shows is held against what is saved: all processors shall add in the same order, also after thousands of updates.
            ["MKL_CBWR"] = "COMPATIBLE",
            ["ATEN_CPU_CAPABILITY"] = "avx2",
            ["DNNL_MAX_CPU_ISA"] = "AVX2",
            ["DOTNET_EnableAVX512"] = "0",
            ["DOTNET_EnableAVX512F"] = "0",
        },
    })!;

    /// <summary>A notebook that knows the feed and has run nothing yet.</summary>
    public static async Task<NotebookHost> StartAsync(PackageFeed feed)
    {
        var host = new NotebookHost();
        try
        {
            while ((string?)(await host.ReadAsync())["eventType"] != "KernelReady")
            {
            }
            Assert.DoesNotContain(await host.RunAsync(feed.Source, feed), output => output.Kind == "error");
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Every text that the last cell showed, earlier states of an output as well.</summary>
    public List<string> Said { get; } = [];

    /// <summary>Runs a cell to its end, or interrupts it when it shows this text.</summary>
    /// <returns>What stands under it then; an error is an output too.</returns>
    public async Task<IReadOnlyList<CellOutput>> RunAsync(string source, PackageFeed feed, string? interruptAt = null)
    {
        Said.Clear();
        string token = await SendAsync("SubmitCode", new() { ["code"] = source, ["targetKernelName"] = "csharp" });
        var cell = new List<(string? Id, CellOutput Output)>();
        while (true)
        {
            JsonObject message = await ReadAsync();
            JsonNode told = message["event"] ?? new JsonObject();
            string? id = (string?)told["valueId"];
            if (message["eventType"]!.ToString().StartsWith("DisplayedValue", StringComparison.Ordinal))
                Said.Add(Formatted("display_data", told).Text);
            if (interruptAt is not null && Said.Exists(said => said.Contains(interruptAt, StringComparison.Ordinal)))
            {
                interruptAt = null;
                await SendAsync("Cancel", []);
            }
            switch ((string?)message["eventType"])
            {
                case "ReturnValueProduced":
                    cell.Add((id, Formatted("execute_result", told)));
                    break;
                case "DisplayedValueProduced":
                    cell.Add((id, Formatted("display_data", told)));
                    break;
                case "DisplayedValueUpdated":
                    int place = cell.FindIndex(shown => shown.Id == id);
                    cell[place] = (id, Formatted("display_data", told));
                    break;
                case "StandardOutputValueProduced":
                    string text = Formatted("stream", told).Text;
                    // Lines that are written one after the other are one output.
                    if (cell is [.., (_, { Kind: "stream" } before)])
                        cell[^1] = (null, CellOutput.Of("stream", before.Text + text));
                    else if (text.Length > 0)
                        cell.Add((null, CellOutput.Of("stream", text)));
                    break;
                case "StandardErrorValueProduced" or "ErrorProduced":
                    cell.Add((null, Formatted("error", told)));
                    break;
                case "PackageAdded" when (string?)told["packageReference"]!["packageName"] == "ClrKernelExtension":
                    feed.Unpacked = (string?)told["packageReference"]!["packageRoot"];
                    break;
                case "CommandFailed" when Token(message) == token:
                    cell.Add((null, CellOutput.Of("error", (string?)told["message"] ?? "The cell failed.")));
                    return Visible();
                case "CommandSucceeded" when Token(message) == token:
                    return Visible();
            }
        }

        // Progress of PowerShell ends as an output that shows nothing.
        CellOutput[] Visible() => [.. cell.Select(shown => shown.Output).Where(output => output.Forms.Values.Any(form => !string.IsNullOrWhiteSpace(form)))];
    }

    /// <summary>What an editor offers at the end of what was typed into a cell of a language.</summary>
    public async Task<IReadOnlyList<string>> CompleteAsync(string typed, string language)
    {
        string token = await SendAsync("RequestCompletions", new() { ["code"] = typed, ["linePosition"] = new JsonObject { ["line"] = 0, ["character"] = typed.Length }, ["targetKernelName"] = language });
        List<string> offered = [];
        while (true)
        {
            JsonObject message = await ReadAsync();
            switch ((string?)message["eventType"])
            {
                case "CompletionsProduced":
                    offered.AddRange(message["event"]!["completions"]!.AsArray().Select(item => (string)item!["insertText"]!));
                    break;
                case "CommandSucceeded" or "CommandFailed" when Token(message) == token:
                    return offered;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The tool is a process above the kernel's own.
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<string> SendAsync(string kind, JsonObject command)
    {
        string token = $"command{++_commands}";
        var message = new JsonObject { ["token"] = token, ["commandType"] = kind, ["command"] = command, ["routingSlip"] = new JsonArray() };
        await _process.StandardInput.WriteLineAsync(message.ToJsonString());
        await _process.StandardInput.FlushAsync();
        return token;
    }

    private static string? Token(JsonObject message) => message["command"] is { } command ? (string?)command["token"] : null;

    private static CellOutput Formatted(string kind, JsonNode told) => new(kind, new SortedDictionary<string, string>(
        told["formattedValues"]!.AsArray().ToDictionary(form => (string)form!["mimeType"]!, form => (string)form!["value"]!)));

    // The tool may greet before the kernel's first line.
    private async Task<JsonObject> ReadAsync()
    {
        string line;
        do
        {
            line = await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)
                ?? throw new InvalidOperationException("The notebook host has ended; its error stream says why.");
        }
        while (!line.StartsWith('{'));
        return JsonSerializer.Deserialize<JsonObject>(line)!;
    }
}
