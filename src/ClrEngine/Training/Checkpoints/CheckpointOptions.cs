using ClrEngine.Errors;

namespace ClrEngine.Training.Checkpoints;

/// <summary>Where and how often a run keeps its state.</summary>
public sealed record CheckpointOptions
{
    /// <summary>The run's folder; made where it is not there.</summary>
    public required string Path { get; init; }

    /// <summary>Updates from one checkpoint to the next, beside those at the ends of epochs and cycles; 0 for these alone.</summary>
    public long Every { get; init; }

    /// <summary>How many of the newest checkpoints stay, beside that of the best epoch.</summary>
    public int Keep { get; init; } = 3;

    /// <summary>Whether to go on from the newest good checkpoint, where there is one.</summary>
    public bool Resume { get; init; }

    /// <summary>Whether to remove another run's checkpoints and begin anew.</summary>
    public bool Force { get; init; }

    /// <summary>Refuses values that cannot be used.</summary>
    /// <exception cref="InvalidParameterException">A value is outside its range; the error names it.</exception>
    public void Validate()
    {
        if (string.IsNullOrWhiteSpace(Path))
            throw new InvalidParameterException("CheckpointPath", Path, "CheckpointPath is empty; give a folder.");
        Require.AtLeast(Every, 0, "CheckpointEvery");
        Require.AtLeast(Keep, 1, "CheckpointKeep");
        if (Resume && Force)
            throw new InvalidParameterException("Force", true, "Resume goes on with a run and Force removes it; give one of them.", "ResumeWithForce");
    }
}
