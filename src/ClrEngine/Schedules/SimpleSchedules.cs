namespace ClrEngine.Schedules;

/// <summary>The same rate at every step.</summary>
public sealed record ConstantSchedule : LrSchedule
{
    /// <summary>Makes a schedule; each parameter sets the property of its name.</summary>
    /// <exception cref="InvalidParameterException">A value is outside its range.</exception>
    public ConstantSchedule(double learningRate, double? momentum = null)
    {
        LearningRate = Require.Positive(learningRate, nameof(LearningRate));
        Momentum = momentum is { } value ? Require.InUnitInterval(value, nameof(Momentum)) : null;
    }

    /// <summary>The rate, above 0.</summary>
    public double LearningRate { get; }

    /// <summary>The momentum, in [0, 1), or null for the optimiser's own.</summary>
    public double? Momentum { get; }

    /// <inheritdoc/>
    public override SchedulePoint At(long step) => new(Require.AtLeast(step, 0, "Step"), LearningRate, Momentum);

    /// <summary>A line for people: the rate.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"Constant {LearningRate:G4}");
}

/// <summary>A rate that grows each step, from <see cref="StartLr"/> at step 0 to <see cref="EndLr"/> at the last, and stays there.</summary>
public abstract record LrSweep : LrSchedule
{
    private static readonly ErrorCause StartLrNotBelowEndLr = new(nameof(StartLrNotBelowEndLr), ErrorKind.InvalidArgument,
        "The rate at which a range test starts is not below the one at which it ends.", "Swap them, or lower `-StartLr`.");

    private protected LrSweep(double startLr, double endLr, long iterations)
    {
        StartLr = Require.Positive(startLr, nameof(StartLr));
        EndLr = Require.Positive(endLr, nameof(EndLr));
        Iterations = Require.AtLeast(iterations, 2, nameof(Iterations));
        if (startLr >= endLr)
            throw ScheduleErrors.NotBelow(StartLrNotBelowEndLr, nameof(StartLr), startLr, nameof(EndLr), endLr);
    }

    /// <summary>The rate at step 0, above 0 and below <see cref="EndLr"/>.</summary>
    public double StartLr { get; }

    /// <summary>The rate at step <c>Iterations - 1</c> and after.</summary>
    public double EndLr { get; }

    /// <summary>Steps of the sweep, at least 2.</summary>
    public long Iterations { get; }

    // 0 at step 0, 1 at the last step and after.
    private protected double Progress(long step) => Math.Min(Require.AtLeast(step, 0, "Step"), Iterations - 1) / (double)(Iterations - 1);
}

/// <summary>A sweep whose rate grows by the same factor each step.</summary>
public sealed record ExponentialSweep : LrSweep
{
    private readonly double _logRatio;

    /// <summary>Makes a sweep; each parameter sets the property of its name.</summary>
    /// <exception cref="InvalidParameterException">A value is outside its range.</exception>
    public ExponentialSweep(double startLr, double endLr, long iterations)
        : base(startLr, endLr, iterations) => _logRatio = Math.Log(endLr / startLr);

    /// <inheritdoc/>
    public override SchedulePoint At(long step)
    {
        double progress = Progress(step);
        // exp(log(r)) is not r to the last bit, and the ends are promised exactly.
        return new SchedulePoint(step, progress >= 1 ? EndLr : StartLr * Math.Exp(_logRatio * progress));
    }
}

/// <summary>A sweep whose rate grows by the same amount each step: the range test of Smith (arXiv 1506.01186).</summary>
public sealed record LinearSweep : LrSweep
{
    /// <inheritdoc cref="ExponentialSweep(double, double, long)"/>
    public LinearSweep(double startLr, double endLr, long iterations)
        : base(startLr, endLr, iterations)
    {
    }

    /// <inheritdoc/>
    public override SchedulePoint At(long step) => new(step, Annealing.Mixed(StartLr, EndLr, Progress(step)));
}
