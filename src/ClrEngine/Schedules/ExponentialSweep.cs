namespace ClrEngine.Schedules;

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
