using System.Management.Automation;
using ClrEngine.Files;
using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Json;
using ClrModule.Binding;
using ClrModule.Output;

namespace ClrModule.Commands;

/// <summary>Writes a range test to a JSON file, every loss to its last bit, so that its curve can be read on another machine.</summary>
[Cmdlet(VerbsData.Export, "LrRangeTest", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportLrRangeTestCommand : ClrCommand
{
    /// <summary>The file.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public string Path { get; set; } = "";

    /// <summary>The range test.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [RangeTestArgument]
    public LrRangeTestResult RangeTest { get; set; } = null!;

    /// <summary>Replaces a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Gives the written file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override object? Target => RangeTest;

    /// <inheritdoc/>
    protected override void Process()
    {
        string path = OutputFile.Resolve(this, Path, Force);
        if (!ShouldProcess(path, "Write the range test"))
            return;
        WholeFile.Write(path, beside => File.WriteAllText(beside, LrRangeTestJson.ToJson(RangeTest)));
        if (PassThru)
            WriteObject(new FileInfo(path));
    }
}
