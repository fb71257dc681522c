using System.Globalization;
using ClrEngine.Errors;
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
    /// <param name="schedule">The schedule.</param>
    /// <param name="step">Updates taken, at least 1.</param>
    public static bool EndsAt(ILrSchedule schedule, long step) => schedule.CycleAt(step - 1)?.End == step;

    /// <summary>Updates until a number of cycles has ended.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="cycles">How many, at least 1.</param>
    /// <exception cref="InvalidParameterException">The schedule has no cycles, or fewer.</exception>
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

    /// <summary>Refuses a schedule without cycles where something counts them.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="name">The parameter that counts cycles.</param>
    public static void Require(ILrSchedule schedule, string name)
    {
        if (schedule.NextCycle(0) is null)
            throw new InvalidParameterException(name, schedule, $"{name} works at the ends of cycles, and the schedule ({schedule}) has none; leave it out, or give a schedule that runs in cycles.", ScheduleHasNoCycles);
    }
}
