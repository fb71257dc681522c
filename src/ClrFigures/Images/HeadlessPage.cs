using System.Diagnostics;

namespace ClrFigures.Images;

/// <summary>Opens a page in a headless browser and gives its elements once its scripts are done.</summary>
internal static class HeadlessPage
{
    /// <summary>The page's elements as HTML.</summary>
    /// <param name="executable">The browser.</param>
    /// <param name="page">A page that needs no network.</param>
    /// <param name="cancellationToken">Stops the browser.</param>
    public static string Dump(string executable, string page, CancellationToken cancellationToken)
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
}
