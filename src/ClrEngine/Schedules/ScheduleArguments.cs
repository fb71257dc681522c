namespace ClrEngine.Schedules;

/// <summary>Turns epochs into whole steps, once, when a schedule is made.</summary>
public static class EpochSteps
{
    /// <summary>The whole steps, at least 1, nearest to a number of epochs, which may be a fraction. An error says <paramref name="name"/> of it.</summary>
    /// <exception cref="InvalidParameterException">A value is outside its range.</exception>
    public static long From(double epochs, long stepsPerEpoch, string name = "StepSizeEpochs")
    {
        Require.Positive(epochs, name);
        if (stepsPerEpoch < 1)
            throw new InvalidParameterException("StepsPerEpoch", stepsPerEpoch, $"{name} needs to know how many steps an epoch has: give -StepsPerEpoch, which bounds from Get-SuggestedLrBounds have and bring along.");
        double steps = Math.Round(epochs * stepsPerEpoch, MidpointRounding.AwayFromZero);
        // 2^63 is the first double that is too large; the largest 64-bit number itself is none.
        return steps < long.MaxValue
            ? Math.Max(1, (long)steps)
            : throw new InvalidParameterException(name, epochs, string.Create(CultureInfo.InvariantCulture, $"{name} is {epochs}, and at {stepsPerEpoch} steps an epoch that is more steps than can be counted; give fewer epochs."));
    }
}

/// <summary>The gamma of an exp_range schedule, from what it should leave of the amplitude.</summary>
public static class ExpRangeGamma
{
    /// <summary>The gamma that leaves a share of the amplitude in (0, 1] after so many steps, at least 1: share^(1/steps).</summary>
    /// <exception cref="InvalidParameterException">A value is outside its range, or a step's share of the fall is too small for a number.</exception>
    public static double Leaving(double finalAmplitude, long steps)
    {
        double gamma = Math.Pow(Require.Share(finalAmplitude, "FinalAmplitude", ", such as 0.1"), 1.0 / Require.AtLeast(steps, 1, "Over"));
        return gamma < 1 || finalAmplitude == 1
            ? gamma
            : throw new InvalidParameterException("Over", steps, string.Create(CultureInfo.InvariantCulture, $"To leave {finalAmplitude} of the amplitude over {steps} steps, each step would take less than the smallest part by which a number differs from 1; give fewer steps."));
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

/// <summary>Makes schedules from lists: one value a parameter group, or one for all.</summary>
public static class ScheduleGroups
{
    /// <summary>One schedule where every list has one value, else a schedule with groups.</summary>
    /// <param name="lists">Each parameter's name and values.</param>
    /// <param name="make">Makes one group's schedule from its values, in the order of <paramref name="lists"/>.</param>
    /// <exception cref="InvalidParameterException">Two lists with more than one value have different lengths, or a list is empty.</exception>
    public static ILrSchedule Make(IReadOnlyList<(string Name, IReadOnlyList<double> Values)> lists, Func<double[], ILrSchedule> make)
    {
        ArgumentNullException.ThrowIfNull(lists);
        ArgumentNullException.ThrowIfNull(make);
        (string Name, IReadOnlyList<double> Values) longest = lists.MaxBy(list => list.Values.Count);
        foreach ((string name, IReadOnlyList<double> values) in lists)
        {
            if (values.Count == 0)
                throw new InvalidParameterException(name, values, $"{name} is empty; give one value, or one for each parameter group.");
            if (values.Count != 1 && values.Count != longest.Values.Count)
                throw new InvalidParameterException(
                    name,
                    values,
                    $"{name} has {Counted.Of(values.Count, "value")} and {longest.Name} has {longest.Values.Count}; give each as many as there are parameter groups, or one for all.",
                    ScheduleErrors.GroupCountMismatch);
        }
        ILrSchedule[] schedules =
            [.. Enumerable.Range(0, longest.Values.Count).Select(group => make([.. lists.Select(list => list.Values[list.Values.Count == 1 ? 0 : group])]))];
        return schedules.Length == 1 ? schedules[0] : new GroupedSchedule(schedules);
    }
}

/// <summary>The refusals that schedules share, worded once.</summary>
internal static class ScheduleErrors
{
    public static readonly ErrorCause BaseLrNotBelowMaxLr = new(nameof(BaseLrNotBelowMaxLr), ErrorKind.InvalidArgument,
        "The lower rate is not below the upper one.", "Swap them, or lower `-BaseLr`.");

    private static readonly ErrorCause BaseMomentumNotBelowMaxMomentum = new(nameof(BaseMomentumNotBelowMaxMomentum), ErrorKind.InvalidArgument,
        "The momentum at the top of a cycle is above that at its bottom.", "Swap them.");

    public static readonly ErrorCause MinLrNotBelowMaxLr = new(nameof(MinLrNotBelowMaxLr), ErrorKind.InvalidArgument,
        "The lower rate is not below the upper one.", "Swap them, or lower `-MinLr`.");

    public static readonly ErrorCause GroupCountMismatch = new(nameof(GroupCountMismatch), ErrorKind.InvalidArgument,
        "Lists of rates for parameter groups differ in length.", "Give each list as many values as there are parameter groups, or one for all.");

    public static InvalidParameterException NotBelow(ErrorCause cause, string lowName, double low, string highName, double high) => new(
        lowName,
        low,
        string.Create(CultureInfo.InvariantCulture, $"{lowName} ({low}) must be below {highName} ({high}); swap them, or lower {lowName}."),
        cause);

    public static IReadOnlyList<long> Rising(IReadOnlyList<long> steps, string name)
    {
        for (int i = 0; i < steps.Count; i++)
        {
            if (steps[i] <= (i == 0 ? 0 : steps[i - 1]))
                throw new InvalidParameterException(name, steps[i], $"{name} has the step {steps[i]}, which is not above {(i == 0 ? "0" : $"{steps[i - 1]}, the one before it")}; give rising steps above 0.");
        }
        return steps;
    }

    public static (double Base, double Max) CheckedMomenta(bool areCycled, double baseMomentum, double maxMomentum)
    {
        Require.InUnitInterval(baseMomentum, "BaseMomentum");
        Require.InUnitInterval(maxMomentum, "MaxMomentum");
        return areCycled && baseMomentum > maxMomentum
            ? throw NotBelow(BaseMomentumNotBelowMaxMomentum, "BaseMomentum", baseMomentum, "MaxMomentum", maxMomentum)
            : (baseMomentum, maxMomentum);
    }

    public static double InOpenUnitInterval(double share, string name) =>
        Checked(share is > 0 and < 1, share, name, "a share above 0 and below 1, such as 0.3");

    public static double AtLeastOne(double factor, string name) =>
        Checked(double.IsFinite(factor) && factor >= 1, factor, name, "a finite number of at least 1");

    public static double Checked(bool isRight, double value, string name, string wanted) =>
        isRight ? value : throw new InvalidParameterException(name, value, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; give {wanted}."));
}
