using ClrEngine.Json;


namespace ClrEngine.Training.Cycles;

/// <summary>The model at one cycle's end, where the rate is lowest and the model is at its best.</summary>
public sealed record CycleRecord
{
    /// <summary>The cycle, counted from 1.</summary>
    [Within(1)]
    public required int Cycle { get; init; }

    /// <summary>Optimiser updates taken by its end.</summary>
    public required long Step { get; init; }

    /// <summary>The mean loss of the validation samples.</summary>
    public required double ValidationLoss { get; init; }

    /// <summary>Validation samples classified rightly, in percent; null where the task has no classes.</summary>
    [Within(0, 100)]
    public required double? ValidationAccuracy { get; init; }

    /// <summary>The same loss of the mean of all cycles' predictions so far; null where no snapshots are kept.</summary>
    public double? EnsembleLoss { get; init; }

    /// <summary>The same accuracy of the mean of all cycles' predictions so far, in percent (Huang et al. 2017, arXiv 1704.00109); null where no snapshots are kept.</summary>
    [Within(0, 100)]
    public double? EnsembleAccuracy { get; init; }

    /// <summary>The same loss of the mean of all cycles' weights so far; null where no snapshots are kept.</summary>
    public double? SwaLoss { get; init; }

    /// <summary>
    /// The same accuracy of the mean of all cycles' weights so far, in percent, with batch-norm statistics taken anew
    /// (Izmailov et al. 2018, arXiv 1803.05407); null where no snapshots are kept.
    /// </summary>
    [Within(0, 100)]
    public double? SwaAccuracy { get; init; }

    /// <summary>
    /// Whether the model of this cycle is lost, since its file was damaged when the run was resumed: the ensemble and the mean weights of later
    /// cycles, and the models that the run writes, are without it.
    /// </summary>
    public bool SnapshotIsLost { get; init; }
}

/// <summary>What a run does where a cycle ends.</summary>
public enum CycleUse
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It looks how good the model is.</summary>
    Record,

    /// <summary>It keeps the model, and looks how good all kept ones are together.</summary>
    Snapshot,
}
