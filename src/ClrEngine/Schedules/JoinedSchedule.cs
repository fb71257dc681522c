using ClrEngine.Errors;

namespace ClrEngine.Schedules;

/// <summary>
/// Schedules one after another; each begins at its own step 0 where it takes over.
/// optax: <c>join_schedules</c>; PyTorch: <c>SequentialLR</c> with <c>milestones</c>.
/// </summary>
public sealed record JoinedSchedule : LrSchedule
{
    /// <summary>Joins schedules.</summary>
    /// <param name="schedules">At least one; all that have parameter groups have equally many.</param>
    /// <param name="boundaries">The step at which each schedule but the first takes over, rising, above 0.</param>
    /// <exception cref="InvalidParameterException">Counts disagree, or the boundaries do not rise.</exception>
    public JoinedSchedule(IReadOnlyList<ILrSchedule> schedules, IReadOnlyList<long> boundaries)
    {
        ArgumentNullException.ThrowIfNull(schedules);
        ArgumentNullException.ThrowIfNull(boundaries);
        if (schedules.Count == 0)
            throw new InvalidParameterException(nameof(Schedules), schedules, "Schedules is empty; give at least one schedule.");
        if (boundaries.Count != schedules.Count - 1)
            throw new InvalidParameterException("Boundary", boundaries, $"{schedules.Count} schedules meet at {schedules.Count - 1} boundaries, and {boundaries.Count} were given; give the step at which each schedule but the first takes over.");
        for (int i = 0; i < boundaries.Count; i++)
        {
            if (boundaries[i] <= (i == 0 ? 0 : boundaries[i - 1]))
                throw new InvalidParameterException("Boundary", boundaries[i], $"Boundary {boundaries[i]} is not above the one before it; give rising steps above 0.");
        }
        int[] counts = schedules.Select(s => s.GroupCount()).OfType<int>().Distinct().ToArray();
        if (counts.Length > 1)
            throw new InvalidParameterException(nameof(Schedules), schedules, $"The schedules have rates for {string.Join(" and ", counts)} parameter groups; give each as many groups, or a single rate for all.", "GroupCountMismatch");
        Schedules = Array.AsReadOnly(schedules.ToArray());
        Boundaries = Array.AsReadOnly(boundaries.ToArray());
    }

    /// <summary>The schedules in their order.</summary>
    public IReadOnlyList<ILrSchedule> Schedules { get; }

    /// <summary>The step at which each schedule but the first takes over.</summary>
    public IReadOnlyList<long> Boundaries { get; }

    /// <inheritdoc/>
    public override SchedulePoint At(long step)
    {
        (int part, long start) = PartAt(step);
        return Schedules[part].At(step - start) with { Step = step };
    }

    /// <summary>Lets another schedule take over; joins that follow one another become one.</summary>
    /// <param name="first">What comes before.</param>
    /// <param name="next">What takes over; it begins at its own step 0.</param>
    /// <param name="step">Where, in the steps of the whole; above every boundary before it.</param>
    /// <exception cref="InvalidParameterException">The step is not above those before it, or the parameter groups disagree.</exception>
    public static JoinedSchedule Join(ILrSchedule first, ILrSchedule next, long step)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(next);
        return first is JoinedSchedule joined
            ? new JoinedSchedule([.. joined.Schedules, next], [.. joined.Boundaries, step])
            : new JoinedSchedule([first, next], [step]);
    }

    /// <summary>Whether both join equal schedules at the same steps.</summary>
    /// <param name="other">The other schedule.</param>
    public bool Equals(JoinedSchedule? other) =>
        other is not null && Schedules.SequenceEqual(other.Schedules) && Boundaries.SequenceEqual(other.Boundaries);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Schedules.Aggregate(0, HashCode.Combine), Boundaries.Aggregate(0, HashCode.Combine));

    /// <summary>A line for people: the schedules and where they meet.</summary>
    public override string ToString() => string.Join("; ", Schedules.Select((schedule, i) => i == 0 ? $"{schedule}" : $"from step {Boundaries[i - 1]} {schedule}"));

    /// <summary>Which schedule a step belongs to, and where that began.</summary>
    internal (int Part, long Start) PartAt(long step)
    {
        Require.AtLeast(step, 0, "Step");
        int part = 0;
        while (part < Boundaries.Count && step >= Boundaries[part])
            part++;
        return (part, part == 0 ? 0 : Boundaries[part - 1]);
    }
}
