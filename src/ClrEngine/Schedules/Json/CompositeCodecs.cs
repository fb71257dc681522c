namespace ClrEngine.Schedules.Json;

/// <summary>The schedules that are made of others.</summary>
internal static class CompositeCodecs
{
    public static readonly ScheduleCodec[] All =
    [
        new ScheduleCodec<GroupedSchedule>(
            "grouped",
            (schedule, writer) => writer.Schedules("schedules", schedule.Schedules),
            reader => new GroupedSchedule(reader.Schedules("schedules"))),
        new ScheduleCodec<JoinedSchedule>(
            "joined",
            (schedule, writer) =>
            {
                writer.Schedules("schedules", schedule.Schedules);
                writer.WholeNumbers("boundaries", schedule.Boundaries);
            },
            reader => new JoinedSchedule(reader.Schedules("schedules"), reader.WholeNumbers("boundaries"))),
        new ScheduleCodec<WarmupSchedule>(
            "warmup",
            (schedule, writer) =>
            {
                writer.WholeNumber("steps", schedule.Steps);
                writer.Number("startFactor", schedule.StartFactor);
                writer.Schedule("schedule", schedule.Schedule);
            },
            reader => Warmup(reader.WholeNumber("steps"), reader.Number("startFactor"), reader.Schedule("schedule"))),
    ];

    /// <summary>The schedules that a schedule is made of.</summary>
    public static IReadOnlyList<ILrSchedule> PartsOf(ILrSchedule schedule) => schedule switch
    {
        GroupedSchedule grouped => grouped.Schedules,
        JoinedSchedule joined => joined.Schedules,
        WarmupSchedule warmup => [warmup.Schedule],
        _ => [],
    };

    private static WarmupSchedule Warmup(long steps, double startFactor, ILrSchedule schedule) => new(schedule, steps, startFactor);
}
