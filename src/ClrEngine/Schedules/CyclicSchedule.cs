using ClrEngine.Json;

namespace ClrEngine.Schedules;

/// <summary>
/// The cyclic learning rate of Smith (arXiv 1506.01186): a triangle wave between two rates, whose amplitude
/// stays, halves each cycle, shrinks by gamma each step, or follows a function, with the momentum cycled the other way.
/// Names, defaults and values are those of PyTorch's <c>torch.optim.lr_scheduler.CyclicLR</c>;
/// <see cref="CycleMul"/>, <see cref="CycleDecay"/> and <see cref="CycleLimit"/> are named after timm's. A wave that holds at its ends
/// (<see cref="HoldTop"/>, <see cref="HoldBottom"/>) is a trapezoid.
/// </summary>
public sealed record CyclicSchedule : LrSchedule, ICyclicSchedule
{
    private const long MaxStepSize = 1L << 53;

    private readonly GrowingCycles _cycles;
    private readonly long _end;

    /// <summary>Makes a schedule; each parameter sets the property of its name.</summary>
    /// <exception cref="InvalidParameterException">A value is outside its range; the error names it.</exception>
    public CyclicSchedule(
        double baseLr,
        double maxLr,
        long stepSizeUp,
        long? stepSizeDown = null,
        CyclicMode mode = CyclicMode.Triangular,
        double gamma = 1.0,
        bool cycleMomentum = true,
        double baseMomentum = 0.8,
        double maxMomentum = 0.9,
        ScaleFunction? scaleFunction = null,
        double cycleMul = 1.0,
        double cycleDecay = 1.0,
        long? cycleLimit = null,
        bool decayBase = false,
        long holdTop = 0,
        long holdBottom = 0)
    {
        BaseLr = Require.Positive(baseLr, nameof(BaseLr));
        MaxLr = Require.Positive(maxLr, nameof(MaxLr));
        if (BaseLr >= MaxLr)
            throw ScheduleErrors.NotBelow(ScheduleErrors.BaseLrNotBelowMaxLr, nameof(BaseLr), baseLr, nameof(MaxLr), maxLr);
        StepSizeUp = StepSize(stepSizeUp, nameof(StepSizeUp));
        StepSizeDown = StepSize(stepSizeDown ?? stepSizeUp, nameof(StepSizeDown));
        HoldTop = StepSize(holdTop, nameof(HoldTop), least: 0);
        HoldBottom = StepSize(holdBottom, nameof(HoldBottom), least: 0);
        CycleMul = cycleMul;
        _cycles = new GrowingCycles(CycleLength, cycleMul, nameof(CycleMul), StepSizeUp, HoldTop, HoldBottom);
        Mode = scaleFunction is null ? Require.Defined(mode, nameof(Mode)) : CyclicMode.Custom;
        Gamma = Require.Share(gamma, nameof(Gamma), ", such as 0.99994");
        CycleMomentum = cycleMomentum;
        (BaseMomentum, MaxMomentum) = ScheduleErrors.CheckedMomenta(cycleMomentum, baseMomentum, maxMomentum);
        if (Mode == CyclicMode.Custom && scaleFunction is null)
            throw new InvalidParameterException(nameof(ScaleFunction), null, "Mode is Custom and there is no ScaleFunction; give a function of the cycle or the step, or another mode.");
        ScaleFunction = scaleFunction;
        CycleDecay = Require.Share(cycleDecay, nameof(CycleDecay), ", such as 0.5");
        CycleLimit = cycleLimit is { } limit ? Require.AtLeast(limit, 1, nameof(CycleLimit)) : null;
        if (decayBase && Mode != CyclicMode.ExpRange)
            throw new InvalidParameterException(nameof(DecayBase), decayBase, $"DecayBase goes with Mode ExpRange and the mode is {Mode}; leave DecayBase out, or set the mode to ExpRange.");
        DecayBase = decayBase;
        _end = cycleLimit is { } cycles ? _cycles.StartOf(cycles) : long.MaxValue;
    }

    /// <summary>The lower rate, above 0 and below <see cref="MaxLr"/>.</summary>
    public double BaseLr { get; }

    /// <summary>The upper rate of the first cycle.</summary>
    public double MaxLr { get; }

