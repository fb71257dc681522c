namespace ClrEngine.Schedules;

/// <summary>
/// The one-cycle policy of Smith and Topin (arXiv 1708.07120): up to the largest rate, down, and far below the first rate
/// at the end, with the momentum the other way. Names, defaults and values are those of PyTorch's <c>OneCycleLR</c>;
/// past the last step the smallest rate is held.
/// </summary>
public sealed record OneCycleSchedule : LrSchedule, ICyclicSchedule
{
    private static readonly ErrorCause PhaseTooShort = new(nameof(PhaseTooShort), ErrorKind.InvalidArgument,
        "A phase of the schedule is shorter than one step.", "Give more steps, or other shares.");

    private readonly double _peak;
    private readonly double _valley;

    /// <summary>Makes a schedule; each parameter sets the property of its name.</summary>
    /// <exception cref="InvalidParameterException">A value is outside its range, or leaves a phase without a whole step.</exception>
    public OneCycleSchedule(
        double maxLr,
        long totalSteps,
        double pctStart = 0.3,
        AnnealStrategy annealStrategy = AnnealStrategy.Cosine,
        bool threePhase = false,
        double divFactor = 25,
        double finalDivFactor = 1e4,
        bool cycleMomentum = true,
        double baseMomentum = 0.85,
        double maxMomentum = 0.95,
        double? pctEnd = null)
    {
        MaxLr = Require.Positive(maxLr, nameof(MaxLr));
        TotalSteps = Require.AtLeast(totalSteps, 3, nameof(TotalSteps));
        PctStart = ScheduleErrors.InOpenUnitInterval(pctStart, nameof(PctStart));
        AnnealStrategy = Require.Defined(annealStrategy, nameof(AnnealStrategy));
        ThreePhase = threePhase;
        DivFactor = ScheduleErrors.AtLeastOne(divFactor, nameof(DivFactor));
        FinalDivFactor = ScheduleErrors.AtLeastOne(finalDivFactor, nameof(FinalDivFactor));
        CycleMomentum = cycleMomentum;
        (BaseMomentum, MaxMomentum) = ScheduleErrors.CheckedMomenta(cycleMomentum, baseMomentum, maxMomentum);
        if (pctEnd is not null && !threePhase)
            throw new InvalidParameterException(nameof(PctEnd), pctEnd, "PctEnd is the length of the third phase and there are two; set ThreePhase, or leave PctEnd out.");
        PctEnd = pctEnd is { } share ? ScheduleErrors.InOpenUnitInterval(share, nameof(PctEnd)) : null;
        _peak = Snapped(PctStart * TotalSteps - 1);
        _valley = ThreePhase ? Snapped(PctEnd is { } end ? (1 - end) * TotalSteps - 1 : 2 * PctStart * TotalSteps - 2) : LastStep;
        if (_peak < 1 || _valley - _peak < 1 || (ThreePhase && LastStep - _valley < 1))
        {
            string shares = PctEnd is null ? "PctStart" : "PctStart and PctEnd";
            throw new InvalidParameterException(
                nameof(PctStart),
                PctStart,
                string.Create(CultureInfo.InvariantCulture, $"With {Counted.Of(TotalSteps, "step")} and PctStart {PctStart} a phase is shorter than one step; give more steps, or {shares} that leave each of the {(ThreePhase ? 3 : 2)} phases at least one step."),
                PhaseTooShort);
        }
    }

    /// <summary>The largest rate, above 0.</summary>
    public double MaxLr { get; }

    /// <summary>Steps of the whole run, at least 3.</summary>
    public long TotalSteps { get; }

    /// <summary>The share of the steps that rise, in (0, 1); with three phases below 0.5.</summary>
    public double PctStart { get; }

    /// <summary>The shape of each phase.</summary>
    public AnnealStrategy AnnealStrategy { get; }

    /// <summary>Whether the rate falls to the first rate in as many steps as it rose, then on to the smallest; else it falls in one phase.</summary>
    public bool ThreePhase { get; }

    /// <summary>The largest rate over the first, at least 1.</summary>
    public double DivFactor { get; }

    /// <summary>The first rate over the smallest, at least 1.</summary>
    public double FinalDivFactor { get; }

    /// <summary>Whether the momentum moves against the rate; if not, the optimiser keeps its own.</summary>
    public bool CycleMomentum { get; }

    /// <summary>The momentum at the largest rate, in [0, 1).</summary>
    public double BaseMomentum { get; }

    /// <summary>The momentum at both ends, in [0, 1).</summary>
    public double MaxMomentum { get; }

    /// <summary>With three phases, the share of the steps that the last one takes; null for what the first two leave.</summary>
    public double? PctEnd { get; }

    /// <summary>The rate at step 0.</summary>
    public double InitialLr => MaxLr / DivFactor;

    /// <summary>The rate at the last step and after.</summary>
    public double MinLr => InitialLr / FinalDivFactor;

    private long LastStep => TotalSteps - 1;

    /// <inheritdoc/>
    public override SchedulePoint At(long step)
    {
        long t = Math.Min(Require.AtLeast(step, 0, "Step"), LastStep);
        if (t <= _peak)
            return Phase(step, InitialLr, MaxLr, MaxMomentum, BaseMomentum, t / _peak);
        if (!ThreePhase)
            return Phase(step, MaxLr, MinLr, BaseMomentum, MaxMomentum, (t - _peak) / (LastStep - _peak));
        return t <= _valley
            ? Phase(step, MaxLr, InitialLr, BaseMomentum, MaxMomentum, (t - _peak) / (_valley - _peak))
            : Phase(step, InitialLr, MinLr, MaxMomentum, MaxMomentum, (t - _valley) / (LastStep - _valley));
    }

    /// <inheritdoc/>
    public ScheduleCycle? CycleAt(long step) =>
        Require.AtLeast(step, 0, "Step") < TotalSteps ? new ScheduleCycle(0, 0, TotalSteps) : null;

    /// <summary>A line for people: rates and length.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"OneCycle {InitialLr:G4} to {MaxLr:G4} to {MinLr:G4} in {Counted.Of(TotalSteps, "step")}");

    private SchedulePoint Phase(long step, double fromLr, double toLr, double fromMomentum, double toMomentum, double progress) => new(
        step,
        Annealing.Between(fromLr, toLr, progress, AnnealStrategy),
        CycleMomentum ? Annealing.Between(fromMomentum, toMomentum, progress, AnnealStrategy) : null);

    // A share of the steps that is a whole number in decimals should not miss its step by a bit.
    private double Snapped(double end) => Math.Abs(end - Math.Round(end)) <= 1e-15 * TotalSteps ? Math.Round(end) : end;
}
