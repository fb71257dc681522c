using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace ClrKernelExtension.Tests.Notebooks;

/// <summary>Runs PowerShell cells one after the other in the real engine, which finds the module as in the host.</summary>
internal sealed class PowerShellCells : IDisposable
{
    // The host's own cmdlet shows an object; here it is passed on, marked.
    private const string OutDisplay = """
        param([string]$ModulePath)
        $env:PSModulePath = $ModulePath + [System.IO.Path]::PathSeparator + $env:PSModulePath
        function Out-Display {
            param(
                [Parameter(Mandatory, Position = 0, ValueFromPipeline)] [AllowNull()] [object]$InputObject,
                [Parameter(Position = 1)] [string]$MimeType = 'text/html'
            )
            process { [pscustomobject]@{ Displayed = $InputObject } }
        }
        """;

    private readonly Runspace _runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());

    public PowerShellCells(string modulePath)
    {
        _runspace.Open();
        using var shell = PowerShell.Create(_runspace);
        shell.AddScript(OutDisplay, useLocalScope: false).AddArgument(modulePath).Invoke();
    }

    public IReadOnlyList<CellOutput> Run(string source)
    {
        const string selector = "#!pwsh\n";
        Assert.StartsWith(selector, source, StringComparison.Ordinal);
        using var shell = PowerShell.Create(_runspace);
        var results = shell.AddScript(source[selector.Length..], useLocalScope: false).Invoke();
        Assert.Empty(shell.Streams.Error);
        Assert.Empty(shell.Streams.Warning);
        return Together(results);
    }

    public void Dispose() => _runspace.Dispose();

    // Text that is written one line after the other is one output.
    private static List<CellOutput> Together(IEnumerable<PSObject> results)
    {
        var outputs = new List<CellOutput>();
        foreach (PSObject result in results)
        {
            if (result.Properties["Displayed"] is { } displayed)
            {
                outputs.Add(CellOutput.Of("display_data", displayed.Value is PSObject wrapped ? wrapped.BaseObject : displayed.Value));
                continue;
            }
            string line = Assert.IsType<string>(result.BaseObject) + "\n";
            if (outputs is [.., { Kind: "stream" } last])
                outputs[^1] = CellOutput.Written(last.Forms[0].Text + line);
            else
                outputs.Add(CellOutput.Written(line));
        }
        return outputs;
    }
}
