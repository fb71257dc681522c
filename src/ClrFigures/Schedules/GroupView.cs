using ClrEngine.Schedules;

namespace ClrFigures.Schedules;

/// <summary>What a schedule with parameter groups sets for one of them.</summary>
/// <param name="Whole">The schedule.</param>
/// <param name="Index">The group, from 0.</param>
internal sealed record GroupView(ILrSchedule Whole, int Index) : ICyclicSchedule
{
    /// <summary>One view for each group; the schedule itself where one rate holds for all.</summary>
    public static IEnumerable<NamedSchedule> Of(NamedSchedule named) => named.Schedule.GroupCount() is { } count
        ? Enumerable.Range(0, count).Select(i => new NamedSchedule($"{Prefix(named)}group {i}", new GroupView(named.Schedule, i)))
        : [named];

    public SchedulePoint At(long step)
    {
        GroupPoint group = Whole.At(step).Group(Index);
        return new SchedulePoint(step, group.LearningRate, group.Momentum);
    }

    public ScheduleCycle? CycleAt(long step) => Whole.CycleAt(step);

    public override string ToString() => $"{Whole}, group {Index}";

    // The description of a schedule with groups lists them all, which no legend has room for.
    private static string Prefix(NamedSchedule named) => named.Name == named.Schedule.ToString() ? "" : named.Name + ", ";
}
