using System.Globalization;
using ClrEngine.Errors;

namespace ClrEngine.Schedules;

/// <summary>Looks at a schedule and the length of a run before the run begins.</summary>
public static class ScheduleAdvice
{
    private const double LittleAmplitude = 0.01;
    private const double LongBeforeTheEnd = 0.9;

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
        return new[] { Vanishing(schedule, totalSteps), Ending(schedule, totalSteps, stepsPerEpoch) }.OfType<ScheduleWarning>().ToArray();
    }

    private static ScheduleWarning? Vanishing(ILrSchedule schedule, long totalSteps)
    {
        if (schedule is GroupedSchedule grouped)
            return grouped.Schedules.Select(group => Vanishing(group, totalSteps)).FirstOrDefault(warning => warning is not null);
        if (schedule is not CyclicSchedule { Mode: not CyclicMode.Custom } cyclic || cyclic.AmplitudeAt(totalSteps - 1) >= LittleAmplitude)
            return null;
        long step = FirstBelow(cyclic, totalSteps - 1);
        return step >= LongBeforeTheEnd * totalSteps || cyclic.CycleAt(step) is null
            ? null
            : new ScheduleWarning("AmplitudeVanishes", string.Create(CultureInfo.InvariantCulture, $"From step {step} of {totalSteps} on less than 1 % of the amplitude is left, so the rate rests at {(cyclic.DecayBase ? "nearly 0" : $"{cyclic.BaseLr:G4}")}; {Remedy(cyclic, totalSteps)}."));
    }

    private static string Remedy(CyclicSchedule schedule, long totalSteps) => schedule.Mode == CyclicMode.ExpRange
        ? string.Create(CultureInfo.InvariantCulture, $"a gamma of {ExpRangeGamma.Leaving(0.1, totalSteps):R} (-FinalAmplitude 0.1 -Over {totalSteps}) leaves a tenth at the end")
        : "longer cycles, a larger CycleDecay or another mode leave more";

    // The amplitude never grows, so the first step below the mark is found by halving.
    private static long FirstBelow(CyclicSchedule schedule, long below)
    {
        long above = -1;
        while (below - above > 1)
        {
            long middle = above + (below - above) / 2;
            if (schedule.AmplitudeAt(middle) < LittleAmplitude)
                below = middle;
            else
                above = middle;
        }
        return below;
    }

    private static ScheduleWarning? Ending(ILrSchedule schedule, long totalSteps, long stepsPerEpoch)
    {
        if (schedule.CycleAt(totalSteps - 1) is not { } cycle)
            return schedule is OneCycleSchedule ended
                ? new ScheduleWarning("RunOutlastsSchedule", string.Create(CultureInfo.InvariantCulture, $"The schedule ends after {ended.TotalSteps} steps and the run has {totalSteps}: the last {totalSteps - ended.TotalSteps} steps rest at {ended.MinLr:G4}; make the schedule as long as the run."))
                : null;
        return cycle.End == totalSteps
            ? null
            : new ScheduleWarning("RunEndsInMidCycle", string.Create(CultureInfo.InvariantCulture, $"The run ends after {totalSteps - cycle.Start} of the {cycle.Length} steps of a cycle, and a model is best where a cycle ends; {Epochs(cycle, stepsPerEpoch)} would end it well."));
    }

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
