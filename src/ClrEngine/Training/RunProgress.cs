using ClrEngine.Training.Cycles;

namespace ClrEngine.Training;

/// <summary>How far a training run has come: with the learner's state, all that going on needs.</summary>
public sealed record RunProgress
{
    /// <summary>Optimiser updates taken.</summary>
    public required long Step { get; init; }

    /// <summary>The whole epochs that have ended.</summary>
    public required IReadOnlyList<EpochRecord> Epochs { get; init; }

    /// <summary>The epoch that has not; null at an epoch's end. With all its updates, it was stopped while it was validated.</summary>
    public required EpochProgress? Epoch { get; init; }

    /// <summary>The cycles that have ended, where the run looks at them.</summary>
    public IReadOnlyList<CycleRecord> Cycles { get; init; } = [];

    /// <summary>Whether the parts fit each other.</summary>
    /// <param name="stepsPerEpoch">Updates of one epoch.</param>
    internal bool IsConsistent(long stepsPerEpoch) =>
        Step >= 0
        && Epochs.Count * stepsPerEpoch + (Epoch?.Steps ?? 0) == Step
        && (Epoch is null || Epoch.Steps <= stepsPerEpoch)
        && Epochs.Select((epoch, i) => epoch.Epoch == i + 1 && epoch.Step == (i + 1) * stepsPerEpoch).All(static fits => fits)
        && Cycles.Select((cycle, i) => cycle.Cycle == i + 1 && cycle.Step <= Step).All(static fits => fits);
}
