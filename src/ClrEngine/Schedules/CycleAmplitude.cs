using System.Globalization;
using ClrEngine.Errors;

namespace ClrEngine.Schedules;

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
