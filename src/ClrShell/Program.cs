using ClrShell.Arguments;
using ClrShell.Running;

namespace ClrShell;

/// <summary>The shell's entry point.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        switch (ArgumentParser.Parse(args))
        {
            case ShowHelp:
                Console.Out.Write(Usage.Text);
                return ExitCode.Success;
            case UsageError error:
                if (error.Message.Length > 0)
                {
                    Console.Error.WriteLine(error.Message);
                }

                Console.Error.Write(Usage.Text);
                return ExitCode.Failure;
            case ShellTask task:
                return Shell.Run(task);
            case var other:
                throw new NotSupportedException($"Nothing runs {other}.");
        }
    }
}
