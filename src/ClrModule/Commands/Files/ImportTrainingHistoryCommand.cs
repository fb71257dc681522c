using ClrEngine.Training.Histories;
using ClrModule.Sweeps;

namespace ClrModule.Commands.Files;

/// <summary>
/// Reads training histories that Export-TrainingHistory wrote as JSON, and those of a sweep's runs by their folders. What comes from a file has IsImported set: its Command is
/// text that anybody may have written, so read it before you run it. Reading runs nothing.
/// </summary>
[Cmdlet(VerbsData.Import, "TrainingHistory", DefaultParameterSetName = ByPath)]
[OutputType(typeof(TrainingHistory))]
public sealed class ImportTrainingHistoryCommand : FileImportCommand
{
    /// <summary>Let the script of the schedule's ScaleFunction run: give it only for a file that you trust.</summary>
    [Parameter]
    public SwitchParameter AllowScript { get; set; }

    // A run of a sweep comes down the pipeline with its folder.
    private protected override string FileAt(string path) =>
        System.IO.Path.Combine(path, SweepFolder.HistoryFile) is var ofRun && File.Exists(ofRun) ? ofRun : path;

    private protected override object Read(string file) => TrainingHistoryFile.Read(file, ScriptScale.Compiler(AllowScript));
}
