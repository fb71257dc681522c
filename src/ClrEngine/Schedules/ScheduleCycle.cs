namespace ClrEngine.Schedules;

/// <summary>One cycle of a schedule: it begins and ends at the lower rate, or ends where the schedule restarts.</summary>
/// <param name="Index">The cycle, counted from 0.</param>
/// <param name="Start">Its first step.</param>
/// <param name="Length">Its steps.</param>
public readonly record struct ScheduleCycle(long Index, long Start, long Length)
{
    /// <summary>The first step after the cycle: a run of this many steps ends with it.</summary>
    public long End => Start + Length;
}
