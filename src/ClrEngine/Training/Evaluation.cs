namespace ClrEngine.Training;

/// <summary>How a model does on a set of samples.</summary>
/// <param name="Loss">Mean loss over the samples.</param>
/// <param name="Accuracy">Samples classified rightly, in percent, or null where the task has no classes.</param>
/// <param name="Samples">How many samples.</param>
public sealed record Evaluation(double Loss, double? Accuracy, long Samples);
