using System.Management.Automation;
using ClrEngine.Errors;
using ClrEngine.Training;
using ClrEngine.Training.Histories;
using ClrModule.Binding;

namespace ClrModule.Commands.Files;

/// <summary>Writes a training history to a file: all of it as JSON, or its epochs as a table in CSV or Parquet.</summary>
[Cmdlet(VerbsData.Export, "TrainingHistory", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportTrainingHistoryCommand : FileExportCommand
{
    private static readonly ErrorCause HistoriesToOneFile = new(nameof(HistoriesToOneFile), ErrorKind.InvalidArgument,
        "Several training histories were given with one `-Path`.", "Write each to a file of its own.");

    private bool _hasWritten;

    /// <summary>The file; it ends in .json, .csv or .parquet.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public string Path { get; set; } = "";

    /// <summary>The history.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [AcceptDeserialized]
    public TrainingHistory History { get; set; } = null!;

    /// <inheritdoc/>
    protected override object? Target => History;

    /// <inheritdoc/>
    protected override void Process()
    {
        if (_hasWritten)
            throw new InvalidParameterException(nameof(Path), Path, "Several histories would go to one file, and only the last would stay; write each to a file of its own.", HistoriesToOneFile);
        _hasWritten = Write(Path, "Write the training history", path => TrainingHistoryFile.Write(path, History));
    }
}
