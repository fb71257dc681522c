using System.Reflection;
using ClrFigures.Html;
using ClrFigures.Images;
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

    /// <summary>Opens a page from disk, with the network off, in light or in dark.</summary>
    internal async Task<OpenPage> Open(string html, bool dark = false, int width = 900, int height = 600)
    {
        Assert.SkipWhen(_browser is null, $"No Chromium was found: install it (apt-get install chromium), or name its executable in {Chromium.Variable}.");
        IBrowserContext context = await _browser.NewContextAsync(new()
        {
            Offline = true,
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = new() { Width = width, Height = height },
        });
        context.SetDefaultTimeout(0);
        return await OpenPage.Of(context, html);
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