    /// <summary>Steps from the lower to the upper rate in the first cycle, at least 1.</summary>
    public long StepSizeUp { get; }

    /// <summary>Steps back down in the first cycle, at least 1; as many as up where none are given.</summary>
    public long StepSizeDown { get; }

    /// <summary>Steps for which the first cycle stays at its top before it falls; the momentum stays at its lowest. 0 for none.</summary>
    [Since(2)]
    public long HoldTop { get; }

    /// <summary>Steps for which the first cycle stays at its bottom before the next one begins. 0 for none.</summary>
    [Since(2)]
    public long HoldBottom { get; }

    /// <summary>Steps of the first whole cycle: up, held, down, held.</summary>
    public long CycleLength => StepSizeUp + HoldTop + StepSizeDown + HoldBottom;

    /// <summary>How the amplitude changes; <see cref="CyclicMode.Custom"/> where there is a <see cref="ScaleFunction"/>, as in PyTorch.</summary>
    public CyclicMode Mode { get; }

    /// <summary>The factor by which each step shrinks the amplitude under <see cref="CyclicMode.ExpRange"/>, in (0, 1].</summary>
    public double Gamma { get; }

    /// <summary>Whether the momentum moves against the rate; if not, the optimiser keeps its own.</summary>
    public bool CycleMomentum { get; }

    /// <summary>The momentum at the top of a cycle, in [0, 1).</summary>
    public double BaseMomentum { get; }

    /// <summary>The momentum at the bottom of a cycle, in [0, 1).</summary>
    public double MaxMomentum { get; }

    /// <summary>The amplitude as a function of the cycle or the step; null for that of the mode.</summary>
    public ScaleFunction? ScaleFunction { get; }

    /// <summary>How much longer each cycle is than the one before, and each of its phases: 1, or at least 1.01. Lengths are rounded to whole steps.</summary>
    public double CycleMul { get; }

    /// <summary>The factor by which each cycle shrinks the amplitude, in (0, 1], on top of the mode's own.</summary>
    public double CycleDecay { get; }

    /// <summary>After this many cycles the lower rate is held; null for never.</summary>
    public long? CycleLimit { get; }

    /// <summary>Whether both rates shrink by gamma under <see cref="CyclicMode.ExpRange"/>, as the paper's text has it; else only the amplitude does, as in PyTorch.</summary>
    public bool DecayBase { get; }

    /// <inheritdoc/>
    public override SchedulePoint At(long step)
    {
        long t = Math.Min(step, _end);
        (long cycle, double height) = _cycles.HeightAt(t);
        double ofCycle = CycleFactor(cycle), ofStep = StepFactor(t);
        double f = height * (ofCycle * ofStep);
        double rate = DecayBase ? Annealing.Mixed(BaseLr, MaxLr, height * ofCycle) * ofStep : Annealing.Mixed(BaseLr, MaxLr, f);
        double? momentum = CycleMomentum ? Annealing.Mixed(MaxMomentum, BaseMomentum, f) : null;
        if (Mode == CyclicMode.Custom && !(rate >= 0 && double.IsFinite(rate) && momentum is null or (>= 0 and < 1)))
            throw new InvalidParameterException(
                nameof(ScaleFunction),
                f,
                string.Create(CultureInfo.InvariantCulture, $"ScaleFunction makes the learning rate {rate} and the momentum {momentum} at step {step}, which no optimiser can use; it must give a share of the amplitude, usually from 0 to 1."));
        return new SchedulePoint(step, rate, momentum);
    }

    /// <inheritdoc/>
    public ScheduleCycle? CycleAt(long step) => step < _end ? _cycles.At(step) : null;

    /// <summary>The share of the first cycle's amplitude that is left at a step; 1 means all of it.</summary>
    public double AmplitudeAt(long step)
    {
        long t = Math.Min(step, _end);
        return CycleFactor(_cycles.At(t).Index) * StepFactor(t);
    }

    /// <summary>A line for people: mode, bounds and cycle.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Mode} {BaseLr:G4} to {MaxLr:G4}, cycle of {CycleLength} steps{Held}");

