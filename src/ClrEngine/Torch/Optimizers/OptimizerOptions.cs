using ClrEngine.Errors;

namespace ClrEngine.Torch.Optimizers;

/// <summary>The optimiser of a run, with PyTorch's names; where a value is null, the kind's own default holds.</summary>
public sealed record OptimizerOptions
{
    /// <summary>Which optimiser.</summary>
    public OptimizerKind Kind { get; init; } = OptimizerKind.Sgd;

    /// <summary>The momentum of SGD and RMSprop where the schedule sets none, in [0, 1); null for 0.9 with SGD and 0 with RMSprop.</summary>
    public double? Momentum { get; init; }

    /// <summary>Whether SGD looks ahead along its momentum (Nesterov); needs a momentum, and no dampening.</summary>
    public bool Nesterov { get; init; }

    /// <summary>By how much SGD damps the gradient that enters the momentum, in [0, 1); the first update is never damped.</summary>
    public double Dampening { get; init; }

    /// <summary>The decay of Adam's mean of gradients where the schedule sets no momentum, in [0, 1).</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>The decay of Adam's mean of squared gradients, in [0, 1).</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>The decay of RMSprop's mean of squared gradients, in [0, 1).</summary>
    public double Alpha { get; init; } = 0.99;

    /// <summary>What Adam and RMSprop add to their denominators, above 0.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>The weight decay, at least 0; null for 1e-4 with SGD, 0.01 with AdamW, and 0 with Adam and RMSprop.</summary>
    public double? WeightDecay { get; init; }

    /// <summary>Whether parameters with one dimension or none (biases, scales and shifts of norms) are spared the weight decay.</summary>
    public bool ExcludeBiasAndNorm { get; init; }

    /// <summary>The norm over all gradients beyond which they are scaled down to it before an update, above 0; null never scales.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>
    /// Patterns of parameter names with <c>*</c> and <c>?</c>, one a parameter group: a parameter belongs to the first that fits its name.
    /// Empty: all parameters are one group.
    /// </summary>
    public IReadOnlyList<string> ParameterGroups { get; init; } = [];

    /// <summary>The momentum in force where the schedule sets none.</summary>
    internal double OwnMomentum => Momentum ?? (Kind == OptimizerKind.Sgd ? 0.9 : 0);

    /// <summary>The weight decay in force.</summary>
    internal double OwnWeightDecay => WeightDecay ?? Kind switch
    {
        OptimizerKind.Sgd => 1e-4,
        OptimizerKind.AdamW => 0.01,
        _ => 0,
    };

    /// <summary>Refuses values that cannot be used.</summary>
    /// <exception cref="InvalidParameterException">A value is outside its range; the error names it.</exception>
    public void Validate()
    {
        Require.Defined(Kind, "Optimizer");
        Require.InUnitInterval(OwnMomentum, nameof(Momentum));
        Require.InUnitInterval(Dampening, nameof(Dampening));
        Require.InUnitInterval(Beta1, nameof(Beta1));
        Require.InUnitInterval(Beta2, nameof(Beta2));
        Require.InUnitInterval(Alpha, nameof(Alpha));
        Require.Positive(Epsilon, nameof(Epsilon));
        Require.NotNegative(OwnWeightDecay, nameof(WeightDecay));
        if (ClipNorm is { } norm)
            Require.Positive(norm, nameof(ClipNorm));
        if (Nesterov && (Kind != OptimizerKind.Sgd || OwnMomentum == 0 || Dampening != 0))
            throw new InvalidParameterException(nameof(Nesterov), Nesterov, "Nesterov needs SGD with a momentum above 0 and a dampening of 0; set those, or leave Nesterov out.");
    }
}
