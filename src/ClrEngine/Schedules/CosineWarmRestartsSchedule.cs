namespace ClrEngine.Schedules;

/// <summary>
/// Cosine annealing with warm restarts (SGDR, Loshchilov and Hutter, arXiv 1608.03983): the rate falls along half a cosine
/// and jumps back up at each restart. Values are those of PyTorch's <c>CosineAnnealingWarmRestarts</c>;
/// decay and limit are those of timm's <c>CosineLRScheduler</c>. The momentum stays the optimiser's own.
/// </summary>
public sealed record CosineWarmRestartsSchedule : LrSchedule, ICyclicSchedule
{
    private readonly GrowingCycles _cycles;
    private readonly long _end;

    /// <summary>Makes a schedule; each parameter sets the property of its name.</summary>
    /// <exception cref="InvalidParameterException">A value is outside its range; the error names it.</exception>
    public CosineWarmRestartsSchedule(double maxLr, long t0, double tMult = 1, double minLr = 0, double cycleDecay = 1, long? cycleLimit = null)
    {
        MaxLr = Require.Positive(maxLr, nameof(MaxLr));
        MinLr = Require.NotNegative(minLr, nameof(MinLr));
        if (MinLr >= MaxLr)
            throw ScheduleErrors.NotBelow(ScheduleErrors.MinLrNotBelowMaxLr, nameof(MinLr), minLr, nameof(MaxLr), maxLr);
        T0 = Require.AtLeast(t0, 1, nameof(T0));
        TMult = tMult;
        CycleDecay = Require.Share(cycleDecay, nameof(CycleDecay), ", such as 0.5");
        CycleLimit = cycleLimit is { } limit ? Require.AtLeast(limit, 1, nameof(CycleLimit)) : null;
        _cycles = new GrowingCycles(t0, tMult, nameof(TMult));
        _end = cycleLimit is { } cycles ? _cycles.StartOf(cycles) : long.MaxValue;
    }

    /// <summary>The rate at the start and, without decay, after each restart; above <see cref="MinLr"/>.</summary>
    public double MaxLr { get; }

    /// <summary>Steps to the first restart, at least 1: PyTorch's <c>T_0</c>.</summary>
    public long T0 { get; }

    /// <summary>How much longer each cycle is than the one before: 1, or at least 1.01; PyTorch's <c>T_mult</c>, timm's <c>cycle_mul</c>.</summary>
    public double TMult { get; }

    /// <summary>The rate that each cycle falls towards, at least 0: PyTorch's <c>eta_min</c>.</summary>
    public double MinLr { get; }

    /// <summary>The factor by which each restart lowers the upper rate, in (0, 1].</summary>
    public double CycleDecay { get; }

    /// <summary>After this many cycles the lower rate is held; null for never.</summary>
    public long? CycleLimit { get; }

    /// <inheritdoc/>
    public override SchedulePoint At(long step)
    {
        if (step >= _end)
            return new SchedulePoint(step, MinLr);
        ScheduleCycle cycle = _cycles.At(step);
        // A decayed upper rate never falls below the lower one.
        double top = Math.Max(MinLr, MaxLr * Math.Pow(CycleDecay, cycle.Index));
        return new SchedulePoint(step, Annealing.Between(top, MinLr, (double)(step - cycle.Start) / cycle.Length, AnnealStrategy.Cosine));
    }

    /// <inheritdoc/>
    public ScheduleCycle? CycleAt(long step) => step < _end ? _cycles.At(step) : null;

    /// <summary>A line for people: rates and first cycle.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"CosineWarmRestarts {MaxLr:G4} to {MinLr:G4}, first restart after {Counted.Of(T0, "step")}");
}
