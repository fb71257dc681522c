using ClrEngine.Errors;
using ClrEngine.Schedules;

namespace ClrFigures.Schedules;

/// <summary>How much of schedules a figure shows.</summary>
internal static class ScheduleSpan
{
    private const int Cycles = 4;
    private const long Fallback = 1000;

    /// <summary>The points to show: as many as asked for, or what shows every schedule whole.</summary>
    public static long Of(IEnumerable<NamedSchedule> schedules, long? count) => count switch
    {
        null => schedules.Max(s => Whole(s.Schedule)),
        >= 2 => count.Value,
        _ => throw new InvalidParameterException("Count", count, $"Count is {count}; a curve needs at least 2 points."),
    };

    private static long Whole(ILrSchedule schedule) => schedule switch
    {
        OneCycleSchedule one => one.TotalSteps,
        LinearSweep sweep => sweep.Iterations,
        ExponentialSweep sweep => sweep.Iterations,
        WarmupSchedule warmup => warmup.Steps + Whole(warmup.Schedule),
        JoinedSchedule { Boundaries.Count: > 0 } joined => joined.Boundaries[^1] + Whole(joined.Schedules[^1]),
        GroupedSchedule grouped => grouped.Schedules.Max(Whole),
        _ => CycleBoundaries.Cycles(schedule, long.MaxValue).Take(Cycles).Select(c => c.End + 1).LastOrDefault(Fallback),
    };
}
