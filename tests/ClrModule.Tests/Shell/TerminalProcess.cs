namespace ClrModule.Tests.Shell;

/// <summary>Runs the shell on a terminal that util-linux's <c>script</c> makes.</summary>
internal static class TerminalProcess
{
    // .NET's console says this to every terminal, once.
    private const string KeypadMode = "\u001b[?1h\u001b=";

    private static readonly string? Program = OperatingSystem.IsLinux()
        ? new[] { "/usr/bin/script", "/bin/script" }.FirstOrDefault(File.Exists)
        : null;

    /// <summary>Gives all that the terminal received while <paramref name="path"/> ran and <paramref name="typed"/> was typed.</summary>
    public static string Run(string path, string typed = "", string environment = "")
    {
        Assert.SkipWhen(Program is null, "There is no util-linux 'script' to make a terminal with.");
        var command = $"{environment} dotnet '{ShellProcess.Assembly}' '{path}'";
        using var process = ShellProcess.StartProgram(Program, Path.GetTempPath(), ["-qec", command, "/dev/null"]);
        process.StandardInput.Write(typed);
        process.StandardInput.Flush();
        return ShellProcess.Finish(process).Output.Replace(KeypadMode, "", StringComparison.Ordinal);
    }
}
