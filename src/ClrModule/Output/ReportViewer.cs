using System.ComponentModel;
using System.Diagnostics;
using ClrEngine.Errors;

namespace ClrModule.Output;

/// <summary>Opens a report in what the desktop opens such files with.</summary>
internal static class ReportViewer
{
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
        new("Show", path, $"{path} is written, but could not be opened: {reason}. Open it in a browser, or leave out -Show.", "ReportNotShown");
}
