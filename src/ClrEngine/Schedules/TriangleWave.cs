using ClrEngine.Errors;

namespace ClrEngine.Schedules;

/// <summary>
/// A wave that rises from 0 to 1 in <see cref="StepSizeUp"/> steps, falls back in <see cref="StepSizeDown"/>, and repeats.
/// Cycle and position come from whole-number division, so every boundary is exact at any step.
/// </summary>
public sealed record TriangleWave
{
    /// <summary>Makes a wave.</summary>
    /// <param name="stepSizeUp">Steps of the rising half, at least 1.</param>
    /// <param name="stepSizeDown">Steps of the falling half, at least 1.</param>
    /// <exception cref="InvalidParameterException">A half is shorter than one step.</exception>
    public TriangleWave(long stepSizeUp, long stepSizeDown)
    {
        StepSizeUp = Checked(stepSizeUp, nameof(StepSizeUp));
        StepSizeDown = Checked(stepSizeDown, nameof(StepSizeDown));
    }

    /// <summary>Steps of the rising half.</summary>
    public long StepSizeUp { get; }

    /// <summary>Steps of the falling half.</summary>
    public long StepSizeDown { get; }

    /// <summary>Steps of one whole cycle.</summary>
    public long CycleLength => StepSizeUp + StepSizeDown;

    /// <summary>The wave at a step.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <returns>The cycle, counted from 0, and the height in [0, 1].</returns>
    public (long Cycle, double Height) At(long step)
    {
        (long cycle, long position) = Math.DivRem(Require.AtLeast(step, 0, "Step"), CycleLength);
        double height = position <= StepSizeUp
            ? (double)position / StepSizeUp
            : (double)(CycleLength - position) / StepSizeDown;
        return (cycle, height);
    }

    private static long Checked(long stepSize, string name) =>
        Require.AtLeast(stepSize, 1, name) <= MaxStepSize
            ? stepSize
            : throw new InvalidParameterException(name, stepSize, $"{name} is {stepSize}; give at most {MaxStepSize} steps.");

    private const long MaxStepSize = 1L << 53;
}
