namespace ClrModule.Sweeps;

/// <summary>How one run of a sweep stands. Its parameters stand beside it as properties of their own, so that runs sort, group and export as one table.</summary>
public sealed record TrainingSweepRun
{
    /// <summary>The run's number, counted from 0; its folder is named so.</summary>
    public required int Index { get; init; }

    /// <summary>How far it is.</summary>
    public SweepRunState State { get; init; }

    /// <summary>The parameters in which it differs from other runs of the sweep.</summary>
    public required string Setting { get; init; }

    /// <summary>How the training ended, where it has.</summary>
    public TrainingStatus? Status { get; init; }

    /// <summary>The best epoch, counted from 1.</summary>
    public int? BestEpoch { get; init; }

    /// <summary>The validation accuracy of the best epoch, in percent.</summary>
    public double? BestValidationAccuracy { get; init; }

    /// <summary>The validation loss of the best epoch.</summary>
    public double? BestValidationLoss { get; init; }

    /// <summary>Where values are predicted: the share of their variance that the best epoch explains.</summary>
    public double? BestValidationRSquared { get; init; }

    /// <summary>How long it trained, in seconds.</summary>
    public double? Seconds { get; init; }

    /// <summary>Why it failed or ended early; of a run that goes on, by whom; of one that was stopped, from where it goes on.</summary>
    public string? Reason { get; init; }

    /// <summary>The run's folder.</summary>
    public required string FullName { get; init; }

    /// <summary>A line for people.</summary>
    public override string ToString() => $"run {SweepRunFolder.Name(Index)}{(Setting.Length == 0 ? "" : $" ({Setting})")}: {State}";
}

/// <summary>How far a run of a sweep is.</summary>
public enum SweepRunState
{
    /// <summary>Nobody has it: it has not begun, or was stopped and goes on from its checkpoint.</summary>
    Waiting,

    /// <summary>A process has it.</summary>
    Running,

    /// <summary>Its history is there.</summary>
    Done,

    /// <summary>It ended with an error; it is tried again when the sweep is started again.</summary>
    Failed,

    /// <summary>Its history is there, and ends with a loss that is NaN or infinite: it has no figures, and is not trained again, since it would go the same way.</summary>
    Diverged,
}