    /// <summary>Where a cycle turns: its first step, and those with which its rise, its hold at the top and its fall end.</summary>
    internal long[] TurnsOf(ScheduleCycle cycle)
    {
        CyclePhases phases = _cycles.PhasesOf(cycle);
        return [cycle.Start, cycle.Start + phases.Rise, cycle.Start + phases.Top, cycle.Start + phases.Fall];
    }

    private string Held => (HoldTop, HoldBottom) switch
    {
        (0, 0) => "",
        (_, 0) => $", {HoldTop} of them held at the top",
        (0, _) => $", {HoldBottom} of them held at the bottom",
        _ => $", {HoldTop} of them held at the top and {HoldBottom} at the bottom",
    };

    private static long StepSize(long steps, string name, long least = 1) =>
        Require.AtLeast(steps, least, name) <= MaxStepSize
            ? steps
            : throw new InvalidParameterException(name, steps, $"{name} is {steps}; give at most {MaxStepSize} steps.");

    private double CycleFactor(long cycle) => (CycleDecay == 1 ? 1 : Math.Pow(CycleDecay, cycle)) * (Mode switch
    {
        // triangular2: 1/2^cycle. A double's smallest positive value is 2^-1074: beyond that the amplitude is 0.
        CyclicMode.Triangular2 => cycle <= 1074 ? Math.ScaleB(1.0, -(int)cycle) : 0.0,
        CyclicMode.Custom when ScaleFunction!.Mode == ScaleMode.Cycle => ScaleFunction.Share(cycle + 1),
        _ => 1.0,
    });

    private double StepFactor(long step) => Mode switch
    {
        CyclicMode.ExpRange => Math.Pow(Gamma, step),
        CyclicMode.Custom when ScaleFunction!.Mode == ScaleMode.Iterations => ScaleFunction.Share(step),
        _ => 1.0,
    };
}

/// <summary>How the amplitude of a cyclic schedule changes (Smith, arXiv 1506.01186).</summary>
public enum CyclicMode
{
    /// <summary>The amplitude stays.</summary>
    Triangular,

    /// <summary>The amplitude halves after each cycle.</summary>
    Triangular2,

    /// <summary>The amplitude shrinks by gamma with every step.</summary>
    ExpRange,

    /// <summary>The amplitude is a function of the user's.</summary>
    Custom,
}

/// <summary>A user's own amplitude: <c>scale_fn</c> and <c>scale_mode</c> of PyTorch's <c>CyclicLR</c>.</summary>
public sealed record ScaleFunction
{
    /// <summary>Wraps a function; each parameter sets the property of its name.</summary>
    public ScaleFunction(Func<double, double> function, ScaleMode mode = ScaleMode.Cycle, string? text = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        (Function, Mode, Text) = (function, Require.Defined(mode, "ScaleMode"), text);
    }

    /// <summary>Gives the share of the amplitude, usually from 0 to 1, for a cycle (from 1) or a step (from 0): the same result each time.</summary>
    public Func<double, double> Function { get; }

    /// <summary>What the function is given.</summary>
    public ScaleMode Mode { get; }

    /// <summary>The function's source, or null: a schedule with text can be saved, one without cannot.</summary>
    public string? Text { get; }

    /// <summary>Whether both have the same text, or where there is none the same function.</summary>
    public bool Equals(ScaleFunction? other) =>
        other is not null
        && Mode == other.Mode
        && Text == other.Text
        && (Text is not null || Function == other.Function);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Mode, Text ?? (object)Function);

    internal double Share(long argument)
    {
        double share = Function(argument);
        return double.IsFinite(share)
            ? share
            : throw new InvalidParameterException(
                nameof(ScaleFunction),
                share,
                string.Create(CultureInfo.InvariantCulture, $"ScaleFunction gave {share} for {(Mode == ScaleMode.Cycle ? "cycle" : "step")} {argument}; it must give a finite number, usually from 0 to 1."));
    }
}

/// <summary>What a scale function is given, as <c>scale_mode</c> of PyTorch's <c>CyclicLR</c>.</summary>
public enum ScaleMode
{
    /// <summary>The cycle, counted from 1.</summary>
    Cycle,

    /// <summary>The step, counted from 0.</summary>
    Iterations,
}
