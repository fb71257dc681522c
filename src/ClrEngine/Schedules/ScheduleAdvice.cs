using static System.FormattableString;

namespace ClrEngine.Schedules;

/// <summary>Looks at a schedule and the length of a run before the run begins.</summary>
public static class ScheduleAdvice
{
    private const double Little = 0.01;
    private const double LongBeforeTheEnd = 0.9;

    /// <summary>What is probably not meant where a schedule runs in cycles: an amplitude that vanishes early, a run that ends in mid-cycle or outlasts its schedule.</summary>
    /// <exception cref="InvalidParameterException">A length is below 1.</exception>
    public static IReadOnlyList<ScheduleWarning> For(ILrSchedule schedule, long totalSteps, long stepsPerEpoch)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        Require.AtLeast(totalSteps, 1, "TotalSteps");
        Require.AtLeast(stepsPerEpoch, 1, "StepsPerEpoch");
        return new[] { Vanishing(schedule, 0, totalSteps, totalSteps), Ending(schedule, totalSteps, stepsPerEpoch) }.OfType<ScheduleWarning>().ToArray();
    }

    private static ScheduleWarning? Ending(ILrSchedule schedule, long totalSteps, long stepsPerEpoch)
    {
        if (schedule.CycleAt(totalSteps - 1) is not { } cycle)
            return Outlasted(schedule, totalSteps, totalSteps);
        return cycle.End == totalSteps
            ? null
            : new ScheduleWarning("RunEndsInMidCycle", Invariant($"The run ends after {totalSteps - cycle.Start} of the {cycle.Length} steps of a cycle, and a model is best where a cycle ends; {Lengths(schedule, cycle, totalSteps, stepsPerEpoch)}."));
    }

    // What is in force at the last of the steps, seen through warm-ups, joins and groups.
    private static ScheduleWarning? Outlasted(ILrSchedule schedule, long steps, long totalSteps) => schedule switch
    {
        GroupedSchedule grouped => Outlasted(grouped.Schedules[0], steps, totalSteps),
        WarmupSchedule warmup when steps > warmup.Steps => Outlasted(warmup.Schedule, steps - warmup.Steps, totalSteps),
        JoinedSchedule joined when joined.PartAt(steps - 1) is var part => Outlasted(joined.Schedules[part], steps - joined.StartOf(part), totalSteps),
        OneCycleSchedule ended when steps > ended.TotalSteps => Outlasting(steps, totalSteps, ended.TotalSteps, ended.MinLr),
        DecaySchedule ended when steps > ended.TotalSteps => Outlasting(steps, totalSteps, ended.TotalSteps, ended.MinLr),
        _ => null,
    };

    private static ScheduleWarning Outlasting(long steps, long totalSteps, long end, double rest) => new(
        "RunOutlastsSchedule",
        Invariant($"The schedule ends after {Counted.Of(totalSteps - steps + end, "step")} and the run has {totalSteps}: the last {Counted.Of(steps - end, "step")} {Counted.Form(steps - end, "rests", "rest")} at {rest:G4}; make the schedule as long as the run."));

    // In epochs, unless a rounded number of them is that of another end or of the run itself. Where a cycle begins none need have ended.
    private static string Lengths(ILrSchedule schedule, ScheduleCycle cycle, long totalSteps, long stepsPerEpoch)
    {
        long[] ends = cycle.Start > 0 && schedule.CycleAt(cycle.Start - 1)?.End == cycle.Start ? [cycle.Start, cycle.End] : [cycle.End];
        long[] epochs = [.. ends.Append(totalSteps).Select(steps => Math.Max(1, (long)Math.Round((double)steps / stepsPerEpoch)))];
        string lengths = ends.Zip(epochs).All(end => end.Second * stepsPerEpoch == end.First || epochs.Count(count => count == end.Second) == 1)
            ? string.Join(" or ", ends.Zip(epochs, (steps, count) => $"{(count * stepsPerEpoch == steps ? "" : "about ")}{Counted.Of(count, "epoch")}"))
            : $"{string.Join(" or ", ends)} steps, of which an epoch has {stepsPerEpoch},";
        return $"{lengths} would end it well{(Array.TrueForAll(ends, end => end % stepsPerEpoch == 0) ? "" : ", and -Cycles in place of -Epochs ends it there to the step")}";
    }

    // An amplitude that is gone long before the schedule's part of the run ends, looked for through groups, warm-ups and joins.
    private static ScheduleWarning? Vanishing(ILrSchedule schedule, long start, long end, long totalSteps) => schedule switch
    {
        GroupedSchedule grouped => grouped.Schedules.Select(group => Vanishing(group, start, end, totalSteps)).FirstOrDefault(found => found is not null),
        WarmupSchedule warmup when warmup.Steps < end - start => Vanishing(warmup.Schedule, start + warmup.Steps, end, totalSteps),
        JoinedSchedule joined => Enumerable.Range(0, joined.PartAt(end - start - 1) + 1)
            .Select(part => Vanishing(joined.Schedules[part], start + joined.StartOf(part), start + Math.Min(joined.EndOf(part), end - start), totalSteps))
            .FirstOrDefault(found => found is not null),
        CyclicSchedule { Mode: not CyclicMode.Custom } cyclic => VanishingInCycles(cyclic, start, end, totalSteps),
        _ => null,
    };

    private static ScheduleWarning? VanishingInCycles(CyclicSchedule schedule, long start, long end, long totalSteps)
    {
        long steps = end - start;
        if (schedule.AmplitudeAt(steps - 1) >= Little)
            return null;
        // The amplitude never grows, so the first step below the mark is found by halving.
        long above = -1, below = steps - 1;
        while (below - above > 1)
        {
            long middle = above + (below - above) / 2;
            if (schedule.AmplitudeAt(middle) < Little)
                below = middle;
            else
                above = middle;
        }
        if (below >= LongBeforeTheEnd * steps || schedule.CycleAt(below) is null)
            return null;
        string until = end == totalSteps ? "" : Invariant($" until step {end}");
        string rest = schedule.DecayBase ? "nearly 0" : Invariant($"{schedule.BaseLr:G4}");
        string remedy = schedule.Mode == CyclicMode.ExpRange && ExpRangeGamma.TryLeaving(0.1, steps, out double gamma)
            ? Invariant($"a gamma of {gamma:R} (-FinalAmplitude 0.1 -Over {steps}) leaves a tenth at the end")
            : "longer cycles, a larger CycleDecay or another mode leave more";
        return new ScheduleWarning("AmplitudeVanishes", Invariant($"From step {start + below} of {totalSteps} on{until} less than 1 % of the amplitude is left, so the rate rests at {rest}; {remedy}."));
    }
}

