using System.Diagnostics;
using System.Text.RegularExpressions;

namespace ClrFigures;

/// <summary>Figures as pictures, drawn by a headless Chromium.</summary>
public static partial class FigureImage
{
    /// <summary>The width in pixels of the layout.</summary>
    public const int DefaultWidth = 900;

    /// <summary>Draws figures on white, in dark ink: one file's bytes for each. The layout is <paramref name="width"/> pixels wide; a PNG has twice as many.</summary>
    /// <exception cref="BrowserException">There is no Chromium, or it failed.</exception>
    public static IReadOnlyList<byte[]> Render(IReadOnlyList<ClrFigure> figures, ImageFormat format, int width = DefaultWidth, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(figures);
        string executable = Chromium.Find() ?? throw BrowserException.NotFound();
        string dom = Dump(executable, Page(figures, format, width), cancellationToken);
        byte[][] images = [.. Drawn().Matches(dom).Select(m => Convert.FromBase64String(m.Groups[1].Value))];
        return images.Length == figures.Count
            ? images
            : throw BrowserException.Failed(executable, Fault().Match(dom) is { Success: true } fault ? fault.Groups[1].Value : "its page was not finished.");
    }

    private static string Page(IReadOnlyList<ClrFigure> figures, ImageFormat format, int width) => PageHtml.Write(
        "Figures",
        "<div id=\"ink\" style=\"color:#222\"></div>",
        string.Create(CultureInfo.InvariantCulture, $$"""
            (async () => {
              const add = (kind, text) => { const e = document.createElement('pre'); e.className = kind; e.textContent = text; document.body.append(e); };
              try {
                for (const figure of [{{string.Join(",\n", figures.Select(f => f.ToJson()))}}]) {
                  const [data, layout] = clrFigures.themed(figure, document.getElementById('ink'));
                  layout.paper_bgcolor = '#FFFFFF';
                  const url = await Plotly.toImage({ data, layout }, { format: '{{(format == ImageFormat.Png ? "png" : "svg")}}', width: {{width}}, height: layout.height, scale: {{(format == ImageFormat.Png ? 2 : 1)}} });
                  add('image', url.startsWith('data:image/png') ? url.split(',')[1]
                    : btoa(Array.from(new TextEncoder().encode(decodeURIComponent(url.slice(url.indexOf(',') + 1))), b => String.fromCharCode(b)).join('')));
                }
              } catch (error) { add('fault', error.message); }
            })();
            """));

    // Opens a page in a headless browser, and gives its elements as HTML once its scripts are done.
    private static string Dump(string executable, string page, CancellationToken cancellationToken)
    {
        string folder = Directory.CreateTempSubdirectory("clr-figures-").FullName;
        try
        {
            string file = Path.Combine(folder, "page.html");
            File.WriteAllText(file, page);
            return Run(executable, Arguments(folder, file), cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string[] Arguments(string folder, string file) =>
    [
        "--headless", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--disable-extensions", "--no-first-run", "--no-default-browser-check", "--hide-scrollbars", "--force-color-profile=srgb",
        "--virtual-time-budget=60000",
        $"--user-data-dir={Path.Combine(folder, "profile")}",
        // Chromium refuses its sandbox to root; the page is our own and fetches nothing.
        .. Environment.IsPrivilegedProcess && OperatingSystem.IsLinux() ? ["--no-sandbox"] : Array.Empty<string>(),
        "--dump-dom", new Uri(file).AbsoluteUri,
    ];

    private static string Run(string executable, string[] arguments, CancellationToken cancellationToken)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(executable, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, CreateNoWindow = true },
        };
        process.Start();
        using CancellationTokenRegistration stop = cancellationToken.Register(() => process.Kill(entireProcessTree: true));
        Task<string> errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        cancellationToken.ThrowIfCancellationRequested();
        return process.ExitCode == 0
            ? output
            : throw BrowserException.Failed(executable, $"it ended with code {process.ExitCode}: {LastLine(errors.GetAwaiter().GetResult())}");
    }

    private static string LastLine(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "without a word.";

    [GeneratedRegex("<pre class=\"image\">([A-Za-z0-9+/=]+)</pre>")]
    private static partial Regex Drawn();

    [GeneratedRegex("<pre class=\"fault\">([^<]*)</pre>")]
    private static partial Regex Fault();
}

/// <summary>The kinds of picture that a figure can be saved as.</summary>
public enum ImageFormat
{
    /// <summary>Pixels, two for each pixel of the layout.</summary>
    Png,

    /// <summary>Vectors.</summary>
    Svg,
}

/// <summary>A picture could not be made: there is no Chromium, or it failed.</summary>
public sealed class BrowserException : ClrException
{
    private static readonly ErrorCause BrowserNotFound = new(nameof(BrowserNotFound), ErrorKind.NotInstalled,
        "PNG and SVG need Chromium, and none was found.", "Install it, name its executable in `CLR_CHROMIUM`, or export as Html.");

    private static readonly ErrorCause BrowserFailed = new(nameof(BrowserFailed), ErrorKind.ResourceUnavailable,
        "Chromium drew no picture.", "Export as Html, or name another Chromium in `CLR_CHROMIUM`.");

    private BrowserException(ErrorCause cause, string message)
        : base(cause, message)
    {
    }

    /// <summary>There is no Chromium on this machine.</summary>
    internal static BrowserException NotFound() => new(
        BrowserNotFound,
        $"PNG and SVG are drawn by Chromium, and none was found: install it (Debian and Ubuntu: apt-get install chromium; Windows: Edge or Chrome), name its executable in {Chromium.Variable}, or export as Html.");

    /// <summary>Chromium ran, but gave no picture.</summary>
    internal static BrowserException Failed(string executable, string reason) => new(
        BrowserFailed,
        $"{executable} drew no picture: {reason} Export as Html, or name another Chromium in {Chromium.Variable}.");
}

/// <summary>Where Chromium, or a browser made from it, is.</summary>
internal static class Chromium
{
    /// <summary>The environment variable that names the executable.</summary>
    public const string Variable = "CLR_CHROMIUM";

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "chrome", "msedge"];

    private static readonly string[] InstalledAt =
    [
        @"%ProgramFiles%\Google\Chrome\Application\chrome.exe",
        @"%ProgramFiles(x86)%\Microsoft\Edge\Application\msedge.exe",
        @"%ProgramFiles%\Microsoft\Edge\Application\msedge.exe",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ];

    /// <summary>The full path of the executable, or null where there is none. The variable goes before the PATH, the PATH before the usual folders; relative paths do not count.</summary>
    public static string? Find() => Find(Environment.GetEnvironmentVariable(Variable), Environment.GetEnvironmentVariable("PATH"));

    internal static string? Find(string? named, string? path)
    {
        if (!string.IsNullOrEmpty(named))
            return Path.IsPathFullyQualified(named) && File.Exists(named) ? Path.GetFullPath(named) : null;
        string extension = OperatingSystem.IsWindows() ? ".exe" : "";
        return (path ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathFullyQualified)
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, name + extension)))
            .Concat(InstalledAt.Select(Environment.ExpandEnvironmentVariables))
            .FirstOrDefault(File.Exists);
    }
}
