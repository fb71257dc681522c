using ClrEngine.Schedules;

namespace ClrEngine.Training.Cycles;

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
    public static string? ReasonToStop(IReadOnlyList<CycleRecord> cycles, int patience)
    {
        CycleRecord? best = Best(cycles);
        if (cycles.Count <= patience || cycles.Count - (best?.Cycle ?? 0) < patience)
            return null;
        if (best is null)
            return $"No cycle of {cycles.Count} had a finite validation loss: lower MaxLr.";
        string measure = best.ValidationAccuracy is { } accuracy
            ? string.Create(CultureInfo.InvariantCulture, $"{accuracy:F2} %")
            : string.Create(CultureInfo.InvariantCulture, $"loss {best.ValidationLoss:G4}");
        return $"No cycle was better than cycle {best.Cycle} ({measure}) for {cycles.Count - best.Cycle} cycles; a larger Patience goes on.";
    }

    public static CycleRecord? Best(IReadOnlyList<CycleRecord> cycles) =>
        TrainingHistory.Best(cycles, static cycle => cycle.ValidationAccuracy, static cycle => cycle.ValidationLoss);
}
