using ClrEngine.Errors;

namespace ClrEngine.Torch.Optimizers;

/// <summary>The optimiser of a run.</summary>
public sealed record OptimizerOptions
{
    /// <summary>The momentum where the schedule sets none, in [0, 1).</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>The factor of the L2 penalty that is added to each gradient, at least 0.</summary>
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>Refuses values that cannot be used.</summary>
    /// <exception cref="InvalidParameterException">A value is outside its range; the error names it.</exception>
    public void Validate()
    {
        Require.InUnitInterval(Momentum, nameof(Momentum));
        Require.NotNegative(WeightDecay, nameof(WeightDecay));
    }
}
