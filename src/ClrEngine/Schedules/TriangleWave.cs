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
        _cycles = new GrowingCycles(CycleLength, cycleMul, nameof(CycleMul));
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
        long up = UpOf(cycle);
        double height = position <= up
            ? (double)position / up
            : (double)(cycle.Length - position) / (cycle.Length - up);
        return (cycle.Index, height);
    }

    /// <summary>The cycle of a step.</summary>
    /// <param name="step">The step, from 0.</param>
    public ScheduleCycle CycleAt(long step) => _cycles.At(step);

    /// <summary>The first step of a cycle.</summary>
    internal long StartOf(long cycle) => _cycles.StartOf(cycle);

    /// <summary>Steps of a cycle's rising half.</summary>
    internal long UpOf(ScheduleCycle cycle) => Math.Clamp(_cycles.Scaled(StepSizeUp, cycle.Index), 1, cycle.Length - 1);

    private static long Checked(long stepSize, string name) =>
        Require.AtLeast(stepSize, 1, name) <= MaxStepSize
            ? stepSize
            : throw new InvalidParameterException(name, stepSize, $"{name} is {stepSize}; give at most {MaxStepSize} steps.");
}
