using ClrEngine.Training;
using ClrEngine.Training.Histories;

namespace ClrModule.Commands.Files;

/// <summary>Writes a training history to a file: all of it as JSON, or its epochs as a table in CSV or Parquet, as the end of the file's name says.</summary>
[Cmdlet(VerbsData.Export, "TrainingHistory", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportTrainingHistoryCommand : FileExportCommand
{
    private static readonly ErrorCause HistoriesToOneFile = new(nameof(HistoriesToOneFile), ErrorKind.InvalidArgument,
        "Several training histories were given with one `-Path`.", "Write each to a file of its own.");

    private bool _hasWritten;

    /// <summary>The history.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true), AcceptDeserialized]
    public TrainingHistory History { get; set; } = null!;

    protected override object? Target => History;

    protected override void Process()
    {
        if (_hasWritten)
            throw new InvalidParameterException(nameof(Path), Path, "Several histories would go to one file, and only the last would stay; write each to a file of its own.", HistoriesToOneFile);
        _hasWritten = Write("Write the training history", path => TrainingHistoryFile.Write(path, History));
    }
}
