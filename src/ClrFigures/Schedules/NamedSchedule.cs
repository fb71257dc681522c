using ClrEngine.Schedules;

namespace ClrFigures.Schedules;

/// <summary>A schedule with the name that a figure shows.</summary>
/// <param name="Name">Any text.</param>
/// <param name="Schedule">The schedule.</param>
public sealed record NamedSchedule(string Name, ILrSchedule Schedule)
{
    /// <summary>Names a schedule after its own description.</summary>
    /// <param name="schedule">The schedule.</param>
    public static NamedSchedule Of(ILrSchedule schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return new NamedSchedule(schedule.ToString() ?? schedule.GetType().Name, schedule);
    }
}
