namespace ClrEngine.Training.Checkpoints;

/// <summary>A run's whole state at one moment.</summary>
/// <param name="State">The run's own part.</param>
/// <param name="Tensors">The learner's part.</param>
public sealed record Checkpoint(CheckpointState State, IReadOnlyList<StateTensor> Tensors);
