using ClrEngine.Schedules;

namespace ClrFigures.Schedules;

/// <summary>Where cycles end, seen through warm-ups, joins and groups.</summary>
internal static class CycleBoundaries
{
    private const int Most = 24, MostWalked = 100_000;

    /// <summary>The first step after every cycle that ends below <paramref name="count"/>; of many, every second, fifth, tenth and so on.</summary>
    public static IReadOnlyList<long> Of(ILrSchedule schedule, long count)
    {
        long[] ends = [.. Cycles(schedule, count).Select(c => c.End).Where(end => end < count).Distinct()];
        int every = Every(ends.Length);
        return [.. ends.Where((_, i) => (i + 1) % every == 0)];
    }

    /// <summary>The cycles that begin below <paramref name="count"/>, in order.</summary>
    public static IEnumerable<ScheduleCycle> Cycles(ILrSchedule schedule, long count)
    {
        long step = FirstCycle(schedule);
        for (int walked = 0; step < count && walked < MostWalked && schedule.CycleAt(step) is { } cycle; walked++)
        {
            yield return cycle;
            step = Math.Max(cycle.End, step + 1);
        }
    }

    // A warm-up and the parts of a join may have no cycle where they begin.
    private static long FirstCycle(ILrSchedule schedule) => schedule switch
    {
        WarmupSchedule warmup => warmup.Steps + FirstCycle(warmup.Schedule),
        GroupedSchedule grouped => FirstCycle(grouped.Schedules[0]),
        JoinedSchedule joined when joined.Boundaries.Count > 0 && joined.CycleAt(0) is null => joined.Boundaries[0] + FirstCycle(joined.Schedules[1]),
        _ => 0,
    };

    private static int Every(int cycles)
    {
        for (int scale = 1; ; scale *= 10)
        {
            foreach (int factor in new[] { 1, 2, 5 })
            {
                if (cycles / (scale * factor) <= Most)
                    return scale * factor;
            }
        }
    }
}
