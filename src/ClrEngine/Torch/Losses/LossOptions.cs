using ClrEngine.Data;

namespace ClrEngine.Torch.Losses;

/// <summary>The loss of a run.</summary>
public sealed record LossOptions
{
    private static readonly ErrorCause LossNotForData = new(nameof(LossNotForData), ErrorKind.InvalidArgument,
        "The loss does not fit the targets of the data.", "Use the loss in the message, or leave out `-Loss`.");

    /// <summary>The loss; null for cross-entropy where the data has classes and the mean squared error where it has values.</summary>
    public LossKind? Kind { get; init; }

    /// <summary>The share of each target that is spread evenly over all classes, in [0, 1): Szegedy et al. 2015 (arXiv 1512.00567), as in PyTorch.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>How much the samples of each class weigh; null for all alike.</summary>
    public ClassWeights? ClassWeights { get; init; }

    /// <summary>The loss that targets get; refused where the options are not for such targets.</summary>
    internal LossKind KindFor(Targets targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        Validate();
        LossKind kind = Kind ?? (targets is ClassTargets ? LossKind.CrossEntropy : LossKind.MeanSquaredError);
        switch (kind, targets)
        {
            case (LossKind.CrossEntropy, ValueTargets):
                throw NotFor(kind, "needs classes, but this data has values", LossKind.MeanSquaredError);
            case (LossKind.MeanSquaredError, ClassTargets):
                throw NotFor(kind, "needs values, but this data has classes", LossKind.CrossEntropy);
            case (LossKind.BinaryCrossEntropy, ClassTargets { Classes: not 2 } classes):
                throw NotFor(kind, $"needs two classes, but this data has {classes.Classes}", LossKind.CrossEntropy);
            case (LossKind.BinaryCrossEntropy, ValueTargets values) when values.Values.Any(static v => v is < 0 or > 1):
                throw NotFor(kind, string.Create(CultureInfo.InvariantCulture, $"needs values from 0 to 1, but this data has {values.Values.First(static v => v is < 0 or > 1)}"), LossKind.MeanSquaredError);
        }
        if (kind == LossKind.MeanSquaredError && LabelSmoothing != 0)
            throw new InvalidParameterException(nameof(LabelSmoothing), LabelSmoothing, "LabelSmoothing is for classes; leave it out where values are learnt.");
        if (ClassWeights is not null && targets is not ClassTargets)
            throw new InvalidParameterException("ClassWeight", ClassWeights, "ClassWeight is for classes; leave it out where values are learnt.");
        return kind;
    }

    /// <summary>How many columns a model's output needs: one a class, one for two classes under binary cross-entropy, one a value.</summary>
    /// <exception cref="InvalidParameterException">The options are not for such targets.</exception>
    public int OutputsFor(Targets targets) => (KindFor(targets), targets) switch
    {
        (LossKind.BinaryCrossEntropy, ClassTargets) => 1,
        (_, ClassTargets classes) => classes.Classes,
        _ => ((ValueTargets)targets).Width,
    };

    /// <summary>Refuses what fits no data.</summary>
    internal void Validate()
    {
        Require.InUnitInterval(LabelSmoothing, nameof(LabelSmoothing));
        Require.Defined(Kind ?? default, "Loss");
    }

    /// <summary>The weight of each class, counted in the training part's targets; null where all weigh 1.</summary>
    internal double[]? WeightsFor(Targets targets) => targets is ClassTargets classes ? ClassWeights?.For(classes) : null;

    private static InvalidParameterException NotFor(LossKind kind, string reason, LossKind fitting) =>
        new("Loss", kind, $"Loss {kind} {reason}; use -Loss {fitting}.", LossNotForData);
}

/// <summary>What a model learns to make small.</summary>
public enum LossKind
{
    /// <summary>Cross-entropy over one output a class; the loss of data with classes if none is named.</summary>
    CrossEntropy,

    /// <summary>The mean squared error of one output a value (regression); the loss of data with values if none is named.</summary>
    MeanSquaredError,

    /// <summary>Binary cross-entropy of logits: one output for two classes, or one for each value from 0 to 1 (several labels a sample).</summary>
    BinaryCrossEntropy,
}
