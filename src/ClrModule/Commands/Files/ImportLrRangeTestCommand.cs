using ClrEngine.RangeTest;

namespace ClrModule.Commands.Files;

/// <summary>Reads a range test that Export-LrRangeTest wrote.</summary>
[Cmdlet(VerbsData.Import, "LrRangeTest")]
[OutputType(typeof(LrRangeTestResult))]
public sealed class ImportLrRangeTestCommand : ClrCommand
{
    /// <summary>The file.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true), Alias("FullName", "PSPath")]
    public string Path { get; set; } = "";

    protected override object? Target => Path;

    protected override void Process() =>
        WriteObject(LrRangeTestJson.FromJson(File.ReadAllText(GetUnresolvedProviderPathFromPSPath(Path))));
}
