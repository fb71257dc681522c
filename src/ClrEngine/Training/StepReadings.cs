namespace ClrEngine.Training;

/// <summary>What a learner measured since it was last read.</summary>
/// <param name="Losses">The mean loss of each batch before its update, one a step.</param>
/// <param name="Correct">Samples classified rightly over these steps, or null where the task has no classes.</param>
public sealed record StepReadings(IReadOnlyList<double> Losses, long? Correct);
