using System.Diagnostics;
using System.Text;
using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Shell;

/// <summary>What a run of the built shell came to.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Its standard output; lines end with "\n".</param>
/// <param name="Error">Its error output; lines end with "\n".</param>
internal sealed record ShellProcess(int ExitCode, string Output, string Error)
{
    /// <summary>The built shell, in the configuration that these tests were built in.</summary>
    public static string Assembly { get; } = Path.Combine(
        Repository.Root,
        "src",
        "ClrShell",
        "bin",
        Directory.GetParent(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar))!.Name,
        "net10.0",
        "ClrShell.dll");

    /// <summary>Runs the shell as a process of its own, with all its streams redirected, to its end.</summary>
    public static ShellProcess Run(params string[] arguments) => RunIn(Repository.Root, arguments);

    /// <summary>Runs the shell in <paramref name="folder"/>.</summary>
    public static ShellProcess RunIn(string folder, params string[] arguments)
    {
        using var process = Start(folder, arguments);
        process.StandardInput.Close();
        return Finish(process);
    }

    /// <summary>Starts the shell; the caller disposes it.</summary>
    public static Process Start(string folder, params string[] arguments) =>
        StartProgram("dotnet", folder, [Assembly, .. arguments]);

    /// <summary>Starts any program with its streams redirected.</summary>
    public static Process StartProgram(string program, string folder, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment.Remove("NO_COLOR");
        start.Environment["TERM"] = "xterm";
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
    }

    /// <summary>Reads what is left of both streams, and waits.</summary>
    public static ShellProcess Finish(Process process)
    {
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new ShellProcess(
            process.ExitCode,
            Lines(output),
            Lines(error.GetAwaiter().GetResult()));
    }

    // A lone "\r" stays: it redraws a line.
    private static string Lines(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal);
}
