using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace ClrShell.Hosting;

/// <summary>A Windows console reads escape sequences only once it is told to.</summary>
internal static partial class WindowsConsole
{
    private const int StandardOutput = -11;
    private const uint VirtualTerminalProcessing = 0x4;

    /// <summary>Lets the console read escape sequences; false where it cannot. True on any other system.</summary>
    public static bool EnableEscapes() => !OperatingSystem.IsWindows() || Enable();

    [SupportedOSPlatform("windows")]
    private static bool Enable()
    {
        var console = GetStdHandle(StandardOutput);

        // Redirected output has no mode; then nothing is asked of the console.
        return GetConsoleMode(console, out var mode) && SetConsoleMode(console, mode | VirtualTerminalProcessing);
    }

    [LibraryImport("kernel32.dll")]
    private static partial nint GetStdHandle(int handle);

    [LibraryImport("kernel32.dll")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetConsoleMode(nint console, out uint mode);

    [LibraryImport("kernel32.dll")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetConsoleMode(nint console, uint mode);
}
