namespace ClrFigures;

/// <summary>What a figure shows of a schedule: how much of it, which points, and where its cycles end.</summary>
internal static class ScheduleCurve
{
    private const int CyclesShown = 4, MostEnds = 24, MostWalked = 100_000;
    private const long StepsShown = 1000, MostEvaluated = 400_000;

    // Shares of a curve's height: of rounding, and of a fifth of a pixel in the tallest plot.
    private const double Rounding = 1e-9, Unseen = 0.0005;

    private static readonly int[] Strides = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];

    /// <summary>How many points to show: as many as asked for, or what shows every schedule whole.</summary>
    public static long Span(IEnumerable<NamedSchedule> schedules, long? count) => count switch
    {
        null => schedules.Max(s => Whole(s.Schedule)),
        >= 2 => count.Value,
        _ => throw new InvalidParameterException("Count", count, $"Count is {count}; a curve needs at least 2 points."),
    };

    /// <summary>
    /// Points from step 0 to the last of <paramref name="count"/>, ascending, between which straight lines are the curve: of straight
    /// lines their corners, of a bend as many as keep the lines within 0.05 % of the curve's height; of all, every peak.
    /// </summary>
    public static IReadOnlyList<SchedulePoint> Points(ILrSchedule schedule, long count)
    {
        SchedulePoint[] points = [.. Steps(schedule, count).Select(schedule.At)];
        double[] steps = [.. points.Select(p => (double)p.Step)];
        IReadOnlyList<int> rates = Shape(steps, [.. points.Select(p => p.LearningRate)]);
        IReadOnlyList<int> momenta = points.Any(p => p.Momentum.HasValue)
            ? Shape(steps, [.. points.Select(p => p.Momentum ?? double.NaN)])
            : [];
        return [.. rates.Union(momenta).Order().Select(i => points[i])];
    }

    /// <summary>The cycles that begin below <paramref name="count"/>, in order, seen through warm-ups, joins and groups.</summary>
    public static IEnumerable<ScheduleCycle> Cycles(ILrSchedule schedule, long count)
    {
        long step = FirstCycle(schedule);
        for (int walked = 0; step < count && walked < MostWalked && schedule.CycleAt(step) is { } cycle; walked++)
        {
            yield return cycle;
            step = Math.Max(cycle.End, step + 1);
        }
    }

    /// <summary>The first step after every cycle that ends below <paramref name="count"/>; of many, every second, fifth, tenth and so on.</summary>
    public static double[] CycleEnds(ILrSchedule schedule, long count)
    {
        long[] ends = [.. Cycles(schedule, count).Select(c => c.End).Where(end => end < count).Distinct()];
        int every = Every(ends.Length);
        return [.. ends.Where((_, i) => (i + 1) % every == 0).Select(step => (double)step)];
    }

    /// <summary>The ends of cycles where all that have any have the same: lines of different cycles would say of none where its cycles end.</summary>
    public static double[] Shared(IEnumerable<double[]> ends)
    {
        double[][] some = [.. ends.Where(e => e.Length > 0)];
        return some.Length > 0 && some.All(e => e.SequenceEqual(some[0])) ? some[0] : [];
    }

    private static IReadOnlyList<int> Shape(double[] steps, double[] values)
    {
        double[] finite = [.. values.Where(double.IsFinite).DefaultIfEmpty()];
        double height = finite.Max() - finite.Min();
        IReadOnlyList<int> exact = Thinning.Corners(steps, values, Rounding * height), near = Thinning.Corners(steps, values, Unseen * height);
        // Bends have a corner at nearly every step; straight lines have as many, however closely one looks.
        IReadOnlyList<int> kept = exact.Count <= 2 * near.Count ? exact : near;
        return [.. Thinning.KeepExtremes([.. kept.Select(i => values[i])], 2 * Thinning.DefaultMost).Select(i => kept[i])];
    }

    /// <summary>How many points show a schedule whole, or its first cycles.</summary>
    public static long Whole(ILrSchedule schedule) => schedule switch
    {
        OneCycleSchedule one => one.TotalSteps,
        StepDecaySchedule { StepSize: { } size } => Math.Min(size, long.MaxValue / CyclesShown) * CyclesShown,
        StepDecaySchedule { Milestones: [.., var last] } => last + Math.Min(last / CyclesShown, long.MaxValue - last - 1) + 1,
        LinearSweep sweep => sweep.Iterations,
        ExponentialSweep sweep => sweep.Iterations,
        WarmupSchedule warmup => warmup.Steps + Whole(warmup.Schedule),
        JoinedSchedule { Boundaries.Count: > 0 } joined => joined.Boundaries[^1] + Whole(joined.Schedules[^1]),
        GroupedSchedule grouped => grouped.Schedules.Max(Whole),
        _ => Cycles(schedule, long.MaxValue).Take(CyclesShown).Select(c => c.End + 1).LastOrDefault(StepsShown),
    };

    private static SortedSet<long> Steps(ILrSchedule schedule, long count)
    {
        long stride = ((count - 1) / MostEvaluated) + 1;
        var steps = new SortedSet<long> { count - 1 };
        for (long step = 0; step < count; step += stride)
            steps.Add(step);
        // A stride may jump over a peak: where the turns are known, they are looked at.
        if (stride > 1)
        {
            foreach (ScheduleCycle cycle in Cycles(schedule, count))
                steps.UnionWith((schedule is CyclicSchedule cyclic ? cyclic.TurnsOf(cycle) : [cycle.Start]).Where(step => step < count));
        }
        return steps;
    }

    // A warm-up and the parts of a join may have no cycle where they begin.
    private static long FirstCycle(ILrSchedule schedule) => schedule switch
    {
        WarmupSchedule warmup => warmup.Steps + FirstCycle(warmup.Schedule),
        GroupedSchedule grouped => FirstCycle(grouped.Schedules[0]),
        JoinedSchedule joined when joined.Boundaries.Count > 0 && joined.CycleAt(0) is null => joined.Boundaries[0] + FirstCycle(joined.Schedules[1]),
        _ => 0,
    };

    private static int Every(int cycles) => Strides.First(stride => cycles / stride <= MostEnds);
}

