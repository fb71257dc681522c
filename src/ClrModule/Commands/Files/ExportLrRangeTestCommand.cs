using ClrEngine.Files;
using ClrEngine.RangeTest;

namespace ClrModule.Commands.Files;

/// <summary>Writes a range test to a JSON file, every loss to its last bit, so that its curve can be read on another machine.</summary>
[Cmdlet(VerbsData.Export, "LrRangeTest", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportLrRangeTestCommand : FileExportCommand
{
    /// <summary>The range test.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true), AcceptDeserialized]
    public LrRangeTestResult RangeTest { get; set; } = null!;

    protected override object? Target => RangeTest;

    protected override void Process() => Write("Write the range test", path => AtomicFile.Write(path, LrRangeTestJson.ToJson(RangeTest)));
}
