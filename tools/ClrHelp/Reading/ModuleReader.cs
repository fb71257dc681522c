using System.Management.Automation;
using System.Management.Automation.Runspaces;
using ClrHelp.Pages;

namespace ClrHelp.Reading;

/// <summary>Imports a binary module into the engine, whose word on names, sets and positions is the last.</summary>
internal static class ModuleReader
{
    /// <summary>One page a cmdlet, in the order of their names.</summary>
    /// <param name="assembly">The module's assembly; its XML comments lie beside it.</param>
    /// <param name="sources">The folder with a markdown source for each cmdlet.</param>
    public static IReadOnlyList<CmdletPage> Read(string assembly, string sources)
    {
        var comments = new XmlComments(Path.GetDirectoryName(Path.GetFullPath(assembly))!);
        using Runspace runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        // Completers look at the runspace of their thread.
        Runspace.DefaultRunspace = runspace;
        using var shell = PowerShell.Create(runspace);
        PSModuleInfo module = shell.AddCommand("Import-Module")
            .AddParameter("Name", Path.GetFullPath(assembly))
            .AddParameter("PassThru")
            .AddParameter("ErrorAction", "Stop")
            .Invoke<PSModuleInfo>()
            .Single();
        return
        [
            .. module.ExportedCmdlets.Values
                .OrderBy(cmdlet => cmdlet.Name, StringComparer.Ordinal)
                .Select(cmdlet => new CmdletReader(cmdlet, comments).Read(CmdletSource.Read(Path.Combine(sources, cmdlet.Name + ".md")))),
        ];
    }
}
