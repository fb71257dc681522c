using System.Text.Json;
using Microsoft.Playwright;

namespace ClrFigures.Tests.Browser;

/// <summary>A page in the browser, its figures drawn, and what went wrong on it.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly string _file;

    private OpenPage(IBrowserContext context, IPage page, string file) => (_context, Page, _file) = (context, page, file);

    public IPage Page { get; }

    /// <summary>Errors and warnings of the console, exceptions, and whatever the page tried to fetch.</summary>
    public List<string> Complaints { get; } = [];

    public static async Task<OpenPage> Of(IBrowserContext context, string html)
    {
        string file = Path.Combine(Path.GetTempPath(), $"clr-{Guid.NewGuid():n}.html");
        await File.WriteAllTextAsync(file, html);
        var open = new OpenPage(context, await context.NewPageAsync(), file);
        string address = new Uri(file).AbsoluteUri;
        open.Page.Console += (_, message) => { if (message.Type is "error" or "warning") open.Complaints.Add(message.Text); };
        open.Page.PageError += (_, error) => open.Complaints.Add(error);
        open.Page.Request += (_, request) => { if (request.Url != address && !request.Url.StartsWith("data:", StringComparison.Ordinal) && !request.Url.StartsWith("blob:", StringComparison.Ordinal)) open.Complaints.Add("fetched " + request.Url); };
        await open.Page.GotoAsync(address);
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

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        File.Delete(_file);
    }
}
