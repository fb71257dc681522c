using System.Management.Automation;
using System.Management.Automation.Runspaces;
using ClrShell.Arguments;
using ClrShell.Hosting;

namespace ClrShell.Running;

/// <summary>Runs tasks in one runspace and shows what comes out of them.</summary>
internal sealed class TaskRunner(Runspace runspace, ShellHost host, ShellOutput output, Interruption interruption)
{
    /// <summary>Imports the module and gives the exit code that the import alone would end with.</summary>
    public int Import(string manifest)
    {
        using var shell = PowerShell.Create(runspace);
        shell.AddCommand("Import-Module").AddParameter("Name", manifest).AddParameter("ErrorAction", ActionPreference.Stop);
        return Invoke(shell);
    }

    /// <summary>Runs <paramref name="task"/> and gives the exit code it ends with.</summary>
    public int Run(ShellTask task)
    {
        using var shell = PowerShell.Create(runspace);
        using var exit = new ExitWatch(runspace);
        Add(shell, task);

        var display = new Command("Out-Default")
        {
            MergeUnclaimedPreviousCommandResults = PipelineResultTypes.Output | PipelineResultTypes.Error,
        };
        shell.Commands.AddCommand(display);
        var result = Invoke(shell);
        return result == ExitCode.Success ? host.ExitCode ?? exit.Code ?? result : result;
    }

    private static void Add(PowerShell shell, ShellTask task)
    {
        switch (task)
        {
            case RunScript script:
                // By path, so that $PSScriptRoot, #requires and the names in errors are the file's.
                var command = new Command(Path.GetFullPath(script.Path), isScript: false, useLocalScope: false);
                foreach (var parameter in script.Parameters)
                {
                    command.Parameters.Add(parameter);
                }

                shell.Commands.AddCommand(command);
                break;
            case RunText text:
                shell.AddScript(text.Text);
                break;
            default:
                throw new NotSupportedException($"Nothing runs {task}.");
        }
    }

    private int Invoke(PowerShell shell)
    {
        if (interruption.Requested)
        {
            return ExitCode.Interrupted;
        }

        using var stopping = interruption.Register(shell);
        try
        {
            shell.Invoke();

            // A pipeline that was stopped while a script ran in it returns as if it had come to its end.
            return shell.InvocationStateInfo.State == PSInvocationState.Stopped ? ExitCode.Interrupted : ExitCode.Success;
        }
        catch (PipelineStoppedException)
        {
            return ExitCode.Interrupted;
        }
        catch (RuntimeException error)
        {
            Show(error);
            return ExitCode.Failure;
        }
    }

    private void Show(RuntimeException error)
    {
        // The record of an error that ended the script holds a copy of the exception that has lost its type.
        var record = new ErrorRecord(error.ErrorRecord, error);
        using var shell = PowerShell.Create(runspace);
        using var redirection = output.RedirectToError();
        shell.AddCommand("Out-Default").Invoke(new[] { record });
    }
}
