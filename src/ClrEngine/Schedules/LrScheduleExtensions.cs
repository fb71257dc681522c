namespace ClrEngine.Schedules;

/// <summary>Reading a schedule without a model.</summary>
public static class LrScheduleExtensions
{
    private const int RatesBetweenLooks = 1 << 20;

    /// <summary>How many parameter groups a schedule has rates for; null where one rate holds for all.</summary>
    public static int? GroupCount(this ILrSchedule schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return schedule.At(0).Groups?.Count;
    }

    /// <summary>Lists <paramref name="count"/> points from a step on, <paramref name="every"/> steps apart; they are made as they are pulled.</summary>
    /// <exception cref="InvalidParameterException">A value is below its minimum, or the last step would be beyond the largest 64-bit number.</exception>
    public static IEnumerable<SchedulePoint> Points(this ILrSchedule schedule, long count, long every = 1, long from = 0)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        CheckReach(count, every, from);
        return Listed();

        IEnumerable<SchedulePoint> Listed()
        {
            for (long i = 0; i < count; i++)
                yield return schedule.At(from + i * every);
        }
    }

    /// <summary>Lists the learning rates of <see cref="Points"/> alone: ten million in a fraction of a second. With groups, the first group's.</summary>
    /// <exception cref="InvalidParameterException">A value is below its minimum, the last step would be beyond the largest 64-bit number, or the rates are more than an array holds.</exception>
    public static double[] Rates(this ILrSchedule schedule, long count, long every = 1, long from = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        CheckReach(count, every, from);
        if (count > Array.MaxLength)
            throw new InvalidParameterException("Count", count, $"Count is {count} and an array holds at most {Array.MaxLength} rates; list them in parts.");
        var rates = new double[count];
        for (int done = 0; done < rates.Length; done += RatesBetweenLooks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Span<double> part = rates.AsSpan(done, Math.Min(RatesBetweenLooks, rates.Length - done));
            for (int i = 0; i < part.Length; i++)
                part[i] = schedule.At(from + (done + i) * every).LearningRate;
        }
        return rates;
    }

    /// <summary>Writes learning rates into the caller's memory, one a step from a step on. With groups, the first group's.</summary>
    public static void Fill(this ILrSchedule schedule, Span<double> rates, long from = 0)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        CheckReach(rates.Length, 1, from);
        for (int i = 0; i < rates.Length; i++)
            rates[i] = schedule.At(from + i).LearningRate;
    }

    /// <summary>
    /// The cycle that a step belongs to, seen through warm-ups, joins and groups, in the steps of the whole schedule; where the next of joined schedules takes over, it ends.
    /// Null where there is no cycle.
    /// </summary>
    public static ScheduleCycle? CycleAt(this ILrSchedule schedule, long step) =>
        schedule.NextCycle(step) is { } cycle && cycle.Start <= step ? cycle : null;

    /// <summary>The first cycle that ends after a step: the step's own, or one that begins later, behind a warm-up or a schedule without cycles; null where no more comes.</summary>
    public static ScheduleCycle? NextCycle(this ILrSchedule schedule, long step) => schedule switch
    {
        ICyclicSchedule cyclic => cyclic.CycleAt(step),
        GroupedSchedule grouped => grouped.Schedules[0].NextCycle(step),
        WarmupSchedule warmup => Within(warmup.Schedule.NextCycle(Math.Max(0, step - warmup.Steps)), warmup.Steps, long.MaxValue),
        JoinedSchedule joined => NextCycleOfParts(joined, step),
        _ => null,
    };

    private static void CheckReach(long count, long every, long from)
    {
        Require.AtLeast(count, 0, "Count");
        Require.AtLeast(every, 1, "Every");
        Require.AtLeast(from, 0, "From");
        if (count > 1 && count - 1 > (long.MaxValue - from) / every)
            throw new InvalidParameterException("Count", count, $"{count} points from step {from} on, {Counted.Of(every, "step")} apart, lead beyond step {long.MaxValue}; give a smaller Count, Every or From.");
    }

    private static ScheduleCycle? NextCycleOfParts(JoinedSchedule joined, long step)
    {
        for (int part = joined.PartAt(step); part < joined.Schedules.Count; part++)
        {
            long start = joined.StartOf(part);
            if (Within(joined.Schedules[part].NextCycle(Math.Max(0, step - start)), start, joined.EndOf(part)) is { } cycle)
                return cycle;
        }
        return null;
    }

    private static ScheduleCycle? Within(ScheduleCycle? cycle, long start, long end) =>
        cycle is { } found && found.Start < end - start
            ? found with { Start = start + found.Start, Length = Math.Min(found.Length, end - start - found.Start) }
            : null;
}
