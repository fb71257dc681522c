namespace ClrEngine.Training;

/// <summary>How a model does on a set of samples.</summary>
/// <param name="Loss">Mean loss over the samples.</param>
/// <param name="Accuracy">Samples classified rightly, in percent, or null where the task has no classes.</param>
/// <param name="Samples">How many samples.</param>
public sealed record Evaluation(double Loss, double? Accuracy, long Samples)
{
    /// <summary>
    /// The share of the targets' variance that a regression explains, at most 1 (the coefficient of determination, weighted by variance where a sample has several values);
    /// null where the task has classes, or all targets are equal.
    /// </summary>
    public double? RSquared { get; init; }
}
