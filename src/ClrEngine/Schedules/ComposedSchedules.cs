namespace ClrEngine.Schedules;

/// <summary>
/// A warm-up in front of a schedule: the rate rises in a straight line from a share of the schedule's first rate to the whole of it,
/// then the schedule begins at its own step 0. The momentum during the warm-up is the schedule's first.
/// PyTorch: <c>SequentialLR([LinearLR(start_factor, total_iters), schedule], [total_iters])</c>.
/// </summary>
public sealed record WarmupSchedule : LrSchedule
{
    /// <summary>Puts a warm-up in front; each parameter sets the property of its name.</summary>
    /// <exception cref="InvalidParameterException">A value is outside its range.</exception>
    public WarmupSchedule(ILrSchedule schedule, long steps, double startFactor = 1.0 / 3)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        Schedule = schedule;
        Steps = Require.AtLeast(steps, 1, "WarmupSteps");
        StartFactor = Require.Share(startFactor, nameof(StartFactor), ", such as 0.1");
    }

    /// <summary>What follows the warm-up; it may have groups.</summary>
    public ILrSchedule Schedule { get; }

    /// <summary>Steps of the warm-up, at least 1.</summary>
    public long Steps { get; }

    /// <summary>The share of the first rate at step 0, in (0, 1].</summary>
    public double StartFactor { get; }

    /// <inheritdoc/>
    public override SchedulePoint At(long step)
    {
        if (Require.AtLeast(step, 0, "Step") >= Steps)
            return Schedule.At(step - Steps) with { Step = step };
        double factor = Annealing.Between(StartFactor, 1, (double)step / Steps, AnnealStrategy.Linear);
        return Schedule.At(0).Times(factor) with { Step = step };
    }

    /// <summary>A line for people: the warm-up, then the schedule.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"Warmup of {Counted.Of(Steps, "step")}, then {Schedule}");
}

/// <summary>
/// Schedules one after another; each begins at its own step 0 where it takes over.
/// optax: <c>join_schedules</c>; PyTorch: <c>SequentialLR</c> with <c>milestones</c>.
/// </summary>
public sealed record JoinedSchedule : LrSchedule
{
    /// <summary>Joins schedules; each parameter sets the property of its name.</summary>
    /// <exception cref="InvalidParameterException">Counts disagree, or the boundaries do not rise.</exception>
    public JoinedSchedule(IReadOnlyList<ILrSchedule> schedules, IReadOnlyList<long> boundaries)
    {
        ArgumentNullException.ThrowIfNull(schedules);
        ArgumentNullException.ThrowIfNull(boundaries);
        if (schedules.Count == 0)
            throw new InvalidParameterException(nameof(Schedules), schedules, "Schedules is empty; give at least one schedule.");
        if (boundaries.Count != schedules.Count - 1)
            throw new InvalidParameterException("Boundary", boundaries, $"{schedules.Count} schedules meet at {schedules.Count - 1} boundaries, and {boundaries.Count} were given; give the step at which each schedule but the first takes over.");
        ScheduleErrors.Rising(boundaries, "Boundary");
        int[] counts = schedules.Select(s => s.GroupCount()).OfType<int>().Distinct().ToArray();
        if (counts.Length > 1)
            throw new InvalidParameterException(nameof(Schedules), schedules, $"The schedules have rates for {string.Join(" and ", counts)} parameter groups; give each as many groups, or a single rate for all.", ScheduleErrors.GroupCountMismatch);
        Schedules = Array.AsReadOnly(schedules.ToArray());
        Boundaries = Array.AsReadOnly(boundaries.ToArray());
    }

    /// <summary>At least one schedule, in order; all that have parameter groups have equally many.</summary>
    public IReadOnlyList<ILrSchedule> Schedules { get; }

    /// <summary>The step at which each schedule but the first takes over, rising, above 0.</summary>
    public IReadOnlyList<long> Boundaries { get; }

    /// <inheritdoc/>
    public override SchedulePoint At(long step)
    {
        int part = PartAt(step);
        return Schedules[part].At(step - StartOf(part)) with { Step = step };
    }

    /// <summary>Lets another schedule take over at a step, above every boundary before it; joins that follow one another become one.</summary>
    /// <exception cref="InvalidParameterException">The step is not above those before it, or the parameter groups disagree.</exception>
    public static JoinedSchedule Join(ILrSchedule first, ILrSchedule next, long step)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(next);
        return first is JoinedSchedule joined
            ? new JoinedSchedule([.. joined.Schedules, next], [.. joined.Boundaries, step])
            : new JoinedSchedule([first, next], [step]);
    }

    /// <inheritdoc/>
    public bool Equals(JoinedSchedule? other) =>
        other is not null && Schedules.SequenceEqual(other.Schedules) && Boundaries.SequenceEqual(other.Boundaries);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Schedules.Aggregate(0, HashCode.Combine), Boundaries.Aggregate(0, HashCode.Combine));

    /// <summary>A line for people: the schedules and where they meet.</summary>
    public override string ToString() => string.Join("; ", Schedules.Select((schedule, i) => i == 0 ? $"{schedule}" : $"from step {Boundaries[i - 1]} {schedule}"));

    internal int PartAt(long step)
    {
        Require.AtLeast(step, 0, "Step");
        int part = 0;
        while (part < Boundaries.Count && step >= Boundaries[part])
            part++;
        return part;
    }

    internal long StartOf(int part) => part == 0 ? 0 : Boundaries[part - 1];

    internal long EndOf(int part) => part == Boundaries.Count ? long.MaxValue : Boundaries[part];
}

