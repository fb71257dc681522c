using ClrEngine.Training;
using ClrEngine.Training.Histories;

namespace ClrModule.Commands.Files;

/// <summary>Reads a training history that Export-TrainingHistory wrote as JSON.</summary>
[Cmdlet(VerbsData.Import, "TrainingHistory")]
[OutputType(typeof(TrainingHistory))]
public sealed class ImportTrainingHistoryCommand : ClrCommand
{
    /// <summary>The .json file.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true), Alias("FullName", "PSPath")]
    public string Path { get; set; } = "";

    /// <summary>Let the script of the schedule's ScaleFunction run: give it only for a file that you trust.</summary>
    [Parameter]
    public SwitchParameter AllowScript { get; set; }

    protected override object? Target => Path;

    protected override void Process() => WriteObject(TrainingHistoryFile.Read(
        GetUnresolvedProviderPathFromPSPath(Path),
        ScriptScale.Compiler(AllowScript)));
}
