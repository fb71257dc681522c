using System.Globalization;
using System.Numerics;
using ClrEngine.Errors;

namespace ClrEngine.Schedules;

/// <summary>
/// The cyclic learning rate of Smith (arXiv 1506.01186): a triangle wave between two rates, whose amplitude
/// stays, halves each cycle, shrinks by gamma each step, or follows a function, with the momentum cycled the other way.
/// Names, defaults and values are those of PyTorch's <c>torch.optim.lr_scheduler.CyclicLR</c>;
/// <see cref="CycleMul"/>, <see cref="CycleDecay"/> and <see cref="CycleLimit"/> are named after timm's.
/// </summary>
public sealed record CyclicSchedule : LrSchedule, ICyclicSchedule, IBulkSchedule
{
    private readonly TriangleWave _wave;
    private readonly CycleAmplitude _amplitude;
    private readonly long _end;

    /// <summary>Makes a schedule.</summary>
    /// <param name="baseLr">The lower rate, above 0 and below <paramref name="maxLr"/>.</param>
    /// <param name="maxLr">The upper rate, which the first cycle reaches.</param>
    /// <param name="stepSizeUp">Steps from the lower to the upper rate.</param>
    /// <param name="stepSizeDown">Steps back down; as many as up if null.</param>
    /// <param name="mode">How the amplitude changes; <paramref name="scaleFunction"/> overrides it, as in PyTorch.</param>
    /// <param name="gamma">The factor by which each step shrinks the amplitude, in (0, 1]; used by <see cref="CyclicMode.ExpRange"/> alone.</param>
    /// <param name="cycleMomentum">Whether the momentum moves against the rate; if not, the optimiser keeps its own.</param>
    /// <param name="baseMomentum">The momentum at the top of a cycle, in [0, 1).</param>
    /// <param name="maxMomentum">The momentum at the bottom of a cycle, in [0, 1).</param>
    /// <param name="scaleFunction">The amplitude as a function of the cycle or the step; makes the mode <see cref="CyclicMode.Custom"/>.</param>
    /// <param name="cycleMul">How much longer each cycle is than the one before: 1, or at least 1.01.</param>
    /// <param name="cycleDecay">The factor by which each cycle shrinks the amplitude, in (0, 1], on top of the mode's own.</param>
    /// <param name="cycleLimit">After this many cycles the lower rate is held; never if null.</param>
    /// <param name="decayBase">Under <see cref="CyclicMode.ExpRange"/> both rates shrink by gamma each step, as the paper's text has it; else only the amplitude does, as in PyTorch.</param>
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
        bool decayBase = false)
    {
        BaseLr = Require.Positive(baseLr, nameof(BaseLr));
        MaxLr = Require.Positive(maxLr, nameof(MaxLr));
        if (BaseLr >= MaxLr)
            throw ScheduleErrors.NotBelow(nameof(BaseLr), baseLr, nameof(MaxLr), maxLr);
        _wave = new TriangleWave(stepSizeUp, stepSizeDown ?? stepSizeUp, cycleMul);
        Mode = scaleFunction is null ? Require.Defined(mode, nameof(Mode)) : CyclicMode.Custom;
        Gamma = ScheduleErrors.InShrinkingRange(gamma, nameof(Gamma), "0.99994");
        CycleMomentum = cycleMomentum;
        BaseMomentum = Require.InUnitInterval(baseMomentum, nameof(BaseMomentum));
        MaxMomentum = Require.InUnitInterval(maxMomentum, nameof(MaxMomentum));
        if (cycleMomentum && BaseMomentum > MaxMomentum)
            throw ScheduleErrors.NotBelow(nameof(BaseMomentum), baseMomentum, nameof(MaxMomentum), maxMomentum);
        if (Mode == CyclicMode.Custom && scaleFunction is null)
            throw new InvalidParameterException(nameof(ScaleFunction), null, "Mode is Custom and there is no ScaleFunction; give a function of the cycle or the step, or another mode.");
        ScaleFunction = scaleFunction;
        CycleDecay = ScheduleErrors.InShrinkingRange(cycleDecay, nameof(CycleDecay), "0.5");
        CycleLimit = cycleLimit is { } limit ? Require.AtLeast(limit, 1, nameof(CycleLimit)) : null;
        if (decayBase && Mode != CyclicMode.ExpRange)
            throw new InvalidParameterException(nameof(DecayBase), decayBase, $"DecayBase goes with Mode ExpRange and the mode is {Mode}; leave DecayBase out, or set the mode to ExpRange.");
        DecayBase = decayBase;
        _amplitude = new CycleAmplitude(Mode, gamma, cycleDecay, scaleFunction);
        _end = cycleLimit is { } cycles ? _wave.StartOf(cycles) : long.MaxValue;
    }

    /// <summary>The lower rate.</summary>
    public double BaseLr { get; }

    /// <summary>The upper rate of the first cycle.</summary>
    public double MaxLr { get; }

    /// <summary>Steps from the lower to the upper rate in the first cycle.</summary>
    public long StepSizeUp => _wave.StepSizeUp;

    /// <summary>Steps from the upper to the lower rate in the first cycle.</summary>
    public long StepSizeDown => _wave.StepSizeDown;

    /// <summary>Steps of the first whole cycle.</summary>
    public long CycleLength => _wave.CycleLength;

    /// <summary>How the amplitude changes.</summary>
    public CyclicMode Mode { get; }

    /// <summary>The factor by which each step shrinks the amplitude under <see cref="CyclicMode.ExpRange"/>.</summary>
    public double Gamma { get; }

    /// <summary>Whether the momentum moves against the rate.</summary>
    public bool CycleMomentum { get; }

    /// <summary>The momentum at the top of a cycle.</summary>
    public double BaseMomentum { get; }

    /// <summary>The momentum at the bottom of a cycle.</summary>
    public double MaxMomentum { get; }

    /// <summary>The amplitude's function under <see cref="CyclicMode.Custom"/>, else null.</summary>
    public ScaleFunction? ScaleFunction { get; }

    /// <summary>How much longer each cycle is than the one before.</summary>
    public double CycleMul => _wave.CycleMul;

    /// <summary>The factor by which each cycle shrinks the amplitude, on top of the mode's own.</summary>
    public double CycleDecay { get; }

    /// <summary>After this many cycles the lower rate is held; null for never.</summary>
    public long? CycleLimit { get; }

    /// <summary>Whether both rates shrink by gamma, and not the amplitude alone.</summary>
    public bool DecayBase { get; }

    /// <inheritdoc/>
    public override SchedulePoint At(long step)
    {
        long t = Math.Min(step, _end);
        (long cycle, double height) = _wave.At(t);
        double ofCycle = _amplitude.OfCycle(cycle);
        double ofStep = _amplitude.OfStep(t);
        double f = height * (ofCycle * ofStep);
        double rate = DecayBase ? Between(BaseLr, MaxLr, height * ofCycle) * ofStep : Between(BaseLr, MaxLr, f);
        double? momentum = CycleMomentum ? Between(MaxMomentum, BaseMomentum, f) : null;
        if (Mode == CyclicMode.Custom)
            ScheduleErrors.CheckCustom(step, f, rate, momentum);
        return new SchedulePoint(step, rate, momentum);
    }

    /// <inheritdoc/>
    public ScheduleCycle? CycleAt(long step) => step < _end ? _wave.CycleAt(step) : null;

    /// <summary>The share of the first cycle's amplitude that is left at a step; 1 means all of it.</summary>
    /// <param name="step">The step, from 0.</param>
    public double AmplitudeAt(long step)
    {
        long t = Math.Min(step, _end);
        return _amplitude.OfCycle(_wave.CycleAt(t).Index) * _amplitude.OfStep(t);
    }

    /// <summary>A line for people: mode, bounds and cycle.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Mode} {BaseLr:G4} to {MaxLr:G4}, cycle of {CycleLength} steps");

    /// <inheritdoc/>
    void IBulkSchedule.Fill(Span<double> rates, long from) =>
        new TriangleFill(_wave, _amplitude, BaseLr, MaxLr).Fill(rates, from, _end, this);

    // Exact at both ends, where base + (max - base) * 1 can miss max by a bit.
    private static double Between(double atZero, double atOne, double f) => atZero * (1 - f) + atOne * f;
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
    /// <summary>Wraps a function.</summary>
    /// <param name="function">Gives the share of the amplitude, usually from 0 to 1, for a cycle (from 1) or a step (from 0). It must give the same result each time.</param>
    /// <param name="mode">What the function is given.</param>
    /// <param name="text">The function's source where it has one: a schedule with text can be saved, one without cannot.</param>
    public ScaleFunction(Func<double, double> function, ScaleMode mode = ScaleMode.Cycle, string? text = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        (Function, Mode, Text) = (function, Errors.Require.Defined(mode, "ScaleMode"), text);
    }

    /// <summary>The function.</summary>
    public Func<double, double> Function { get; }

    /// <summary>What the function is given.</summary>
    public ScaleMode Mode { get; }

    /// <summary>The function's source, or null.</summary>
    public string? Text { get; }

    /// <summary>Whether both have the same text, or where there is none the same function.</summary>
    /// <param name="other">The other function.</param>
    public bool Equals(ScaleFunction? other) =>
        other is not null
        && Mode == other.Mode
        && Text == other.Text
        && (Text is not null || Function == other.Function);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Mode, Text ?? (object)Function);
}

