namespace ClrFigures.Images;

/// <summary>Where Chromium, or a browser made from it, is.</summary>
public static class Chromium
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

    /// <summary>The full path of the executable, or null where there is none. The variable goes before the PATH, the PATH before the usual folders.</summary>
    public static string? Find() => Find(Environment.GetEnvironmentVariable(Variable), Environment.GetEnvironmentVariable("PATH"));

    internal static string? Find(string? named, string? path)
    {
        if (!string.IsNullOrEmpty(named))
            return File.Exists(named) ? Path.GetFullPath(named) : null;
        string extension = OperatingSystem.IsWindows() ? ".exe" : "";
        return (path ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, name + extension)))
            .Concat(InstalledAt.Select(Environment.ExpandEnvironmentVariables))
            .FirstOrDefault(File.Exists);
    }
}
