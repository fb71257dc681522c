namespace ClrEngine.Schedules;

/// <summary>
/// Cycles each longer than the one before by a factor: cycle k has round(length * factor^k) steps, and rises for a part of them.
/// Every boundary is a whole number, so a step's cycle is found exactly, by division or by bisection.
/// </summary>
internal sealed record GrowingCycles
{
    private const double SmallestGrowth = 1.01;
    private const double LongestCycle = 1L << 60;

    private readonly long _length;
    private readonly double _factor;
    private readonly long _rise;
    private readonly long[]? _starts;
    private readonly long[]? _rises;

    public GrowingCycles(long length, double factor, string factorName, long rise = 0)
    {
        ScheduleErrors.Checked(
            factor == 1 || (factor >= SmallestGrowth && double.IsFinite(factor)), factor, factorName,
            FormattableString.Invariant($"1 for cycles of one length, or at least {SmallestGrowth} for cycles that grow, such as 2"));
        (_length, _factor, _rise) = (length, factor, rise);
        if (factor == 1)
            return;
        List<long> starts = [0];
        for (long next = length; next <= long.MaxValue - starts[^1]; next = Grown(length, starts.Count - 1))
            starts.Add(starts[^1] + next);
        _starts = [.. starts];
        _rises = [.. starts.Select((_, cycle) => Grown(rise, cycle))];
    }

    public ScheduleCycle At(long step)
    {
        if (_starts is null)
        {
            long cycle = Require.AtLeast(step, 0, "Step") / _length;
            return new ScheduleCycle(cycle, cycle * _length, _length);
        }
        int found = Array.BinarySearch(_starts, Require.AtLeast(step, 0, "Step"));
        int index = found >= 0 ? found : ~found - 1;
        return new ScheduleCycle(index, _starts[index], index + 1 < _starts.Length ? _starts[index + 1] - _starts[index] : Grown(_length, index));
    }

    /// <summary>The cycle of a step and the height there: up from 0 to 1 and down again.</summary>
    public (long Cycle, double Height) TriangleAt(long step)
    {
        ScheduleCycle cycle = At(step);
        long position = step - cycle.Start, up = RiseOf(cycle);
        double height = position <= up ? (double)position / up : (double)(cycle.Length - position) / (cycle.Length - up);
        return (cycle.Index, height);
    }

    /// <summary>The first step of a cycle; beyond what a step can count, the largest step.</summary>
    public long StartOf(long cycle)
    {
        if (_starts is null)
            return cycle > long.MaxValue / _length ? long.MaxValue : cycle * _length;
        return cycle < _starts.Length ? _starts[cycle] : long.MaxValue;
    }

    public bool Equals(GrowingCycles? other) => other is not null && _length == other._length && _factor == other._factor && _rise == other._rise;

    public override int GetHashCode() => HashCode.Combine(_length, _factor, _rise);

    private long RiseOf(ScheduleCycle cycle) => _rises is null ? _rise : Math.Clamp(_rises[cycle.Index], 1, cycle.Length - 1);

    private long Grown(long length, long cycle) =>
        (long)Math.Min(LongestCycle, Math.Round(length * Math.Pow(_factor, cycle), MidpointRounding.AwayFromZero));
}
