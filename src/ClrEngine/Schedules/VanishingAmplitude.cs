using System.Globalization;

namespace ClrEngine.Schedules;

/// <summary>Looks for an amplitude that is gone long before a schedule's part of a run ends, through groups, warm-ups and joins.</summary>
/// <param name="totalSteps">Steps of the whole run.</param>
internal sealed class VanishingAmplitude(long totalSteps)
{
    private const double Little = 0.01;
    private const double LongBeforeTheEnd = 0.9;

    /// <summary>The first such part as a warning, or null.</summary>
    public ScheduleWarning? In(ILrSchedule schedule) => In(schedule, 0, totalSteps);

    private ScheduleWarning? In(ILrSchedule schedule, long start, long end) => schedule switch
    {
        GroupedSchedule grouped => First(grouped.Schedules.Select(group => In(group, start, end))),
        WarmupSchedule warmup when warmup.Steps < end - start => In(warmup.Schedule, start + warmup.Steps, end),
        JoinedSchedule joined => First(Parts(joined, end - start).Select(part => In(part.Schedule, start + part.From, start + part.To))),
        CyclicSchedule { Mode: not CyclicMode.Custom } cyclic => InCycles(cyclic, start, end),
        _ => null,
    };

    private static IEnumerable<(ILrSchedule Schedule, long From, long To)> Parts(JoinedSchedule joined, long steps)
    {
        long[] from = [0, .. joined.Boundaries.Where(boundary => boundary < steps)];
        return from.Select((start, i) => (joined.Schedules[i], start, i + 1 < from.Length ? from[i + 1] : steps));
    }

    private ScheduleWarning? InCycles(CyclicSchedule schedule, long start, long end)
    {
        long steps = end - start;
        if (schedule.AmplitudeAt(steps - 1) >= Little)
            return null;
        long step = FirstBelow(schedule, steps - 1);
        if (step >= LongBeforeTheEnd * steps || schedule.CycleAt(step) is null)
            return null;
        string until = end == totalSteps ? "" : Text($" until step {end}");
        string rest = schedule.DecayBase ? "nearly 0" : Text($"{schedule.BaseLr:G4}");
        return new ScheduleWarning("AmplitudeVanishes", Text($"From step {start + step} of {totalSteps} on{until} less than 1 % of the amplitude is left, so the rate rests at {rest}; {Remedy(schedule, steps)}."));
    }

    private static string Remedy(CyclicSchedule schedule, long steps) => schedule.Mode == CyclicMode.ExpRange
        ? Text($"a gamma of {ExpRangeGamma.Leaving(0.1, steps):R} (-FinalAmplitude 0.1 -Over {steps}) leaves a tenth at the end")
        : "longer cycles, a larger CycleDecay or another mode leave more";

    // The amplitude never grows, so the first step below the mark is found by halving.
    private static long FirstBelow(CyclicSchedule schedule, long below)
    {
        long above = -1;
        while (below - above > 1)
        {
            long middle = above + (below - above) / 2;
            if (schedule.AmplitudeAt(middle) < Little)
                below = middle;
            else
                above = middle;
        }
        return below;
    }

    private static ScheduleWarning? First(IEnumerable<ScheduleWarning?> warnings) => warnings.FirstOrDefault(warning => warning is not null);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
