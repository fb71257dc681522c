namespace ClrEngine.Training.Checkpoints;

/// <summary>A run's whole state at one moment.</summary>
/// <param name="State">The run's own part.</param>
/// <param name="Tensors">The learner's part.</param>
/// <param name="Snapshots">The models kept at the ends of cycles; none where the run keeps none.</param>
public sealed record Checkpoint(CheckpointState State, IReadOnlyList<StateTensor> Tensors, IReadOnlyList<IReadOnlyList<StateTensor>> Snapshots);
