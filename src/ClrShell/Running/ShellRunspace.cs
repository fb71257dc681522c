using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;
using Microsoft.PowerShell;

namespace ClrShell.Running;

/// <summary>Opens the engine.</summary>
internal static class ShellRunspace
{
    /// <summary>Gives an open runspace with the core cmdlets, which the caller disposes.</summary>
    public static Runspace Open(PSHost host)
    {
        var state = InitialSessionState.CreateDefault2();
        state.Types.Add(PwshHint.TypeEntry);
        if (OperatingSystem.IsWindows())
        {
            // Whoever names a script on this command line has decided to run it.
            state.ExecutionPolicy = ExecutionPolicy.Bypass;
        }

        var runspace = RunspaceFactory.CreateRunspace(host, state);
        runspace.Open();
        Runspace.DefaultRunspace = runspace;

        // A script does the same on every machine: modules load by path, never by what happens to be installed.
        // Installed ones would fail here for want of PowerShell's own modules; a pwsh started from the script
        // takes an empty value as unset.
        Environment.SetEnvironmentVariable("PSModulePath", "");
        return runspace;
    }
}