/// <summary>Settings of a schedule that have no effect beside another of its settings: the schedule takes them, as PyTorch does, and who is asked for one refuses them.</summary>
internal static class IdleSettings
{
    /// <summary>The first setting without effect, as the refusal of it, and the setting that takes its effect away; null where there is none.</summary>
    public static (InvalidParameterException Refusal, string Beside)? Of(ILrSchedule schedule) => schedule switch
    {
        GroupedSchedule grouped => grouped.Schedules.Select(Of).FirstOrDefault(idle => idle is not null),
        WarmupSchedule warmup => Of(warmup.Schedule),
        JoinedSchedule joined => joined.Schedules.Select(Of).FirstOrDefault(idle => idle is not null),
        CyclicSchedule { Mode: not CyclicMode.ExpRange, Gamma: not 1 } cyclic => (Refused(nameof(cyclic.Gamma), cyclic.Gamma, $"shrinks the amplitude under Mode ExpRange, and the mode is {cyclic.Mode}; leave Gamma out, or set the mode to ExpRange"), nameof(cyclic.Mode)),
        CyclicSchedule cyclic => (cyclic.CycleMomentum ? null : OfMomenta<CyclicSchedule>(cyclic.BaseMomentum, cyclic.MaxMomentum)) ?? OfCycles(cyclic.CycleLimit, cyclic.CycleMul, cyclic.CycleDecay),
        CosineWarmRestartsSchedule restarts => OfCycles(restarts.CycleLimit, restarts.TMult, restarts.CycleDecay),
        OneCycleSchedule { CycleMomentum: false } oneCycle => OfMomenta<OneCycleSchedule>(oneCycle.BaseMomentum, oneCycle.MaxMomentum),
        DecaySchedule { Shape: not DecayShape.Polynomial, Power: not 1 } decay => (Refused(nameof(decay.Power), decay.Power, $"bends the decay under Shape Polynomial, and the shape is {decay.Shape}; leave Power out, or set the shape to Polynomial"), nameof(decay.Shape)),
        _ => null,
    };

    private static (InvalidParameterException, string)? OfMomenta<T>(double baseMomentum, double maxMomentum) where T : ILrSchedule =>
        new[] { (Name: nameof(CyclicSchedule.BaseMomentum), Value: baseMomentum), (Name: nameof(CyclicSchedule.MaxMomentum), Value: maxMomentum) }
            .Where(momentum => momentum.Value != ScheduleKind.Default<T, double>(momentum.Name))
            .Select(momentum => ((InvalidParameterException, string)?)(Refused(momentum.Name, momentum.Value, $"is an end of the momentum's way, and CycleMomentum is false, so that the optimiser keeps its own; leave {momentum.Name} out, or let the momentum be cycled"), nameof(CyclicSchedule.CycleMomentum)))
            .FirstOrDefault();

    private static (InvalidParameterException, string)? OfCycles(long? limit, double growth, double decay) =>
        new[] { (Name: nameof(CyclicSchedule.CycleMul), Value: growth), (Name: nameof(CyclicSchedule.CycleDecay), Value: decay) }
            .Where(change => limit == 1 && change.Value != 1)
            .Select(change => ((InvalidParameterException, string)?)(Refused(change.Name, change.Value, $"changes each cycle after the first, and CycleLimit is 1; leave {change.Name} out, or give more cycles"), nameof(CyclicSchedule.CycleLimit)))
            .FirstOrDefault();

    /// <summary>The refusal of where a warm-up starts that has no steps.</summary>
    public static InvalidParameterException StartOfNoWarmup(double startFactor) =>
        Refused(nameof(WarmupSchedule.StartFactor), startFactor, "is where the warm-up starts, and there is none; leave StartFactor out, or let the warm-up have steps");

    private static InvalidParameterException Refused(string name, double value, string why) => new(name, value, string.Create(CultureInfo.InvariantCulture, $"{name} {value} {why}."));
}

/// <summary>Something about a schedule and a run that is allowed and probably not meant: one stable word for the cause, and a sentence that says what to do.</summary>
public sealed record ScheduleWarning(string Id, string Message);
