namespace ClrEngine.Schedules;

/// <summary>Something about a schedule and a run that is allowed and probably not meant.</summary>
/// <param name="Id">One stable word for the cause.</param>
/// <param name="Message">What it is, and what to do.</param>
public sealed record ScheduleWarning(string Id, string Message);
