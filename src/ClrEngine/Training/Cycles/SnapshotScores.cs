namespace ClrEngine.Training.Cycles;

/// <summary>How a snapshot does on the validation samples, alone and with those before it.</summary>
/// <param name="Model">The snapshot alone.</param>
/// <param name="Ensemble">The mean of all snapshots' predictions.</param>
/// <param name="Average">The mean of all snapshots' weights.</param>
public sealed record SnapshotScores(Evaluation Model, Evaluation Ensemble, Evaluation Average);
