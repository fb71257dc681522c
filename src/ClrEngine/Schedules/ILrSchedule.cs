namespace ClrEngine.Schedules;

/// <summary>
/// A learning-rate schedule: a pure function of the step. It has no state and needs no model,
/// so it can be drawn, listed and resumed from any step.
/// </summary>
public interface ILrSchedule
{
    /// <summary>The point in force for one optimiser update.</summary>
    /// <param name="step">The update, counted from 0; only updates that really happened count.</param>
    /// <returns>The learning rate, and the momentum where the schedule sets one.</returns>
    /// <exception cref="InvalidParameterException"><paramref name="step"/> is negative.</exception>
    SchedulePoint At(long step);
}

/// <summary>What a schedule sets for one optimiser update.</summary>
/// <param name="Step">The update, counted from 0.</param>
/// <param name="LearningRate">The learning rate in force for the update; with groups, the first group's.</param>
/// <param name="Momentum">The momentum (for the Adam family β1) in force, or null where the schedule leaves the optimiser's own; with groups, the first group's.</param>
public readonly record struct SchedulePoint(long Step, double LearningRate, double? Momentum = null)
{
    /// <summary>One entry a parameter group, in the optimiser's order; null where one rate holds for all.</summary>
    public IReadOnlyList<GroupPoint>? Groups { get; init; }

    /// <summary>What holds for one parameter group, counted from 0.</summary>
    /// <exception cref="InvalidParameterException">The schedule has groups, and not that many.</exception>
    public GroupPoint Group(int index)
    {
        if (Groups is not { } groups)
            return new GroupPoint(LearningRate, Momentum);
        return index >= 0 && index < groups.Count
            ? groups[index]
            : throw new InvalidParameterException("Group", index, $"The schedule has rates for {Counted.Of(groups.Count, "parameter group")} and none for group {index}, counted from 0; give the schedule one rate a group, or a single one for all.", ScheduleErrors.GroupCountMismatch);
    }

    internal SchedulePoint Times(double factor) => this with
    {
        LearningRate = LearningRate * factor,
        Groups = Groups?.Select(group => group with { LearningRate = group.LearningRate * factor }).ToArray(),
    };

    /// <summary>Whether two points set the same values, group by group.</summary>
    public bool Equals(SchedulePoint other) =>
        Step == other.Step
        && LearningRate.Equals(other.LearningRate)
        && Momentum.Equals(other.Momentum)
        && (Groups is null ? other.Groups is null : other.Groups is not null && Groups.SequenceEqual(other.Groups));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Step, LearningRate, Momentum, Groups?.Count);
}

/// <summary>What a schedule sets for one parameter group at one update, as <see cref="SchedulePoint"/> does for all.</summary>
public readonly record struct GroupPoint(double LearningRate, double? Momentum = null);

/// <summary>A schedule that runs in cycles.</summary>
public interface ICyclicSchedule : ILrSchedule
{
    /// <summary>The cycle that a step belongs to; null where the schedule has ended and holds its last rate.</summary>
    /// <exception cref="InvalidParameterException">The step is negative.</exception>
    ScheduleCycle? CycleAt(long step);
}

/// <summary>One cycle of a schedule, counted from 0, with its first step and its number of steps: it begins and ends at the lower rate, or ends where the schedule restarts.</summary>
public readonly record struct ScheduleCycle(long Index, long Start, long Length)
{
    /// <summary>The first step after the cycle: a run of this many steps ends with it. Beyond what a step can count, the largest step.</summary>
    public long End => Length > long.MaxValue - Start ? long.MaxValue : Start + Length;
}

/// <summary>What the schedules of this library share: a value, a pure function of the step, and a JSON form.</summary>
public abstract record LrSchedule : ILrSchedule
{
    /// <inheritdoc/>
    public abstract SchedulePoint At(long step);

    /// <summary>The whole schedule as JSON; <see cref="ScheduleJson.Read(string, ScaleFunctionCompiler?)"/> gives back an equal one.</summary>
    /// <exception cref="ScheduleNotSaveableException">It holds a function whose text is not known.</exception>
    public string ToJson() => ScheduleJson.Write(this);
}
