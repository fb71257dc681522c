using System.Globalization;
using ClrEngine.Errors;

namespace ClrEngine.Schedules;

/// <summary>
/// A wave that rises from 0 to 1 in <see cref="StepSizeUp"/> steps, falls back in <see cref="StepSizeDown"/>, and repeats,
/// each time longer by <see cref="CycleMul"/>.
/// Cycle and position come from whole numbers, so every boundary is exact at any step.
/// </summary>
public sealed record TriangleWave
{
    private const long MaxStepSize = 1L << 53;

    private readonly GrowingCycles _cycles;

    /// <summary>Makes a wave.</summary>
    /// <param name="stepSizeUp">Steps of the first rising half, at least 1.</param>
    /// <param name="stepSizeDown">Steps of the first falling half, at least 1.</param>
    /// <param name="cycleMul">How much longer each cycle is than the one before: 1, or at least 1.01. Lengths are rounded to whole steps.</param>
    /// <exception cref="InvalidParameterException">A half is shorter than one step, or the growth is outside its range.</exception>
    public TriangleWave(long stepSizeUp, long stepSizeDown, double cycleMul = 1)
    {
        StepSizeUp = Checked(stepSizeUp, nameof(StepSizeUp));
        StepSizeDown = Checked(stepSizeDown, nameof(StepSizeDown));
        CycleMul = cycleMul;
        _cycles = new GrowingCycles(CycleLength, cycleMul, nameof(CycleMul), StepSizeUp);
    }

    /// <summary>Steps of the first rising half.</summary>
    public long StepSizeUp { get; }

    /// <summary>Steps of the first falling half.</summary>
    public long StepSizeDown { get; }

    /// <summary>How much longer each cycle is than the one before.</summary>
    public double CycleMul { get; }

    /// <summary>Steps of the first whole cycle.</summary>
    public long CycleLength => StepSizeUp + StepSizeDown;

    /// <summary>The wave at a step.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <returns>The cycle, counted from 0, and the height in [0, 1].</returns>
    public (long Cycle, double Height) At(long step)
    {
        ScheduleCycle cycle = _cycles.At(step);
        long position = step - cycle.Start;
        long up = _cycles.RiseOf(cycle);
        double height = position <= up
            ? (double)position / up
            : (double)(cycle.Length - position) / (cycle.Length - up);
        return (cycle.Index, height);
    }

    /// <summary>The cycle of a step.</summary>
    /// <param name="step">The step, from 0.</param>
    public ScheduleCycle CycleAt(long step) => _cycles.At(step);

    internal long StartOf(long cycle) => _cycles.StartOf(cycle);

    private static long Checked(long stepSize, string name) =>
        Require.AtLeast(stepSize, 1, name) <= MaxStepSize
            ? stepSize
            : throw new InvalidParameterException(name, stepSize, $"{name} is {stepSize}; give at most {MaxStepSize} steps.");
}

/// <summary>
/// Cycles each longer than the one before by a factor: cycle k has round(first * factor^k) steps.
/// Every boundary is a whole number, so a step's cycle is found exactly, by division or by bisection.
/// </summary>
internal sealed class GrowingCycles : IEquatable<GrowingCycles>
{
    private const double SmallestGrowth = 1.01;
    private const double LongestCycle = 1L << 60;

    private readonly long _first;
    private readonly double _factor;
    private readonly long _rise;
    private readonly long[]? _starts;
    private readonly long[]? _rises;

    /// <summary>Lays the cycles out.</summary>
    /// <param name="first">Steps of the first cycle, at least 1.</param>
    /// <param name="factor">The growth: 1, or at least 1.01.</param>
    /// <param name="factorName">The factor's name, for the error.</param>
    /// <param name="rise">Steps that the first cycle rises, where cycles rise and fall; they grow with it.</param>
    public GrowingCycles(long first, double factor, string factorName, long rise = 0)
    {
        if (factor != 1 && !(factor >= SmallestGrowth && double.IsFinite(factor)))
            throw new InvalidParameterException(factorName, factor, string.Create(CultureInfo.InvariantCulture, $"{factorName} is {factor}; give 1 for cycles of one length, or at least {SmallestGrowth} for cycles that grow, such as 2."));
        (_first, _factor, _rise) = (first, factor, rise);
        if (factor == 1)
            return;
        _starts = Starts();
        _rises = [.. _starts.Select((_, cycle) => Grown(rise, cycle))];
    }

    /// <summary>The cycle of a step, which is at least 0.</summary>
    public ScheduleCycle At(long step)
    {
        if (_starts is null)
        {
            long cycle = Require.AtLeast(step, 0, "Step") / _first;
            return new ScheduleCycle(cycle, cycle * _first, _first);
        }
        int found = Array.BinarySearch(_starts, Require.AtLeast(step, 0, "Step"));
        int index = found >= 0 ? found : ~found - 1;
        return new ScheduleCycle(index, _starts[index], index + 1 < _starts.Length ? _starts[index + 1] - _starts[index] : Grown(_first, index));
    }

    /// <summary>The first step of a cycle; beyond what a step can count, the largest step.</summary>
    public long StartOf(long cycle)
    {
        if (_starts is null)
            return cycle > long.MaxValue / _first ? long.MaxValue : cycle * _first;
        return cycle < _starts.Length ? _starts[cycle] : long.MaxValue;
    }

    /// <summary>Steps that a cycle rises: at least one, and at least one fewer than it has.</summary>
    public long RiseOf(ScheduleCycle cycle) => _rises is null ? _rise : Math.Clamp(_rises[cycle.Index], 1, cycle.Length - 1);

    public bool Equals(GrowingCycles? other) => other is not null && _first == other._first && _factor == other._factor && _rise == other._rise;

    public override bool Equals(object? obj) => Equals(obj as GrowingCycles);

    public override int GetHashCode() => HashCode.Combine(_first, _factor, _rise);

    private long[] Starts()
    {
        List<long> starts = [0];
        for (long length = _first; length <= long.MaxValue - starts[^1]; length = Grown(_first, starts.Count - 1))
            starts.Add(starts[^1] + length);
        return starts.ToArray();
    }

    private long Grown(long length, long cycle) =>
        (long)Math.Min(LongestCycle, Math.Round(length * Math.Pow(_factor, cycle), MidpointRounding.AwayFromZero));
}