/// <summary>What a scale function is given, as <c>scale_mode</c> of PyTorch's <c>CyclicLR</c>.</summary>
public enum ScaleMode
{
    /// <summary>The cycle, counted from 1.</summary>
    Cycle,

    /// <summary>The step, counted from 0.</summary>
    Iterations,
}

/// <summary>The share of the amplitude that is left: a factor of the cycle times a factor of the step.</summary>
internal sealed record CycleAmplitude
{
    private readonly CyclicMode _mode;
    private readonly double _cycleDecay;
    private readonly ScaleFunction? _function;

    public CycleAmplitude(CyclicMode mode, double gamma, double cycleDecay, ScaleFunction? function)
    {
        (_mode, _cycleDecay, _function) = (mode, cycleDecay, function);
        Powers = mode == CyclicMode.ExpRange ? new GeometricPowers(gamma) : null;
    }

    /// <summary>The powers of gamma under exp_range, else null.</summary>
    public GeometricPowers? Powers { get; }

    /// <summary>Whether every cycle is like the first.</summary>
    public bool NeverChanges => _mode == CyclicMode.Triangular && _cycleDecay == 1;

    /// <summary>The factor of a cycle, counted from 0.</summary>
    public double OfCycle(long cycle) => (_cycleDecay == 1 ? 1 : Math.Pow(_cycleDecay, cycle)) * (_mode switch
    {
        // A double's smallest positive value is 2^-1074: beyond that the amplitude is 0.
        CyclicMode.Triangular2 => Math.ScaleB(1.0, -(int)Math.Min(cycle, 1100)),
        CyclicMode.Custom when _function!.Mode == ScaleMode.Cycle => Call(cycle + 1),
        _ => 1.0,
    });

