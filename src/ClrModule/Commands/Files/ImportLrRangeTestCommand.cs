using ClrEngine.RangeTest;

namespace ClrModule.Commands.Files;

/// <summary>Reads range tests that Export-LrRangeTest wrote.</summary>
[Cmdlet(VerbsData.Import, "LrRangeTest", DefaultParameterSetName = ByPath)]
[OutputType(typeof(LrRangeTestResult))]
public sealed class ImportLrRangeTestCommand : FileImportCommand
{
    private protected override object Read(string file) => LrRangeTestJson.FromFile(file);
}
