using ClrEngine.Training.Histories;

namespace ClrModule.Commands.Files;

/// <summary>
/// Writes training histories to a file, as the end of its name says: all of one as JSON, or the epochs of any number as one table in CSV or Parquet.
/// </summary>
[Cmdlet(VerbsData.Export, "TrainingHistory", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportTrainingHistoryCommand : FileExportCommand
{
    private static readonly ErrorCause HistoriesToOneFile = new(nameof(HistoriesToOneFile), ErrorKind.InvalidArgument,
        "Several training histories were given with one `-Path` that ends in .json.", "Write each to a file of its own, or their epochs to one table: .csv or .parquet.");

    private readonly List<TrainingHistory> _histories = [];

    /// <summary>The history, or several.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true), AcceptDeserialized]
    public TrainingHistory[] History { get; set; } = [];

    protected override object? Target => History;

    protected override void Process() => _histories.AddRange(History);

    protected override void Finish()
    {
        if (_histories.Count > 1 && !TrainingHistoryFile.IsTable(Path))
            throw new InvalidParameterException(nameof(Path), Path, $"{_histories.Count} histories would go to one file, which holds one; write each to a file of its own, or their epochs to one table, which ends in .csv or .parquet.", HistoriesToOneFile);
        for (int i = 0; i < _histories.Count; i++)
        {
            if (_histories[i] is { Epochs.Count: 0 } empty && TrainingHistoryFile.IsTable(Path))
                WriteWarning(string.Create(CultureInfo.InvariantCulture, $"Run {i + 1} ({empty.Run}) is {empty.Status}, and has no epoch: the table has no row of it."));
        }
        if (_histories.Count > 0)
            Write(_histories.Count == 1 ? "Write the training history" : $"Write {_histories.Count} training histories", path => TrainingHistoryFile.WriteAll(path, _histories));
    }
}
