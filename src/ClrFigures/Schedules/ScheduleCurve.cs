using ClrEngine.Schedules;

namespace ClrFigures.Schedules;

/// <summary>The points of a schedule that a figure draws: all of a short one, of a long one enough to keep every peak.</summary>
internal static class ScheduleCurve
{
    private const long MostEvaluated = 400_000;

    /// <summary>Points from step 0 to the last of <paramref name="count"/>, ascending.</summary>
    public static IReadOnlyList<SchedulePoint> Of(ILrSchedule schedule, long count, int most = Thinning.DefaultMost)
    {
        SchedulePoint[] points = [.. Steps(schedule, count).Select(schedule.At)];
        IReadOnlyList<int> rates = Thinning.KeepExtremes([.. points.Select(p => p.LearningRate)], most);
        IReadOnlyList<int> momenta = points.Any(p => p.Momentum.HasValue)
            ? Thinning.KeepExtremes([.. points.Select(p => p.Momentum ?? double.NaN)], most)
            : [];
        return [.. rates.Union(momenta).Order().Select(i => points[i])];
    }

    private static SortedSet<long> Steps(ILrSchedule schedule, long count)
    {
        long stride = ((count - 1) / MostEvaluated) + 1;
        var steps = new SortedSet<long> { count - 1 };
        for (long step = 0; step < count; step += stride)
            steps.Add(step);
        // A stride may jump over a peak: where the turns are known, they are looked at.
        if (stride > 1)
        {
            foreach (ScheduleCycle cycle in CycleBoundaries.Cycles(schedule, count))
                steps.UnionWith(new[] { cycle.Start, cycle.Start + Rise(schedule, cycle) }.Where(s => s < count));
        }
        return steps;
    }

    private static long Rise(ILrSchedule schedule, ScheduleCycle cycle) => schedule is CyclicSchedule cyclic
        ? (long)Math.Round((double)cycle.Length * cyclic.StepSizeUp / (cyclic.StepSizeUp + cyclic.StepSizeDown))
        : 0;
}
