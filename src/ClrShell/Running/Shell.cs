using System.Management.Automation;
using System.Text;
using ClrShell.Arguments;
using ClrShell.Hosting;

namespace ClrShell.Running;

/// <summary>Sets up the console, the host and the engine, and runs one task.</summary>
internal static class Shell
{
    /// <summary>Runs <paramref name="task"/> and gives the process's exit code.</summary>
    public static int Run(ShellTask task)
    {
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        if (task is RunScript script && ScriptPath.Problem(script.Path) is { } problem)
        {
            Console.Error.WriteLine(problem);
            return ExitCode.Failure;
        }

        if (ModuleManifest.Find() is not { } manifest)
        {
            Console.Error.WriteLine(ModuleManifest.NotFound);
            return ExitCode.Failure;
        }

        if (Terminal.ColourIsUnwanted)
        {
            PSStyle.Instance.OutputRendering = OutputRendering.PlainText;
        }

        PwshHint.CommandLine = PwshCommandLine.For(task, manifest);
        var output = new ShellOutput(Terminal.Detect());
        using var interruption = new Interruption();
        var host = new ShellHost(output, interruption);
        using var runspace = ShellRunspace.Open(host);
        var runner = new TaskRunner(runspace, host, output, interruption);
        try
        {
            var result = runner.Import(manifest);
            if (result == ExitCode.Failure)
            {
                Console.Error.WriteLine(ModuleManifest.NotImported);
            }

            return result == ExitCode.Success ? runner.Run(task) : result;
        }
        finally
        {
            output.End();
        }
    }
}