/// <summary>Fewer points of a long series, with its peaks.</summary>
internal static class Thinning
{
    /// <summary>The points that a figure draws where it is not told otherwise.</summary>
    public const int DefaultMost = 1000;

    /// <summary>
    /// Chooses points: the series is cut into bins of equal length, and of each bin its lowest and its highest value and
    /// the first that is not finite (a gap stays a gap) are kept; so are the first and the last point. About <paramref name="most"/>
    /// points are kept, and those of gaps on top; a series no longer than that is kept whole. Gives indices, ascending.
    /// </summary>
    public static IReadOnlyList<int> KeepExtremes(IReadOnlyList<double> values, int most = DefaultMost)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 4);
        if (values.Count <= most)
            return [.. Enumerable.Range(0, values.Count)];
        int bins = (most - 2) / 2;
        var kept = new SortedSet<int> { 0, values.Count - 1 };
        for (int bin = 0; bin < bins; bin++)
            KeepBin(values, BinStart(bin), BinStart(bin + 1), kept);
        return [.. kept];

        int BinStart(int bin) => (int)((long)values.Count * bin / bins);
    }

    /// <summary>
    /// Chooses the points from which straight lines pass all others within a tolerance of their values: the first and the last, every
    /// turn, both sides of a gap, and as many between as the tolerance asks for. The places must rise. Gives indices, ascending.
    /// </summary>
    public static IReadOnlyList<int> Corners(IReadOnlyList<double> places, IReadOnlyList<double> values, double tolerance)
    {
        var kept = new List<int> { 0 };
        // The slopes of the lines from the last kept point that pass all points since.
        double flattest = double.NegativeInfinity, steepest = double.PositiveInfinity;
        for (int i = 1; i < values.Count; i++)
        {
            if (double.IsFinite(values[i]) != double.IsFinite(values[i - 1]))
            {
                Keep(i - 1);
                Keep(i);
            }
            else if (double.IsFinite(values[i]))
            {
                bool turns = i - 1 > kept[^1] && (values[i] - values[i - 1]) * (values[i - 1] - values[i - 2]) < 0;
                if (turns || !(Slope(i, 0) >= flattest && Slope(i, 0) <= steepest))
                    Keep(i - 1);
                flattest = Math.Max(flattest, Slope(i, -tolerance));
                steepest = Math.Min(steepest, Slope(i, tolerance));
            }
        }
        Keep(values.Count - 1);
        return kept;

        double Slope(int i, double shift) => (values[i] + shift - values[kept[^1]]) / (places[i] - places[kept[^1]]);

        void Keep(int i)
        {
            if (i > kept[^1])
                kept.Add(i);
            (flattest, steepest) = (double.NegativeInfinity, double.PositiveInfinity);
        }
    }

    private static void KeepBin(IReadOnlyList<double> values, int start, int end, SortedSet<int> kept)
    {
        int lowest = -1, highest = -1, gap = -1;
        for (int i = start; i < end; i++)
        {
            if (!double.IsFinite(values[i]))
                gap = gap < 0 ? i : gap;
            else
            {
                lowest = lowest < 0 || values[i] < values[lowest] ? i : lowest;
                highest = highest < 0 || values[i] > values[highest] ? i : highest;
            }
        }
        kept.UnionWith(new[] { lowest, highest, gap }.Where(i => i >= 0));
    }
}
