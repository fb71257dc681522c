using ClrEngine.Errors;

namespace ClrEngine.Schedules;

/// <summary>What a schedule sets for one optimiser update.</summary>
/// <param name="Step">The update, counted from 0.</param>
/// <param name="LearningRate">The learning rate in force for the update; with groups, the first group's.</param>
/// <param name="Momentum">The momentum (for the Adam family β1) in force, or null where the schedule leaves the optimiser's own; with groups, the first group's.</param>
public readonly record struct SchedulePoint(long Step, double LearningRate, double? Momentum = null)
{
    /// <summary>One entry a parameter group, in the optimiser's order; null where one rate holds for all.</summary>
    public IReadOnlyList<GroupPoint>? Groups { get; init; }

    /// <summary>What holds for one parameter group.</summary>
    /// <param name="index">The group, counted from 0.</param>
    /// <exception cref="InvalidParameterException">The schedule has groups, and not that many.</exception>
    public GroupPoint Group(int index)
    {
        if (Groups is not { } groups)
            return new GroupPoint(LearningRate, Momentum);
        return index >= 0 && index < groups.Count
            ? groups[index]
            : throw new InvalidParameterException("Group", index, $"The schedule has rates for {groups.Count} parameter groups and none for group {index}, counted from 0; give the schedule one rate a group, or a single one for all.", "GroupCountMismatch");
    }

    /// <summary>Whether two points set the same values, group by group.</summary>
    /// <param name="other">The other point.</param>
    public bool Equals(SchedulePoint other) =>
        Step == other.Step
        && LearningRate.Equals(other.LearningRate)
        && Momentum.Equals(other.Momentum)
        && (Groups is null ? other.Groups is null : other.Groups is not null && Groups.SequenceEqual(other.Groups));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Step, LearningRate, Momentum, Groups?.Count);
}
