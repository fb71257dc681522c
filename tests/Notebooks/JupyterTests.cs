using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using ClrFigures;
using Microsoft.Playwright;

namespace Notebooks;

/// <summary>
/// The notebooks in Jupyter Notebook and Chromium, as pictures to look at in <c>artifacts/jupyter</c>, and what a page holds while a cell works.
/// They take a quarter of an hour and need Jupyter Notebook 6, nbconvert and Chromium, so that a run of the tests leaves them out; docs/notebooks.md says how to ask for them.
/// </summary>
/// <param name="feed">The package.</param>
/// <param name="jupyter">The server and the browser.</param>
[Collection(PackedExtension.Name)]
public sealed class JupyterTests(PackageFeed feed, Jupyter jupyter) : IClassFixture<Jupyter>
{
    private const int Wide = 1200;
    private const int Narrow = 480;

    // As the dark themes for Jupyter Notebook have it.
    private const string DarkTheme = """
        body, #notebook, #notebook-container, div.cell, #header, #site { background: #1E1E1E !important; color: #D4D4D4 !important }
        .rendered_html, .rendered_html *:not(svg *), .output_area pre { color: #D4D4D4 !important }
        div.input_area, .CodeMirror { background: #2A2A2A !important; color: #D4D4D4 !important } .rendered_html code { background: #333 !important }
        .rendered_html tbody tr:nth-child(odd) { background: #262626 !important } .rendered_html tbody tr:nth-child(even) { background: #1E1E1E !important }
        """;

    // Names of figures without their drawing, of pictures that are not there, and of errors; and how far anything sticks out of the page.
    private const string Faults = """
        drawn => {
          const bad = [...document.querySelectorAll('.output_error, .jp-OutputArea-output[data-mime-type*="stderr"]')].map(e => 'error: ' + e.textContent.slice(0, 200));
          for (const figure of document.querySelectorAll('.clr-figure')) {
            const image = figure.querySelector('img'), there = drawn ? figure.querySelector('.main-svg') : image && image.complete && image.naturalWidth;
            if (!there) bad.push('empty: ' + figure.getAttribute('aria-label'));
            if (figure.getBoundingClientRect().right > innerWidth) bad.push('too wide: ' + figure.getAttribute('aria-label'));
          }
          if (!document.querySelector('.clr-figure')) bad.push('no figure');
          return bad;
        }
        """;

    public static TheoryData<string> Names => NotebookTests.Names;

    [Theory(Explicit = true)]
    [MemberData(nameof(Names))]
    public async Task A_notebook_is_pictured_untrusted_run_dark_narrow_and_exported(string name)
    {
        var file = new NotebookFile(name);
        file.CodeCells.Single(cell => cell.Loads).Source = $"{feed.Source}\n#r \"nuget: ClrKernelExtension\"";
        jupyter.Write(name, file.Root);
        IPage page = await jupyter.Open(name);
        await Picture(page, name, "untrusted", drawn: false);

        var clock = Stopwatch.StartNew();
        feed.Unpacked = await Jupyter.RunAll(page);
        Jupyter.Say($"{name}: all cells ran in {clock.Elapsed.TotalSeconds:F0} s");
        await Picture(page, name, "light");
        await Picture(page, name, "narrow", width: Narrow);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await page.AddStyleTagAsync(new() { Content = DarkTheme });
        // Nothing of the page's root says that a style sheet was added.
        await page.EvaluateAsync("() => { document.body.dataset.theme = 'dark'; }");
        await Picture(page, name, "dark");

        await Jupyter.Save(page);
        await Jupyter.Close(page);
        foreach (bool scripts in new[] { true, false })
        {
            IPage export = await jupyter.Export(name, scripts);
            await Picture(export, name, scripts ? "export" : "export-without-scripts", drawn: scripts);
            await export.Context.CloseAsync();
        }
    }

