using System.Globalization;
using ClrEngine.Errors;

namespace ClrEngine.Schedules;

/// <summary>Looks at a schedule and the length of a run before the run begins.</summary>
public static class ScheduleAdvice
{
    /// <summary>What is probably not meant: an amplitude that vanishes early, a run that ends in mid-cycle or outlasts its schedule.</summary>
    /// <param name="schedule">The schedule; only what runs in cycles gets advice.</param>
    /// <param name="totalSteps">Steps of the run, at least 1.</param>
    /// <param name="stepsPerEpoch">Steps of one epoch, at least 1.</param>
    /// <returns>The warnings, most often none.</returns>
    /// <exception cref="InvalidParameterException">A length is below 1.</exception>
    public static IReadOnlyList<ScheduleWarning> For(ILrSchedule schedule, long totalSteps, long stepsPerEpoch)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        Require.AtLeast(totalSteps, 1, "TotalSteps");
        Require.AtLeast(stepsPerEpoch, 1, "StepsPerEpoch");
        return new[] { new VanishingAmplitude(totalSteps).In(schedule), Ending(schedule, totalSteps, stepsPerEpoch) }.OfType<ScheduleWarning>().ToArray();
    }

    private static ScheduleWarning? Ending(ILrSchedule schedule, long totalSteps, long stepsPerEpoch)
    {
        if (schedule.CycleAt(totalSteps - 1) is not { } cycle)
            return Outlasted(schedule, totalSteps, totalSteps);
        return cycle.End == totalSteps
            ? null
            : new ScheduleWarning("RunEndsInMidCycle", string.Create(CultureInfo.InvariantCulture, $"The run ends after {totalSteps - cycle.Start} of the {cycle.Length} steps of a cycle, and a model is best where a cycle ends; {Epochs(cycle, stepsPerEpoch)} would end it well."));
    }

    // What is in force at the last of the steps, seen through warm-ups, joins and groups.
    private static ScheduleWarning? Outlasted(ILrSchedule schedule, long steps, long totalSteps) => schedule switch
    {
        GroupedSchedule grouped => Outlasted(grouped.Schedules[0], steps, totalSteps),
        WarmupSchedule warmup when steps > warmup.Steps => Outlasted(warmup.Schedule, steps - warmup.Steps, totalSteps),
        JoinedSchedule joined when joined.PartAt(steps - 1) is var (part, start) => Outlasted(joined.Schedules[part], steps - start, totalSteps),
        OneCycleSchedule ended when steps > ended.TotalSteps => new ScheduleWarning(
            "RunOutlastsSchedule",
            string.Create(CultureInfo.InvariantCulture, $"The schedule ends after {totalSteps - steps + ended.TotalSteps} steps and the run has {totalSteps}: the last {steps - ended.TotalSteps} steps rest at {ended.MinLr:G4}; make the schedule as long as the run.")),
        _ => null,
    };

    private static string Epochs(ScheduleCycle cycle, long stepsPerEpoch)
    {
        string later = Count(cycle.End, stepsPerEpoch);
        return cycle.Start == 0 ? later : $"{Count(cycle.Start, stepsPerEpoch)} or {later}";
    }

    private static string Count(long steps, long stepsPerEpoch)
    {
        long epochs = Math.Max(1, (long)Math.Round((double)steps / stepsPerEpoch));
        return $"{(epochs * stepsPerEpoch == steps ? "" : "about ")}{epochs} epoch{(epochs == 1 ? "" : "s")}";
    }
}
