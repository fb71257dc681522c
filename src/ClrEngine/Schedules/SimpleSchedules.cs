using System.Globalization;
using ClrEngine.Errors;

namespace ClrEngine.Schedules;

/// <summary>The same rate at every step.</summary>
public sealed record ConstantSchedule : LrSchedule
{
    /// <summary>Makes a schedule.</summary>
    /// <param name="learningRate">The rate, above 0.</param>
    /// <param name="momentum">The momentum, in [0, 1); the optimiser's own if null.</param>
    /// <exception cref="InvalidParameterException">A value is outside its range.</exception>
    public ConstantSchedule(double learningRate, double? momentum = null)
    {
        LearningRate = Require.Positive(learningRate, nameof(LearningRate));
        Momentum = momentum is { } value ? Require.InUnitInterval(value, nameof(Momentum)) : null;
    }

    /// <summary>The rate.</summary>
    public double LearningRate { get; }

    /// <summary>The momentum, or null for the optimiser's own.</summary>
    public double? Momentum { get; }

    /// <inheritdoc/>
    public override SchedulePoint At(long step) => new(Require.AtLeast(step, 0, "Step"), LearningRate, Momentum);

    /// <summary>A line for people: the rate.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"Constant {LearningRate:G4}");
}

/// <summary>A rate that grows by the same factor each step, from <see cref="StartLr"/> at step 0 to <see cref="EndLr"/> at the last, and stays there.</summary>
public sealed record ExponentialSweep : LrSchedule
{
    private readonly double _logRatio;

    /// <summary>Makes a sweep.</summary>
    /// <param name="startLr">The rate at step 0, above 0.</param>
    /// <param name="endLr">The rate at the last step, above <paramref name="startLr"/>.</param>
    /// <param name="iterations">Steps of the sweep, at least 2.</param>
    public ExponentialSweep(double startLr, double endLr, long iterations)
    {
        SweepEnds.Check(startLr, endLr, iterations);
        (StartLr, EndLr, Iterations) = (startLr, endLr, iterations);
        _logRatio = Math.Log(endLr / startLr);
    }

    /// <summary>The rate at step 0.</summary>
    public double StartLr { get; }

    /// <summary>The rate at step <c>Iterations - 1</c> and after.</summary>
    public double EndLr { get; }

    /// <summary>Steps of the sweep.</summary>
    public long Iterations { get; }

    /// <inheritdoc/>
    public override SchedulePoint At(long step)
    {
        double progress = SweepEnds.Progress(step, Iterations);
        // exp(log(r)) is not r to the last bit, and the ends are promised exactly.
        return new SchedulePoint(step, progress >= 1 ? EndLr : StartLr * Math.Exp(_logRatio * progress));
    }
}

/// <summary>A rate that grows by the same amount each step, from <see cref="StartLr"/> at step 0 to <see cref="EndLr"/> at the last, and stays there: the range test of Smith (arXiv 1506.01186).</summary>
public sealed record LinearSweep : LrSchedule
{
    /// <summary>Makes a sweep.</summary>
    /// <param name="startLr">The rate at step 0, above 0.</param>
    /// <param name="endLr">The rate at the last step, above <paramref name="startLr"/>.</param>
    /// <param name="iterations">Steps of the sweep, at least 2.</param>
    public LinearSweep(double startLr, double endLr, long iterations)
    {
        SweepEnds.Check(startLr, endLr, iterations);
        (StartLr, EndLr, Iterations) = (startLr, endLr, iterations);
    }

    /// <summary>The rate at step 0.</summary>
    public double StartLr { get; }

    /// <summary>The rate at step <c>Iterations - 1</c> and after.</summary>
    public double EndLr { get; }

    /// <summary>Steps of the sweep.</summary>
    public long Iterations { get; }

    /// <inheritdoc/>
    public override SchedulePoint At(long step)
    {
        double progress = SweepEnds.Progress(step, Iterations);
        return new SchedulePoint(step, StartLr * (1 - progress) + EndLr * progress);
    }
}

/// <summary>What both sweeps share: their checks, and how far along a step is.</summary>
internal static class SweepEnds
{
    private static readonly ErrorCause StartLrNotBelowEndLr = new(nameof(StartLrNotBelowEndLr), ErrorKind.InvalidArgument,
        "The rate at which a range test starts is not below the one at which it ends.", "Swap them, or lower `-StartLr`.");

    public static void Check(double startLr, double endLr, long iterations)
    {
        Require.Positive(startLr, "StartLr");
        Require.Positive(endLr, "EndLr");
        Require.AtLeast(iterations, 2, "Iterations");
        if (startLr >= endLr)
            throw ScheduleErrors.NotBelow(StartLrNotBelowEndLr, "StartLr", startLr, "EndLr", endLr);
    }

    /// <summary>0 at step 0, 1 at the last step and after.</summary>
    public static double Progress(long step, long iterations) =>
        Math.Min(Require.AtLeast(step, 0, "Step"), iterations - 1) / (double)(iterations - 1);
}