    /// <summary>The factor of a step, counted from 0.</summary>
    public double OfStep(long step) => _mode switch
    {
        CyclicMode.ExpRange => Powers!.At(step),
        CyclicMode.Custom when _function!.Mode == ScaleMode.Iterations => Call(step),
        _ => 1.0,
    };

    private double Call(long argument)
    {
        double scale = _function!.Function(argument);
        return double.IsFinite(scale)
            ? scale
            : throw new InvalidParameterException(
                "ScaleFunction",
                scale,
                string.Create(CultureInfo.InvariantCulture, $"ScaleFunction gave {scale} for {(_function.Mode == ScaleMode.Cycle ? "cycle" : "step")} {argument}; it must give a finite number, usually from 0 to 1."));
    }
}

/// <summary>A schedule that fills a run of rates faster than one by one, with the same bits.</summary>
internal interface IBulkSchedule
{
    /// <summary>Writes the rates of the steps from <paramref name="from"/> on, as many as there is room for.</summary>
    void Fill(Span<double> rates, long from);
}

/// <summary>
/// Fills a run of a cyclic schedule half a cycle at a time: the cycle is looked up once a half, and the rest is straight lines.
/// Where every cycle is alike, the first is copied. Each rate goes through the same operations in the same order as <see cref="CyclicSchedule.At"/>, so the bits agree.
/// </summary>
internal readonly ref struct TriangleFill(TriangleWave wave, CycleAmplitude amplitude, double baseLr, double maxLr)
{
    /// <summary>Fills the rates of the steps from <paramref name="from"/> on; from <paramref name="end"/> on the rate is held.</summary>
    public void Fill(Span<double> rates, long from, long end, CyclicSchedule schedule)
    {
        int moving = (int)Math.Min(rates.Length, Math.Max(0, end - from));
        bool repeats = amplitude.NeverChanges && wave.CycleMul == 1 && wave.CycleLength < moving;
        int computed = repeats ? (int)wave.CycleLength : moving;
        for (int done = 0; done < computed;)
            done += Half(rates[done..computed], from + done, schedule);
        for (int done = computed; done < moving; done += Math.Min(done, moving - done))
            rates[..Math.Min(done, moving - done)].CopyTo(rates[done..]);
        if (moving < rates.Length)
            rates[moving..].Fill(schedule.At(from + moving).LearningRate);
    }

    private int Half(Span<double> rates, long from, CyclicSchedule schedule)
    {
        ScheduleCycle cycle = wave.CycleAt(from);
        long up = wave.UpOf(cycle);
        long position = from - cycle.Start;
        bool rising = position <= up;
        int count = (int)Math.Min(rates.Length, rising ? up + 1 - position : cycle.Length - position);
        rates = rates[..count];
        if (cycle.Length > 1L << 53 || schedule.Mode == CyclicMode.Custom)
            OneByOne(rates, from, schedule);
        else if (amplitude.Powers is { } powers)
            Shrinking(rates, from, rising ? position : cycle.Length - position, rising ? 1 : -1, rising ? up : cycle.Length - up, amplitude.OfCycle(cycle.Index), powers, schedule.DecayBase);
        else
            Line(rates, rising ? position : cycle.Length - position, rising ? 1 : -1, rising ? up : cycle.Length - up, amplitude.OfCycle(cycle.Index));
        return count;
    }

    private static void OneByOne(Span<double> rates, long from, CyclicSchedule schedule)
    {
        for (int i = 0; i < rates.Length; i++)
            rates[i] = schedule.At(from + i).LearningRate;
    }

    private void Line(Span<double> rates, double position, double direction, double size, double ofCycle)
    {
        int i = 0;
        var low = new Vector<double>(baseLr);
        var high = new Vector<double>(maxLr);
        Vector<double> at = Lanes(position, direction);
        for (; i <= rates.Length - Vector<double>.Count; i += Vector<double>.Count, at += new Vector<double>(direction * Vector<double>.Count))
        {
            Vector<double> f = at / new Vector<double>(size) * new Vector<double>(ofCycle);
            (low * (Vector<double>.One - f) + high * f).CopyTo(rates[i..]);
        }
        for (; i < rates.Length; i++)
        {
            double f = (position + direction * i) / size * ofCycle;
            rates[i] = baseLr * (1 - f) + maxLr * f;
        }
    }

    private void Shrinking(Span<double> rates, long from, double position, double direction, double size, double ofCycle, GeometricPowers powers, bool decayBase)
    {
        for (int done = 0; done < rates.Length;)
        {
            int offset = (int)((from + done) & (GeometricPowers.Block - 1));
            int count = Math.Min(rates.Length - done, GeometricPowers.Block - offset);
            ShrinkingBlock(rates.Slice(done, count), position + direction * done, direction, size, ofCycle, powers.Anchor(from + done), powers.Within.Slice(offset, count), decayBase);
            done += count;
        }
    }

    private void ShrinkingBlock(Span<double> rates, double position, double direction, double size, double ofCycle, double anchor, ReadOnlySpan<double> within, bool decayBase)
    {
        int i = 0;
        var low = new Vector<double>(baseLr);
        var high = new Vector<double>(maxLr);
        Vector<double> at = Lanes(position, direction);
        for (; i <= rates.Length - Vector<double>.Count; i += Vector<double>.Count, at += new Vector<double>(direction * Vector<double>.Count))
        {
            Vector<double> ofStep = new Vector<double>(anchor) * new Vector<double>(within[i..]);
            Vector<double> share = new Vector<double>(ofCycle) * (decayBase ? Vector<double>.One : ofStep);
            Vector<double> f = at / new Vector<double>(size) * share;
            Vector<double> rate = low * (Vector<double>.One - f) + high * f;
            (decayBase ? rate * ofStep : rate).CopyTo(rates[i..]);
        }
        for (; i < rates.Length; i++)
        {
            double ofStep = anchor * within[i];
            double f = (position + direction * i) / size * (decayBase ? ofCycle : ofCycle * ofStep);
            double rate = baseLr * (1 - f) + maxLr * f;
            rates[i] = decayBase ? rate * ofStep : rate;
        }
    }

    private static Vector<double> Lanes(double position, double direction)
    {
        Span<double> lanes = stackalloc double[Vector<double>.Count];
        for (int lane = 0; lane < lanes.Length; lane++)
            lanes[lane] = position + direction * lane;
        return new Vector<double>(lanes);
    }
}

/// <summary>
/// The powers gamma^t, each the product of a power at a multiple of 256 and one of 256 remembered powers:
/// a run of them costs one multiplication each, and gives the same bits as asking for them one by one.
/// </summary>
internal sealed class GeometricPowers : IEquatable<GeometricPowers>
{
    /// <summary>Powers from one anchor to the next.</summary>
    public const int Block = 256;

    private readonly double _gamma;
    private readonly double[] _within = new double[Block];

    public GeometricPowers(double gamma)
    {
        _gamma = gamma;
        for (int i = 0; i < Block; i++)
            _within[i] = Math.Pow(gamma, i);
    }

    /// <summary>gamma^0 to gamma^255.</summary>
    public ReadOnlySpan<double> Within => _within;

    /// <summary>The power at the last multiple of 256 that is not past a step.</summary>
    public double Anchor(long step) => Math.Pow(_gamma, step & ~(Block - 1L));

    public double At(long step) => Anchor(step) * _within[(int)(step & (Block - 1))];

    public bool Equals(GeometricPowers? other) => other is not null && _gamma == other._gamma;

    public override bool Equals(object? obj) => Equals(obj as GeometricPowers);

    public override int GetHashCode() => _gamma.GetHashCode();
}
