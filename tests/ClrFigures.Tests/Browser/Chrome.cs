using System.Reflection;
using System.Text.Json;
using Microsoft.Playwright;

namespace ClrFigures.Tests.Browser;

/// <summary>A real Chromium for the tests of one collection. Without one, these tests are skipped.</summary>
public sealed class Chrome : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private readonly Dictionary<string, OpenPage> _figures = [];

    public async ValueTask InitializeAsync()
    {
        if (Chromium.Find() is not { } executable)
            return;
        Environment.SetEnvironmentVariable("PLAYWRIGHT_DRIVER_SEARCH_PATH", Driver);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = executable,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--force-color-profile=srgb", "--font-render-hinting=none"],
            // A machine with more tests than cores is slow, and slow is not wrong.
            Timeout = 0,
        });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (OpenPage page in _figures.Values)
            await page.DisposeAsync();
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>Opens a page from disk, with the network off, in light or in dark, with scripts or without.</summary>
    internal async Task<OpenPage> Open(string html, bool dark = false, int width = 900, int height = 600, bool scripts = true)
    {
        Assert.SkipWhen(_browser is null, $"No Chromium was found: install it (apt-get install chromium), or name its executable in {Chromium.Variable}.");
        IBrowserContext context = await _browser.NewContextAsync(new()
        {
            Offline = true,
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = scripts,
            ViewportSize = new() { Width = width, Height = height },
        });
        context.SetDefaultTimeout(0);
        return await OpenPage.Of(context, html, scripts);
    }

    /// <summary>The page of a figure of the gallery, for tests that only look at it: it is opened once.</summary>
    internal async Task<OpenPage> Figure(string name)
    {
        if (!_figures.TryGetValue(name, out OpenPage? page))
            _figures[name] = page = await Open(FigureHtml.Page(Gallery.Figures[name]));
        return page;
    }

    private static string Driver => typeof(Chrome).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "PlaywrightDriver").Value!;
}

/// <summary>The tests that share one browser.</summary>
[CollectionDefinition(Name)]
public sealed class ChromeTests : ICollectionFixture<Chrome>
{
    public const string Name = "chromium";
}

/// <summary>A page in the browser, its figures drawn, and what went wrong on it.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly string _file;

    private OpenPage(IBrowserContext context, IPage page, string file) => (_context, Page, _file) = (context, page, file);

    public IPage Page { get; }

    /// <summary>Errors and warnings of the console, exceptions, and whatever the page tried to fetch.</summary>
    public List<string> Complaints { get; } = [];

    public static async Task<OpenPage> Of(IBrowserContext context, string html, bool scripts)
    {
        string file = Path.Combine(Path.GetTempPath(), $"clr-{Guid.NewGuid():n}.html");
        await File.WriteAllTextAsync(file, html);
        var open = new OpenPage(context, await context.NewPageAsync(), file);
        string address = new Uri(file).AbsoluteUri;
        open.Page.Console += (_, message) => { if (message.Type is "error" or "warning") open.Complaints.Add(message.Text); };
        open.Page.PageError += (_, error) => open.Complaints.Add(error);
        open.Page.Request += (_, request) => { if (request.Url != address && !request.Url.StartsWith("data:", StringComparison.Ordinal) && !request.Url.StartsWith("blob:", StringComparison.Ordinal)) open.Complaints.Add("fetched " + request.Url); };
        await open.Page.GotoAsync(address);
        if (scripts)
            await open.Page.WaitForFunctionAsync("() => [...document.querySelectorAll('.clr-figure')].every(f => f.querySelector('.main-svg') || f.textContent)");
        return open;
    }

    /// <summary>The texts of the elements of the drawing that a selector finds, sorted.</summary>
    public async Task<string[]> Texts(string selector) => [.. (await Page.Locator(selector).AllTextContentsAsync()).Order(StringComparer.Ordinal)];

    /// <summary>What <c>Plotly.validate</c> says of every figure that was sent to plotly.js on this page.</summary>
    public async Task<string[]> Validate(params ClrFigure[] figures)
    {
        var complaints = new List<string>();
        foreach (ClrFigure figure in figures)
        {
            JsonElement? found = await Page.EvaluateAsync<JsonElement?>("json => { const f = JSON.parse(json); return (Plotly.validate(f.data, f.layout) || []).map(c => c.msg); }", figure.ToJson());
            complaints.AddRange(found!.Value.EnumerateArray().Select(c => c.GetString()!));
        }
        return [.. complaints];
    }

    /// <summary>The listeners and the nodes that the page holds once garbage is collected.</summary>
    public async Task<(int Listeners, int Nodes)> Held()
    {
        ICDPSession session = await _context.NewCDPSessionAsync(Page);
        await session.SendAsync("Performance.enable");
        await session.SendAsync("HeapProfiler.collectGarbage");
        Dictionary<string, double> metrics = (await session.SendAsync("Performance.getMetrics"))!.Value.GetProperty("metrics").EnumerateArray()
            .ToDictionary(m => m.GetProperty("name").GetString()!, m => m.GetProperty("value").GetDouble());
        return ((int)metrics["JSEventListeners"], (int)metrics["Nodes"]);
    }

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        File.Delete(_file);
    }
}
