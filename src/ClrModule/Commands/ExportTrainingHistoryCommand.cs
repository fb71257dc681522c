using System.Management.Automation;
using ClrEngine.Errors;
using ClrEngine.Training;
using ClrEngine.Training.Histories;
using ClrModule.Binding;
using ClrModule.Output;

namespace ClrModule.Commands;

/// <summary>Writes a training history to a file: all of it as JSON, or its epochs as a table in CSV or Parquet.</summary>
[Cmdlet(VerbsData.Export, "TrainingHistory", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportTrainingHistoryCommand : ClrCommand
{
    private bool _hasWritten;

    /// <summary>The file; it ends in .json, .csv or .parquet.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public string Path { get; set; } = "";

    /// <summary>The history.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [HistoryArgument]
    public TrainingHistory History { get; set; } = null!;

    /// <summary>Replaces a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Gives the written file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override object? Target => History;

    /// <inheritdoc/>
    protected override void Process()
    {
        if (_hasWritten)
            throw new InvalidParameterException(nameof(Path), Path, "Several histories would go to one file, and only the last would stay; write each to a file of its own.", "HistoriesToOneFile");
        string path = OutputFile.Resolve(this, Path, Force);
        if (!ShouldProcess(path, "Write the training history"))
            return;
        TrainingHistoryFile.Write(path, History);
        _hasWritten = true;
        if (PassThru)
            WriteObject(new FileInfo(path));
    }
}