    [Theory(Explicit = true)]
    [InlineData("#!clr-train --epochs 100000")]
    [InlineData("#!clr-range-test --model mlp:2048,2048 --batch-size 256 --iterations 100000 --start-lr 1e-9 --end-lr 1e-8")]
    public async Task A_page_holds_no_more_after_a_minute_of_a_cell_that_works(string line)
    {
        string name = $"{line.Split(' ')[0][2..]}.ipynb";
        jupyter.Write(name, Live($"{feed.Source}\n#r \"nuget: ClrKernelExtension\"", "#!clr-constant --learning-rate 0.01 --momentum 0.9"));
        IPage page = await jupyter.Open(name);
        feed.Unpacked = await Jupyter.RunAll(page);
        await page.EvaluateAsync("""
            line => {
              const cell = Jupyter.notebook.insert_cell_at_bottom('code'), out = cell.element[0].querySelector('.output'), start = performance.now();
              cell.set_text(line);
              window.seen = [];
              new MutationObserver(() => { const text = out.innerText.trim().split('\n')[0]; if (text && text !== (seen[seen.length - 1] || [])[1]) seen.push([Math.round(performance.now() - start), text]); })
                .observe(out, { childList: true, subtree: true, characterData: true });
              cell.execute();
            }
            """, line);
        await page.WaitForFunctionAsync("() => document.querySelector('.cell:last-child .clr-figure .main-svg, .output_error')");
        Assert.Empty(await page.EvaluateAsync<string[]>(Faults, true));
        Jupyter.Say($"{line}\n{string.Join('\n', (await page.EvaluateAsync<JsonElement>("() => seen.slice(0, 4)")).EnumerateArray().Select(seen => $"  {seen[0]} ms: {seen[1]}"))}");

        List<PageState> states = [];
        var clock = Stopwatch.StartNew();
        for (int look = 0; look <= 6; look++)
        {
            while (clock.Elapsed < TimeSpan.FromSeconds(10 * look))
                await Task.Delay(200, TestContext.Current.CancellationToken);
            states.Add(await Jupyter.Held(page));
            Jupyter.Say($"  {clock.Elapsed.TotalSeconds:F0} s: {states[^1]}; {await page.EvaluateAsync<string>("() => seen[seen.length - 1][1]")}");
        }
        await Picture(page, name, "live");
        await Jupyter.Close(page);
        Assert.InRange(states[^1].Listeners, 0, states[1].Listeners + 30);
        Assert.InRange(states[^1].Nodes, 0, states[1].Nodes + 500);
    }

    private static JsonObject Live(params string[] cells) => new()
    {
        ["nbformat"] = 4,
        ["nbformat_minor"] = 5,
        ["metadata"] = new JsonObject { ["kernelspec"] = new JsonObject { ["name"] = ".net-csharp", ["display_name"] = ".NET (C#)", ["language"] = "C#" } },
        ["cells"] = new JsonArray([.. cells.Select((source, i) => new JsonObject { ["cell_type"] = "code", ["id"] = $"live{i}", ["source"] = source, ["metadata"] = new JsonObject(), ["outputs"] = new JsonArray(), ["execution_count"] = null })]),
    };

    private static async Task Picture(IPage page, string name, string kind, bool drawn = true, int width = Wide)
    {
        // Jupyter scrolls within its page, and figures follow its width: the window grows to the whole of it.
        for (int i = 0, height = 900; i < 3; i++)
        {
            await page.SetViewportSizeAsync(width, height);
            await page.WaitForTimeoutAsync(1500);
            height = await page.EvaluateAsync<int>("() => { const all = document.querySelector('#notebook-container'); return Math.min(15000, all ? Math.ceil(all.scrollHeight + document.querySelector('#site').getBoundingClientRect().top + 80) : document.documentElement.scrollHeight); }");
        }
        string path = Repository.PathOf("artifacts", "jupyter", $"{Path.GetFileNameWithoutExtension(name)}-{kind}.png");
        await page.ScreenshotAsync(new() { Path = path });
        Jupyter.Say(path);
        Assert.Empty(await page.EvaluateAsync<string[]>(Faults, drawn));
    }
}

/// <summary>What a page holds once garbage is collected.</summary>
internal sealed record PageState(int Listeners, int Nodes, double Megabytes)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Listeners} listeners, {Nodes} nodes, {Megabytes:F1} MB");
}

