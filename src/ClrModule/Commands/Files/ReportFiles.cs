using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using ClrEngine.Errors;
using ClrFigures;

namespace ClrModule.Commands.Files;

/// <summary>What a report is written as.</summary>
public enum ReportFormat
{
    /// <summary>One page that holds all that it needs.</summary>
    Html,

    /// <summary>The tables, and the figures as plotly.js takes them.</summary>
    Json,

    /// <summary>A picture of each figure in pixels; needs Chromium.</summary>
    Png,

    /// <summary>A picture of each figure in vectors; needs Chromium.</summary>
    Svg,
}

/// <summary>The files of a report.</summary>
internal static class ReportFiles
{
    /// <summary>The paths that a report takes: one, or for pictures of several figures one each, numbered.</summary>
    public static IReadOnlyList<string> Paths(string path, ReportFormat format, Report report)
    {
        int count = format is ReportFormat.Png or ReportFormat.Svg ? report.Figures.Count() : 1;
        return count == 1 ? [path] : [.. Enumerable.Range(1, count).Select(i => Numbered(path, i))];
    }

    /// <summary>What goes into the files, in order.</summary>
    public static IReadOnlyList<byte[]> Contents(Report report, ReportFormat format, CancellationToken cancellationToken) => format switch
    {
        ReportFormat.Json => [Encoding.UTF8.GetBytes(ReportJson.Of(report, DateTimeOffset.Now))],
        ReportFormat.Png => FigureImage.Render([.. report.Figures], ImageFormat.Png, cancellationToken: cancellationToken),
        ReportFormat.Svg => FigureImage.Render([.. report.Figures], ImageFormat.Svg, cancellationToken: cancellationToken),
        _ => [Encoding.UTF8.GetBytes(ReportHtml.Of(report, DateTimeOffset.Now))],
    };

    private static string Numbered(string path, int number) => Path.Combine(
        Path.GetDirectoryName(path) ?? "",
        string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(path)}-{number}{Path.GetExtension(path)}"));
}

/// <summary>Opens a report in what the desktop opens such files with.</summary>
internal static class ReportViewer
{
    private static readonly ErrorCause ReportNotShown = new(nameof(ReportNotShown), ErrorKind.ResourceUnavailable,
        "The report is written, but there is no desktop to open it on, or nothing that opens such files.",
        "Open the file that the message names in a browser, or leave out `-Show`.");

    // A desktop of either kind, or a browser that the user named, as remote sessions do.
    private static readonly string[] LinuxDesktops = ["DISPLAY", "WAYLAND_DISPLAY", "BROWSER"];

    /// <summary>Opens a file, and does not wait for it to be closed.</summary>
    /// <param name="path">The whole path of a file that is there.</param>
    /// <exception cref="InvalidParameterException">There is no desktop, or nothing on it opens such files.</exception>
    public static void Open(string path)
    {
        if (OperatingSystem.IsLinux() && LinuxDesktops.All(name => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name))))
            throw NotShown(path, "there is no desktop here");
        try
        {
            using Process? opened = Process.Start(new ProcessStartInfo(path) { UseShellExecute = true });
        }
        catch (Win32Exception exception)
        {
            throw NotShown(path, exception.Message);
        }
    }

    private static InvalidParameterException NotShown(string path, string reason) =>
        new("Show", path, $"{path} is written, but could not be opened: {reason}. Open it in a browser, or leave out -Show.", ReportNotShown);
}