/// <summary>One schedule a parameter group: discriminative rates.</summary>
public sealed record GroupedSchedule : LrSchedule
{
    /// <summary>Puts schedules side by side; the parameter sets the property of its name.</summary>
    /// <exception cref="InvalidParameterException">There is no schedule, or one has groups itself.</exception>
    public GroupedSchedule(IReadOnlyList<ILrSchedule> schedules)
    {
        ArgumentNullException.ThrowIfNull(schedules);
        if (schedules.Count == 0)
            throw new InvalidParameterException(nameof(Schedules), schedules, "Schedules is empty; give one schedule for each parameter group.");
        if (schedules.FirstOrDefault(s => s.GroupCount() is not null) is { } nested)
            throw new InvalidParameterException(nameof(Schedules), nested, "A group's schedule has groups itself; give each group a schedule with a single rate.");
        Schedules = Array.AsReadOnly(schedules.ToArray());
    }

    /// <summary>One schedule a parameter group, in the optimiser's order; at least one, none with groups of its own.</summary>
    public IReadOnlyList<ILrSchedule> Schedules { get; }

    /// <inheritdoc/>
    public override SchedulePoint At(long step)
    {
        var groups = new GroupPoint[Schedules.Count];
        for (int i = 0; i < groups.Length; i++)
            groups[i] = Schedules[i].At(step).Group(0);
        return new SchedulePoint(step, groups[0].LearningRate, groups[0].Momentum) { Groups = groups };
    }

    /// <inheritdoc/>
    public bool Equals(GroupedSchedule? other) => other is not null && Schedules.SequenceEqual(other.Schedules);

    /// <inheritdoc/>
    public override int GetHashCode() => Schedules.Aggregate(0, HashCode.Combine);

    /// <summary>A line for people: one part a group.</summary>
    public override string ToString() => $"{Counted.Of(Schedules.Count, "group")}: {string.Join("; ", Schedules)}";
}

/// <summary>
/// Warm-up, a constant rate, and a decay at the end (WSD; Hu et al., arXiv 2404.06395, and Hägele et al., arXiv 2405.18392): until
/// the decay begins, the rate does not depend on the length of the run. It is a join of the schedules of this library.
/// </summary>
public static class WarmupStableDecay
{
    /// <summary>Makes the schedule. The decay reaches the lower rate when the steps are over, and the rate stays there.</summary>
    /// <param name="maxLr">The rate of the stable part.</param>
    /// <param name="totalSteps">Steps of the whole run.</param>
    /// <param name="warmupSteps">Steps of the warm-up; 0 for none.</param>
    /// <param name="decaySteps">Steps of the decay, at least 1.</param>
    /// <param name="shape">How the decay falls.</param>
    /// <param name="minLr">The rate where the decay ends, below <paramref name="maxLr"/>.</param>
    /// <param name="power">The power of a polynomial decay.</param>
    /// <param name="startFactor">The share of the rate at step 0 of a warm-up, in (0, 1].</param>
    /// <exception cref="InvalidParameterException">A value is outside its range, or the parts are longer than the whole.</exception>
    public static ILrSchedule Make(
        double maxLr,
        long totalSteps,
        long warmupSteps,
        long decaySteps,
        DecayShape shape = DecayShape.OneMinusSqrt,
        double minLr = 0,
        double power = 1,
        double startFactor = 1.0 / 3)
    {
        Require.AtLeast(warmupSteps, 0, "WarmupSteps");
        Require.AtLeast(decaySteps, 1, "DecaySteps");
        Require.AtLeast(totalSteps, 1, "TotalSteps");
        if (decaySteps > totalSteps - warmupSteps)
            throw new InvalidParameterException("DecaySteps", decaySteps, $"The warm-up has {Counted.Of(warmupSteps, "step")} and the decay {decaySteps}, and the whole has {totalSteps}; give shorter parts, or more steps.");
        var decay = new DecaySchedule(maxLr, decaySteps, shape, minLr, power);
        long stable = totalSteps - warmupSteps - decaySteps;
        ILrSchedule main = stable == 0 ? decay : JoinedSchedule.Join(new ConstantSchedule(maxLr), decay, stable);
        return warmupSteps == 0 ? main : new WarmupSchedule(main, warmupSteps, startFactor);
    }
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