/// <summary>A Jupyter server of its own with the .NET kernels of the tool manifest, and a Chromium.</summary>
public sealed class Jupyter : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("clr-jupyter-").FullName;
    private readonly HttpClient _http = new();
    private Process? _server;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Starts the server and the browser, once: where no test asks for them, neither needs to be installed.</summary>
    public async Task StartAsync()
    {
        if (_browser is not null)
            return;
        Directory.CreateDirectory(Path.Combine(_folder, ".config"));
        // The kernels are started in the folder of the notebooks, and find the tool from there.
        File.Copy(Repository.PathOf(".config", "dotnet-tools.json"), Path.Combine(_folder, ".config", "dotnet-tools.json"));
        using (Process install = Start("dotnet", "tool", "run", "dotnet-interactive", "jupyter", "install", "--path", Directory.CreateDirectory(Path.Combine(_folder, ".data", "kernels")).FullName))
            await install.WaitForExitAsync();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        _http.BaseAddress = new Uri($"http://127.0.0.1:{port}/");
        _server = Start("jupyter", "notebook", "--no-browser", "--ip", "127.0.0.1", "--port", $"{port}", "--allow-root", "--NotebookApp.token=", "--NotebookApp.password=");
        while (!await Answers())
            Assert.False(_server.WaitForExit(500), "Jupyter ended before it answered; is Jupyter Notebook 6 installed?");

        Environment.SetEnvironmentVariable("PLAYWRIGHT_DRIVER_SEARCH_PATH", typeof(Jupyter).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "PlaywrightDriver").Value);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium.Find(), Args = ["--no-sandbox", "--disable-gpu"], Timeout = 0 });
        Directory.CreateDirectory(Repository.PathOf("artifacts", "jupyter"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        // Its kernels are processes below it.
        _server?.Kill(entireProcessTree: true);
        _server?.Dispose();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    internal static void Say(string text) => TestContext.Current.TestOutputHelper!.WriteLine(text);

    internal static async Task<PageState> Held(IPage page)
    {
        ICDPSession session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("Performance.enable");
        await session.SendAsync("HeapProfiler.collectGarbage");
        Dictionary<string, double> metrics = (await session.SendAsync("Performance.getMetrics"))!.Value.GetProperty("metrics").EnumerateArray()
            .ToDictionary(metric => metric.GetProperty("name").GetString()!, metric => metric.GetProperty("value").GetDouble());
        await session.DetachAsync();
        return new((int)metrics["JSEventListeners"], (int)metrics["Nodes"], metrics["JSHeapUsedSize"] / 1e6);
    }

    internal void Write(string name, JsonObject notebook) => File.WriteAllText(Path.Combine(_folder, name), notebook.ToJsonString());

    /// <summary>Opens a notebook that Jupyter has no reason to trust.</summary>
    internal async Task<IPage> Open(string name)
    {
        await StartAsync();
        IPage page = await Page(true);
        await page.GotoAsync($"{_http.BaseAddress}notebooks/{name}");
        // Cells that are run before the kernel has said what it is are lost.
        await page.WaitForFunctionAsync("() => window.Jupyter && Jupyter.notebook && Jupyter.notebook._fully_loaded && Jupyter.notebook.kernel && Jupyter.notebook.kernel.is_connected() && Jupyter.notebook.kernel.info_reply.implementation");
        return page;
    }

    /// <summary>Runs all cells to their end.</summary>
    /// <returns>The folder that NuGet unpacked the extension's package into.</returns>
    internal static async Task<string> RunAll(IPage page)
    {
        await page.EvaluateAsync("() => { Jupyter.notebook.clear_all_output(); Jupyter.notebook.execute_all_cells(); }");
        await page.WaitForFunctionAsync("() => Jupyter.notebook.get_cells().every(cell => cell.cell_type !== 'code' || cell.input_prompt_number > 0)");
        string library = await page.EvaluateAsync<string>("""
            () => new Promise(done => Jupyter.notebook.kernel.execute('Console.Write(typeof(ClrEngine.Schedules.ConstantSchedule).Assembly.Location)', { iopub: { output: said => said.content.text && done(said.content.text) } }, { silent: false }))
            """);
        return Path.GetFullPath(Path.Combine(library.Trim(), "..", "..", ".."));
    }

    internal static async Task Save(IPage page) => await page.EvaluateAsync("() => Jupyter.notebook.save_notebook()");

    /// <summary>Ends the notebook's kernel, whatever it does.</summary>
    internal static async Task Close(IPage page)
    {
        await page.EvaluateAsync("() => Jupyter.notebook.session.delete()");
        await page.Context.CloseAsync();
    }

    /// <summary>Opens the saved notebook as nbconvert writes it, from a file.</summary>
    internal async Task<IPage> Export(string name, bool scripts)
    {
        string file = Path.Combine(_folder, Path.ChangeExtension(name, ".html"));
        await File.WriteAllTextAsync(file, await _http.GetStringAsync(new Uri($"nbconvert/html/{name}?download=true", UriKind.Relative)));
        IPage page = await Page(scripts, offline: true);
        await page.GotoAsync(new Uri(file).AbsoluteUri, new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        if (scripts)
            await page.WaitForFunctionAsync("() => [...document.querySelectorAll('.clr-figure')].every(figure => figure.querySelector('.main-svg'))");
        return page;
    }

    private async Task<IPage> Page(bool scripts, bool offline = false)
    {
        IBrowserContext context = await _browser!.NewContextAsync(new() { JavaScriptEnabled = scripts, Offline = offline });
        // A machine with more to do than cores is slow, and slow is not wrong.
        context.SetDefaultTimeout(0);
        return await context.NewPageAsync();
    }

    private Process Start(string program, params string[] arguments)
    {
        Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["JUPYTER_DATA_DIR"] = Path.Combine(_folder, ".data"),
                ["JUPYTER_RUNTIME_DIR"] = Path.Combine(_folder, ".run"),
                ["JUPYTER_CONFIG_DIR"] = Path.Combine(_folder, ".conf"),
                ["DOTNET_INTERACTIVE_CLI_TELEMETRY_OPTOUT"] = "1",
            },
        })!;
        // Each kernel logs every request.
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private async Task<bool> Answers()
    {
        try
        {
            using HttpResponseMessage answer = await _http.GetAsync(new Uri("api", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
