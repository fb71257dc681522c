using System.Text.Json.Serialization;
using ClrEngine.Json;
using ClrEngine.Schedules;

namespace ClrEngine.Training;

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

    /// <summary>The figure by which the run chooses its best epoch, shares in percent; null where it chooses by none, or it cannot be told.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ValidationFigure { get; init; }

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

/// <summary>Where the cycles of a schedule end, in updates of a run.</summary>
internal static class CycleEnds
{
    private static readonly ErrorCause ScheduleHasNoCycles = new(nameof(ScheduleHasNoCycles), ErrorKind.InvalidArgument,
        "Something works at the ends of cycles, and the schedule has none.", "Give a schedule that runs in cycles, or leave the parameter out.");

    private static readonly ErrorCause ScheduleHasFewerCycles = new(nameof(ScheduleHasFewerCycles), ErrorKind.InvalidArgument,
        "The schedule ends before as many cycles as were asked for.", "Give fewer `-Cycles`, or `-Epochs`.");

    /// <summary>Whether a cycle ends with the update before a step.</summary>
    public static bool EndsAt(ILrSchedule schedule, long step) => schedule.CycleAt(step - 1)?.End == step;

    /// <summary>Updates until a number of cycles has ended.</summary>
    public static long StepsOf(ILrSchedule schedule, int cycles)
    {
        long step = 0;
        for (int ended = 0; ended < cycles; ended++)
        {
            step = schedule.NextCycle(step)?.End ?? throw new InvalidParameterException(
                nameof(TrainingOptions.Cycles),
                cycles,
                string.Create(CultureInfo.InvariantCulture, $"Cycles is {cycles}, and the schedule ({schedule}) {(ended == 0 ? "has no cycles" : $"ends after {ended}")}; give Epochs, or a schedule with more cycles."),
                ended == 0 ? ScheduleHasNoCycles : ScheduleHasFewerCycles);
        }
        return step;
    }

    /// <summary>Refuses a schedule without cycles where a parameter counts them.</summary>
    public static void Require(ILrSchedule schedule, string name)
    {
        if (schedule.NextCycle(0) is null)
            throw new InvalidParameterException(name, schedule, $"{name} works at the ends of cycles, and the schedule ({schedule}) has none; leave it out, or give a schedule that runs in cycles.", ScheduleHasNoCycles);
    }
}

/// <summary>Stops a run when cycles no longer improve it: looked at where a cycle ends, for within one the loss rises on purpose.</summary>
internal static class PatienceRule
{
    /// <summary>Why a run should stop; null where it should not.</summary>
    public static string? ReasonToStop(IReadOnlyList<CycleRecord> cycles, int patience, ValidationFigure? by = null)
    {
        CycleRecord? best = Best(cycles, by);
        if (cycles.Count <= patience || cycles.Count - (best?.Cycle ?? 0) < patience)
            return null;
        if (best is null)
            return $"No cycle of {cycles.Count} had a finite validation loss: lower MaxLr.";
        string measure = by is not null ? by.Text(best.ValidationFigure)
            : best.ValidationAccuracy is { } accuracy
            ? string.Create(CultureInfo.InvariantCulture, $"{accuracy:F2} %")
            : string.Create(CultureInfo.InvariantCulture, $"loss {best.ValidationLoss:G4}");
        return $"No cycle was better than cycle {best.Cycle} ({measure}) for {Counted.Of(cycles.Count - best.Cycle, "cycle")}; a larger Patience goes on.";
    }

    public static CycleRecord? Best(IReadOnlyList<CycleRecord> cycles, ValidationFigure? by = null) =>
        TrainingHistory.Best(cycles, by, static cycle => cycle.ValidationFigure, static cycle => cycle.ValidationAccuracy, static cycle => cycle.ValidationLoss);
}

/// <summary>The models of one run at the ends of its cycles, and what they make together. The learner is left as it was.</summary>
internal interface ISnapshotEnsemble : IDisposable
{
    /// <summary>The snapshots' weights and buffers, one a cycle; names begin with <c>model.</c>. Null where a snapshot is lost.</summary>
    IReadOnlyList<IReadOnlyList<StateTensor>?> Members { get; }

    /// <summary>The mean of the snapshots' weights with statistics taken anew; null where there is none.</summary>
    IReadOnlyList<StateTensor>? Average { get; }

    /// <summary>What people should know of the mean of the weights; null where it is as it should be.</summary>
    string? Warning => null;

    /// <summary>Takes the learner's model as it is. Where that is cancelled, the model is no member, and the ensemble is good for its members only.</summary>
    SnapshotScores Add(CancellationToken cancellationToken = default);

    /// <summary>Takes the weights and buffers of a snapshot of an earlier process; null for one that is lost.</summary>
    /// <exception cref="StateMismatchException">They are of another model.</exception>
    void AddSaved(IReadOnlyList<StateTensor>? member);
}

/// <summary>How a snapshot does on the validation samples: alone, in the mean of all snapshots' predictions, and in the mean of all their weights.</summary>
internal sealed record SnapshotScores(Evaluation Model, Evaluation Ensemble, Evaluation Average);
