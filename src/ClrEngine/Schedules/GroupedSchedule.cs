using ClrEngine.Errors;

namespace ClrEngine.Schedules;

/// <summary>One schedule a parameter group: discriminative rates.</summary>
public sealed record GroupedSchedule : LrSchedule
{
    /// <summary>Puts schedules side by side.</summary>
    /// <param name="schedules">One a parameter group, in the optimiser's order; at least one, none with groups of its own.</param>
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

    /// <summary>One schedule a parameter group, in the optimiser's order.</summary>
    public IReadOnlyList<ILrSchedule> Schedules { get; }

    /// <inheritdoc/>
    public override SchedulePoint At(long step)
    {
        var groups = new GroupPoint[Schedules.Count];
        for (int i = 0; i < groups.Length; i++)
        {
            SchedulePoint point = Schedules[i].At(step);
            groups[i] = new GroupPoint(point.LearningRate, point.Momentum);
        }
        return new SchedulePoint(step, groups[0].LearningRate, groups[0].Momentum) { Groups = groups };
    }

    /// <summary>Whether both have equal schedules in the same order.</summary>
    /// <param name="other">The other schedule.</param>
    public bool Equals(GroupedSchedule? other) => other is not null && Schedules.SequenceEqual(other.Schedules);

    /// <inheritdoc/>
    public override int GetHashCode() => Schedules.Aggregate(0, HashCode.Combine);

    /// <summary>A line for people: one part a group.</summary>
    public override string ToString() => $"{Schedules.Count} groups: {string.Join("; ", Schedules)}";
}
