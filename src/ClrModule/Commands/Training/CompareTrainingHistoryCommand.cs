using ClrEngine.Training.Histories;

namespace ClrModule.Commands.Training;

/// <summary>Says whether two settings differ by more than chance: their best epochs are compared seed by seed.</summary>
[Cmdlet(VerbsData.Compare, "TrainingHistory")]
[OutputType(typeof(TrainingComparison))]
public sealed class CompareTrainingHistoryCommand : ClrCommand
{
    /// <summary>Histories of the first setting, each of another seed.</summary>
    [Parameter(Mandatory = true, Position = 0), AcceptDeserialized]
    public TrainingHistory[] Reference { get; set; } = [];

    /// <summary>Histories of the second setting, of the same seeds.</summary>
    [Parameter(Mandatory = true, Position = 1), AcceptDeserialized]
    public TrainingHistory[] Difference { get; set; } = [];

    protected override void Process()
    {
        TrainingComparison comparison = TrainingComparison.Compare(Reference, Difference);
        if (Reference[0].DataIdentity is { } data && Difference.Concat(Reference).FirstOrDefault(history => history.DataIdentity is { } other && other != data) is { } another)
            WriteWarning($"The settings were trained on different data ({Reference[0].Data} and {another.Data}), whose figures hardly compare.");
        if (double.IsNaN(comparison.PValue))
            WriteWarning("Each seed changed by the same, so that nothing says how much of it is chance, and the two are not told apart: train under more seeds, or hold out more samples.");
        WriteObject(comparison);
    }
}
