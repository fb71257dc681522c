using System.Globalization;
using ClrEngine.Errors;

namespace ClrEngine.Schedules;

/// <summary>
/// The cyclic learning rate of Smith (arXiv 1506.01186): a triangle wave between two rates, whose amplitude
/// stays, halves each cycle, or shrinks by gamma each step, with the momentum cycled the other way.
/// Names, defaults and values are those of PyTorch's <c>torch.optim.lr_scheduler.CyclicLR</c>.
/// </summary>
public sealed record CyclicSchedule : ILrSchedule
{
    private readonly TriangleWave _wave;

    /// <summary>Makes a schedule.</summary>
    /// <param name="baseLr">The lower rate, above 0 and below <paramref name="maxLr"/>.</param>
    /// <param name="maxLr">The upper rate, which the first cycle reaches.</param>
    /// <param name="stepSizeUp">Steps from the lower to the upper rate.</param>
    /// <param name="stepSizeDown">Steps back down; as many as up if null.</param>
    /// <param name="mode">How the amplitude changes.</param>
    /// <param name="gamma">The factor by which each step shrinks the amplitude, in (0, 1]; used by <see cref="CyclicMode.ExpRange"/> alone.</param>
    /// <param name="cycleMomentum">Whether the momentum moves against the rate; if not, the optimiser keeps its own.</param>
    /// <param name="baseMomentum">The momentum at the top of a cycle, in [0, 1).</param>
    /// <param name="maxMomentum">The momentum at the bottom of a cycle, in [0, 1).</param>
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
        double maxMomentum = 0.9)
    {
        BaseLr = Require.Positive(baseLr, nameof(BaseLr));
        MaxLr = Require.Positive(maxLr, nameof(MaxLr));
        if (BaseLr >= MaxLr)
            throw NotBelow(nameof(BaseLr), baseLr, nameof(MaxLr), maxLr);
        _wave = new TriangleWave(stepSizeUp, stepSizeDown ?? stepSizeUp);
        Mode = Require.Defined(mode, nameof(Mode));
        Gamma = gamma is > 0 and <= 1
            ? gamma
            : throw new InvalidParameterException(nameof(Gamma), gamma, string.Create(CultureInfo.InvariantCulture, $"Gamma is {gamma}; give a number above 0 and at most 1, such as 0.99994."));
        CycleMomentum = cycleMomentum;
        BaseMomentum = Require.InUnitInterval(baseMomentum, nameof(BaseMomentum));
        MaxMomentum = Require.InUnitInterval(maxMomentum, nameof(MaxMomentum));
        if (cycleMomentum && BaseMomentum > MaxMomentum)
            throw NotBelow(nameof(BaseMomentum), baseMomentum, nameof(MaxMomentum), maxMomentum);
    }

    /// <summary>The lower rate.</summary>
    public double BaseLr { get; }

    /// <summary>The upper rate of the first cycle.</summary>
    public double MaxLr { get; }

    /// <summary>Steps from the lower to the upper rate.</summary>
    public long StepSizeUp => _wave.StepSizeUp;

    /// <summary>Steps from the upper to the lower rate.</summary>
    public long StepSizeDown => _wave.StepSizeDown;

    /// <summary>Steps of one whole cycle.</summary>
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

    /// <inheritdoc/>
    public SchedulePoint At(long step)
    {
        (long cycle, double height) = _wave.At(step);
        double f = height * Amplitude(cycle, step);
        return new SchedulePoint(
            step,
            Between(BaseLr, MaxLr, f),
            CycleMomentum ? Between(MaxMomentum, BaseMomentum, f) : null);
    }

    /// <summary>A line for people: mode, bounds and cycle.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Mode} {BaseLr:G4} to {MaxLr:G4}, cycle of {CycleLength} steps");

    // Exact at both ends, where base + (max - base) * 1 can miss max by a bit.
    private static double Between(double atZero, double atOne, double f) => atZero * (1 - f) + atOne * f;

    private double Amplitude(long cycle, long step) => Mode switch
    {
        // A double's smallest positive value is 2^-1074: beyond that the amplitude is 0.
        CyclicMode.Triangular2 => Math.ScaleB(1.0, -(int)Math.Min(cycle, 1100)),
        CyclicMode.ExpRange => Math.Pow(Gamma, step),
        _ => 1.0,
    };

    private static InvalidParameterException NotBelow(string lowName, double low, string highName, double high) => new(
        lowName,
        low,
        string.Create(CultureInfo.InvariantCulture, $"{lowName} ({low}) must be below {highName} ({high}); swap them, or lower {lowName}."),
        $"{lowName}NotBelow{highName}");
}
