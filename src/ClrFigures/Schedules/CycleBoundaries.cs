using ClrEngine.Schedules;

namespace ClrFigures.Schedules;

/// <summary>Where cycles end.</summary>
internal static class CycleBoundaries
{
    private const int Most = 24;

    /// <summary>The first step of every cycle but the first, below <paramref name="count"/>; of many, every second, fifth, tenth and so on.</summary>
    public static IReadOnlyList<long> Of(ILrSchedule schedule, long count)
    {
        if (schedule is not CyclicSchedule cyclic)
            return [];
        long cycles = (count - 1) / cyclic.CycleLength;
        long every = Every(cycles);
        return [.. Enumerable.Range(1, (int)(cycles / every)).Select(i => i * every * cyclic.CycleLength)];
    }

    private static long Every(long cycles)
    {
        for (long scale = 1; ; scale *= 10)
        {
            foreach (long factor in new[] { 1, 2, 5 })
            {
                if (cycles / (scale * factor) <= Most)
                    return scale * factor;
            }
        }
    }
}
