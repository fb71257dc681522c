namespace ClrEngine.Schedules;

/// <summary>
/// Cycles each longer than the one before by a factor: cycle k has round(length * factor^k) steps, and so have the phases in it: a rise, a hold
/// at the top, a fall, and a hold at the bottom. Every boundary is a whole number, so a step's cycle is found exactly, by division or by bisection.
/// </summary>
internal sealed record GrowingCycles
{
    private const double SmallestGrowth = 1.01;
    private const double LongestCycle = 1L << 60;

    private readonly long _length;
    private readonly double _factor;
    private readonly CyclePhases _phases;
    private readonly long[]? _starts;
    private readonly CyclePhases[]? _phasesOf;

    public GrowingCycles(long length, double factor, string factorName, long rise = 0, long top = 0, long bottom = 0)
    {
        ScheduleErrors.Checked(
            factor == 1 || (factor >= SmallestGrowth && double.IsFinite(factor)), factor, factorName,
            FormattableString.Invariant($"1 for cycles of one length, or at least {SmallestGrowth} for cycles that grow, such as 2"));
        (_length, _factor, _phases) = (length, factor, new CyclePhases(rise, rise + top, length - bottom));
        if (factor == 1)
            return;
        List<long> starts = [0];
        for (long next = length; next <= long.MaxValue - starts[^1]; next = Grown(length, starts.Count - 1))
            starts.Add(starts[^1] + next);
        _starts = [.. starts];
        _phasesOf = [.. starts.Select((_, cycle) => new CyclePhases(Grown(_phases.Rise, cycle), Grown(_phases.Top, cycle), Grown(_phases.Fall, cycle)))];
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

    /// <summary>The cycle of a step and the height there: up from 0 to 1 and down again, with what is held between.</summary>
    public (long Cycle, double Height) HeightAt(long step)
    {
        ScheduleCycle cycle = At(step);
        CyclePhases phases = PhasesOf(cycle);
        long position = step - cycle.Start;
        double height = position <= phases.Rise ? (double)position / phases.Rise
            : position <= phases.Top ? 1
            : position < phases.Fall ? (double)(phases.Fall - position) / (phases.Fall - phases.Top)
            : 0;
        return (cycle.Index, height);
    }

    public CyclePhases PhasesOf(ScheduleCycle cycle)
    {
        if (_phasesOf is null)
            return _phases;
        // Cycles that are too long to grow on have room for each phase too.
        CyclePhases grown = _phasesOf[cycle.Index];
        long rise = Math.Clamp(grown.Rise, 1, cycle.Length - 1), top = Math.Clamp(grown.Top, rise, cycle.Length - 1);
        return new CyclePhases(rise, top, Math.Clamp(grown.Fall, top + 1, cycle.Length));
    }

    /// <summary>The first step of a cycle; beyond what a step can count, the largest step.</summary>
    public long StartOf(long cycle)
    {
        if (_starts is null)
            return cycle > long.MaxValue / _length ? long.MaxValue : cycle * _length;
        return cycle < _starts.Length ? _starts[cycle] : long.MaxValue;
    }

    public bool Equals(GrowingCycles? other) => other is not null && _length == other._length && _factor == other._factor && _phases == other._phases;

    public override int GetHashCode() => HashCode.Combine(_length, _factor, _phases);

    private long Grown(long length, long cycle) =>
        (long)Math.Min(LongestCycle, Math.Round(length * Math.Pow(_factor, cycle), MidpointRounding.AwayFromZero));
}

/// <summary>Where the phases of a cycle end, in steps from where it begins: the rise, the hold at the top, the fall. The hold at the bottom ends with the cycle.</summary>
internal readonly record struct CyclePhases(long Rise, long Top, long Fall);
