namespace ClrEngine.Training;

/// <summary>What an epoch that has not ended yet has added up: enough to go on with it as if it had never stopped.</summary>
public sealed record EpochProgress
{
    /// <summary>Updates taken in the epoch.</summary>
    public required long Steps { get; init; }

    /// <summary>The sum of their learning rates.</summary>
    public required double LearningRateSum { get; init; }

    /// <summary>The sum over their samples of the batch's mean loss.</summary>
    public required double LossSum { get; init; }

    /// <summary>Their samples.</summary>
    public required long Samples { get; init; }

    /// <summary>Samples classified rightly; null where the task has no classes.</summary>
    public required long? Correct { get; init; }

    /// <summary>The loss of the newest update.</summary>
    public required double? LatestLoss { get; init; }

    /// <summary>Seconds spent on the epoch.</summary>
    public required double Seconds { get; init; }
}
