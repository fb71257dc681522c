using ClrEngine.Errors;

namespace ClrEngine.Schedules;

/// <summary>Reading a schedule without a model.</summary>
public static class LrScheduleExtensions
{
    /// <summary>How many parameter groups a schedule has rates for; null where one rate holds for all.</summary>
    /// <param name="schedule">The schedule.</param>
    public static int? GroupCount(this ILrSchedule schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return schedule.At(0).Groups?.Count;
    }

    /// <summary>Lists a schedule.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="count">How many points, at least 0.</param>
    /// <param name="every">Steps from one point to the next, at least 1.</param>
    /// <param name="from">The first step.</param>
    /// <returns>The points, made as they are pulled.</returns>
    public static IEnumerable<SchedulePoint> Points(this ILrSchedule schedule, long count, long every = 1, long from = 0)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        Require.AtLeast(count, 0, "Count");
        Require.AtLeast(every, 1, "Every");
        Require.AtLeast(from, 0, "From");
        return Listed();

        IEnumerable<SchedulePoint> Listed()
        {
            for (long i = 0; i < count; i++)
                yield return schedule.At(checked(from + i * every));
        }
    }
}
