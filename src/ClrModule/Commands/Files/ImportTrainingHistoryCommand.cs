using ClrEngine.Training.Histories;
using ClrModule.Sweeps;

namespace ClrModule.Commands.Files;

/// <summary>
/// Reads training histories that Export-TrainingHistory wrote as JSON, and those of a sweep's runs, also by their folders, where they are of the runs' jobs. What comes from a file has IsImported set: its Command is
/// text that anybody may have written, so read it before you run it. Reading runs nothing.
/// </summary>
[Cmdlet(VerbsData.Import, "TrainingHistory", DefaultParameterSetName = ByPath)]
[OutputType(typeof(TrainingHistory))]
public sealed class ImportTrainingHistoryCommand : FileImportCommand
{
    private readonly Dictionary<string, SweepFolder> _sweeps = [];

    /// <summary>Let the script of the schedule's ScaleFunction run: give it only for a file that you trust.</summary>
    [Parameter]
    public SwitchParameter AllowScript { get; set; }

    private protected override string FileAt(string path) => SweepRunFolder.HistoryFileAt(path);

    private protected override object Read(string file) => SweepRunFolder.ReadHistory(file, _sweeps, ScriptScale.Compiler(AllowScript));
}
