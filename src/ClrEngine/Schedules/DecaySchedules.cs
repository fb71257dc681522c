namespace ClrEngine.Schedules;

/// <summary>
/// A rate that falls once, from <see cref="MaxLr"/> at step 0 to <see cref="MinLr"/> at step <see cref="TotalSteps"/>, and stays there.
/// Values are those of PyTorch's <c>LinearLR</c>, <c>PolynomialLR</c>, <c>CosineAnnealingLR</c> and <c>ExponentialLR</c>;
/// 1 − √ is the decay of Hägele et al. (arXiv 2405.18392). The momentum stays the optimiser's own.
/// </summary>
public sealed record DecaySchedule : LrSchedule, ICyclicSchedule
{
    /// <summary>Makes a schedule; each parameter sets the property of its name.</summary>
    /// <exception cref="InvalidParameterException">A value is outside its range; the error names it.</exception>
    public DecaySchedule(double maxLr, long totalSteps, DecayShape shape = DecayShape.Cosine, double minLr = 0, double power = 1)
    {
        MaxLr = Require.Positive(maxLr, nameof(MaxLr));
        MinLr = Require.NotNegative(minLr, nameof(MinLr));
        if (MinLr >= MaxLr)
            throw ScheduleErrors.NotBelow(ScheduleErrors.MinLrNotBelowMaxLr, nameof(MinLr), minLr, nameof(MaxLr), maxLr);
        TotalSteps = Require.AtLeast(totalSteps, 1, nameof(TotalSteps));
        Shape = Require.Defined(shape, nameof(Shape));
        if (Shape == DecayShape.Exponential && MinLr == 0)
            throw new InvalidParameterException(nameof(MinLr), minLr, "MinLr is 0, which a rate that falls by the same factor each step never reaches; give MinLr above 0, such as a hundredth of MaxLr, or another Shape.");
        Power = Require.Positive(power, nameof(Power));
    }

    /// <summary>The rate at step 0, above <see cref="MinLr"/>.</summary>
    public double MaxLr { get; }

    /// <summary>Steps until the lower rate is reached, at least 1.</summary>
    public long TotalSteps { get; }

    /// <summary>How the rate falls.</summary>
    public DecayShape Shape { get; }

    /// <summary>The rate at step <see cref="TotalSteps"/> and after, at least 0; for an exponential decay above 0.</summary>
    public double MinLr { get; }

    /// <summary>The power of a polynomial decay, above 0.</summary>
    public double Power { get; }

    /// <inheritdoc/>
    public override SchedulePoint At(long step)
    {
        double left = (double)(TotalSteps - Math.Min(Require.AtLeast(step, 0, "Step"), TotalSteps)) / TotalSteps;
        // The ends are promised exactly, and rounding shall not lead beyond them.
        return new SchedulePoint(step, left switch
        {
            <= 0 => MinLr,
            >= 1 => MaxLr,
            _ => Math.Clamp(Shape == DecayShape.Exponential ? Math.Exp(Annealing.Mixed(Math.Log(MinLr), Math.Log(MaxLr), left)) : Annealing.Mixed(MinLr, MaxLr, Height(left)), MinLr, MaxLr),
        });
    }

    /// <summary>The whole decay; null when it is over.</summary>
    /// <exception cref="InvalidParameterException">The step is negative.</exception>
    public ScheduleCycle? CycleAt(long step) =>
        Require.AtLeast(step, 0, "Step") < TotalSteps ? new ScheduleCycle(0, 0, TotalSteps) : null;

    /// <summary>A line for people: shape, rates and length.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Shape} decay {MaxLr:G4} to {MinLr:G4} in {Counted.Of(TotalSteps, "step")}");

    // Of the height above the lower rate the share that is there when this share of the steps is left, in forms that lose no digits near the end.
    private double Height(double left) => Shape switch
    {
        DecayShape.Cosine => Math.Pow(Math.Sin(Math.PI / 2 * left), 2),
        DecayShape.Polynomial => Math.Pow(left, Power),
        DecayShape.OneMinusSqrt => left / (1 + Math.Sqrt(1 - left)),
        _ => left,
    };
}

/// <summary>How a decay falls, with s the share of its steps that are done.</summary>
public enum DecayShape
{
    /// <summary>Along half a cosine: (1 + cos πs) / 2 of the height is left.</summary>
    Cosine,

    /// <summary>Along a straight line: 1 − s is left.</summary>
    Linear,

    /// <summary>(1 − s) to a power is left.</summary>
    Polynomial,

    /// <summary>By the same factor each step.</summary>
    Exponential,

    /// <summary>1 − √s is left: fast at first, and slower towards the end.</summary>
    OneMinusSqrt,
}

/// <summary>A rate that is multiplied by the same factor at steps that are given, or every so many: PyTorch's <c>MultiStepLR</c> and <c>StepLR</c>. The momentum stays the optimiser's own.</summary>
public sealed record StepDecaySchedule : LrSchedule
{
    private readonly long[] _milestones;

    /// <summary>Makes a schedule; each parameter sets the property of its name.</summary>
    /// <exception cref="InvalidParameterException">A value is outside its range, or not one of <paramref name="stepSize"/> and <paramref name="milestones"/> is given.</exception>
    public StepDecaySchedule(double maxLr, long? stepSize = null, double gamma = 0.1, IReadOnlyList<long>? milestones = null)
    {
        MaxLr = Require.Positive(maxLr, nameof(MaxLr));
        _milestones = [.. ScheduleErrors.Rising(milestones ?? [], nameof(Milestones))];
        if ((stepSize is null) == (_milestones.Length == 0))
            throw new InvalidParameterException(nameof(StepSize), stepSize, "StepSize says every how many steps the rate falls, and Milestones at which; give one of them.");
        StepSize = stepSize is { } size ? Require.AtLeast(size, 1, nameof(StepSize)) : null;
        Gamma = Require.Share(gamma, nameof(Gamma), ", such as 0.1");
        Milestones = _milestones.Length == 0 ? null : Array.AsReadOnly(_milestones);
    }

    /// <summary>The rate at step 0, above 0.</summary>
    public double MaxLr { get; }

    /// <summary>The rate falls every so many steps, at least 1; null for milestones.</summary>
    public long? StepSize { get; }

    /// <summary>The factor by which the rate falls, in (0, 1].</summary>
    public double Gamma { get; }

    /// <summary>The steps at which the rate falls, rising, above 0; null for every <see cref="StepSize"/> steps.</summary>
    public IReadOnlyList<long>? Milestones { get; }

    /// <inheritdoc/>
    public override SchedulePoint At(long step)
    {
        Require.AtLeast(step, 0, "Step");
        int found = Array.BinarySearch(_milestones, step);
        long falls = StepSize is { } size ? step / size : found >= 0 ? found + 1 : ~found;
        return new SchedulePoint(step, MaxLr * Math.Pow(Gamma, falls));
    }

    /// <inheritdoc/>
    public bool Equals(StepDecaySchedule? other) =>
        other is not null && MaxLr.Equals(other.MaxLr) && StepSize == other.StepSize && Gamma.Equals(other.Gamma) && _milestones.AsSpan().SequenceEqual(other._milestones);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(MaxLr, StepSize, Gamma, _milestones.Aggregate(0, HashCode.Combine));

    /// <summary>A line for people: the first rate, the factor, and when.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"Step decay from {MaxLr:G4}, times {Gamma:G4} {(StepSize is { } size ? $"every {Counted.Of(size, "step")}" : $"at {Counted.Noun(_milestones.Length, "step")} {string.Join(", ", _milestones)}")}");
}
