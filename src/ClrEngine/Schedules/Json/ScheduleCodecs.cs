namespace ClrEngine.Schedules.Json;

/// <summary>Every kind of schedule that has a JSON form.</summary>
internal static class ScheduleCodecs
{
    private static readonly ScheduleCodec[] All =
    [
        CyclicCodec.Codec,
        OneCycleCodec.Codec,
        CosineWarmRestartsCodec.Codec,
        .. SimpleCodecs.All,
        .. CompositeCodecs.All,
    ];

    public static ScheduleCodec Of(string kind) =>
        Array.Find(All, codec => codec.Kind == kind)
        ?? throw new ScheduleFormatException("UnknownScheduleKind", $"There is no schedule of kind \"{kind}\"; this library reads {string.Join(", ", All.Select(codec => codec.Kind))}.");

    public static ScheduleCodec Of(ILrSchedule schedule) =>
        Array.Find(All, codec => codec.Type == schedule.GetType())
        ?? throw new ScheduleNotSaveableException($"A {schedule.GetType().Name} has no JSON form; build the schedule from those of the library, or save what it is made of yourself.");

    /// <summary>Refuses what cannot be saved, before anything is written.</summary>
    public static void CheckSaveable(ILrSchedule schedule)
    {
        Of(schedule);
        if (schedule is CyclicSchedule { ScaleFunction: { Text: null } })
            throw new ScheduleNotSaveableException("The schedule's ScaleFunction is compiled code and cannot be saved; give the function its text (new ScaleFunction(function, mode, text), or a script block), or use Mode, Gamma and CycleDecay instead.");
        foreach (ILrSchedule part in CompositeCodecs.PartsOf(schedule))
            CheckSaveable(part);
    }
}
