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

    /// <summary>By which power the focal loss lets what is answered well count less, at least 0; null for 2, as in its paper.</summary>
    public double? FocalGamma { get; init; }

    /// <summary>From which error on Huber's loss is a line, above 0, in standard deviations of the targets, or in their unit where they are not scaled; null for 1.</summary>
    public double? HuberDelta { get; init; }

    /// <summary>The quantile that is learnt under the quantile loss, above 0 and below 1; null for 0.5, the median.</summary>
    public double? Quantile { get; init; }

    /// <summary>What is made small in place of the loss, which then says only what outputs mean; null for the loss itself.</summary>
    public LossFunction? Function { get; init; }

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
            case (_, ValueTargets) when kind.IsOfSoftmax():
                throw NotFor(kind, "needs classes, but this data has values", LossKind.MeanSquaredError);
            case (_, ClassTargets) when kind.IsOfErrors():
                throw NotFor(kind, "needs values, but this data has classes", LossKind.CrossEntropy);
            case (LossKind.BinaryCrossEntropy, ClassTargets { Classes: not 2 } classes):
                throw NotFor(kind, $"needs two classes, but this data has {classes.Classes}", LossKind.CrossEntropy);
            case (LossKind.BinaryCrossEntropy, ValueTargets values) when values.Values.Any(static v => v is < 0 or > 1):
                throw NotFor(kind, string.Create(CultureInfo.InvariantCulture, $"needs values from 0 to 1, but this data has {values.Values.First(static v => v is < 0 or > 1)}"), LossKind.MeanSquaredError);
        }
        if (kind.IsOfErrors() && LabelSmoothing != 0)
            throw new InvalidParameterException(nameof(LabelSmoothing), LabelSmoothing, "LabelSmoothing is for classes; leave it out where values are learnt.");
        if (kind == LossKind.Focal && LabelSmoothing != 0)
            throw new InvalidParameterException(nameof(LabelSmoothing), LabelSmoothing, "LabelSmoothing has no effect with -Loss Focal; leave one of both out.");
        if (Function is not null && (LabelSmoothing != 0 || ClassWeights is not null || FocalGamma is not null || HuberDelta is not null || Quantile is not null))
            throw new InvalidParameterException(nameof(LossFunction), Function, "LossFunction takes the place of the loss, on which LabelSmoothing, ClassWeight, FocalGamma, HuberDelta and Quantile have no effect then; leave them out.");
        foreach ((LossKind of, string name, double? value) in ((LossKind, string, double?)[])[(LossKind.Focal, nameof(FocalGamma), FocalGamma), (LossKind.Huber, nameof(HuberDelta), HuberDelta), (LossKind.Quantile, nameof(Quantile), Quantile)])
        {
            if (value is not null && kind != of)
                throw new InvalidParameterException(name, value, $"{name} is of -Loss {of}, and has no effect with {kind}: give that loss, or leave {name} out.");
        }
        if (ClassWeights is not null && targets is not ClassTargets)
            throw new InvalidParameterException("ClassWeight", ClassWeights, "ClassWeight is for classes; leave it out where values are learnt, or give -ClassWeight $null where an earlier run brings it along.");
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
        Function?.RequireCode();
        Check(nameof(FocalGamma), FocalGamma, FocalGamma is null or >= 0 and < double.PositiveInfinity, "a finite number of at least 0");
        Check(nameof(HuberDelta), HuberDelta, HuberDelta is null or > 0 and < double.PositiveInfinity, "a finite number above 0");
        Check(nameof(Quantile), Quantile, Quantile is null or > 0 and < 1, "a number above 0 and below 1");

        static void Check(string name, double? value, bool isRight, string wanted)
        {
            if (!isRight) throw new InvalidParameterException(name, value, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; give {wanted}."));
        }
    }

    /// <summary>What is left of these where another loss takes the place of theirs: what was said of that one, and the other has no use for, goes. A function of one's own has a use for nothing.</summary>
    internal LossOptions ForOther(LossKind? kind, bool isOwn)
    {
        bool takesClasses = !isOwn && kind?.IsOfErrors() != true;
        return new LossOptions
        {
            Kind = kind,
            FocalGamma = !isOwn && kind == LossKind.Focal ? FocalGamma : null,
            HuberDelta = !isOwn && kind == LossKind.Huber ? HuberDelta : null,
            Quantile = !isOwn && kind == LossKind.Quantile ? Quantile : null,
            LabelSmoothing = takesClasses && kind != LossKind.Focal ? LabelSmoothing : 0,
            ClassWeights = takesClasses ? ClassWeights : null,
        };
    }

    /// <summary>The number that shapes a loss; null where it has none.</summary>
    internal double? ShapeFor(LossKind kind) => kind switch
    {
        LossKind.Focal => FocalGamma ?? 2,
        LossKind.Huber => HuberDelta ?? 1,
        LossKind.Quantile => Quantile ?? 0.5,
        _ => null,
    };

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

    /// <summary>Cross-entropy that lets what is answered well count little, for rare classes.</summary>
    Focal,

    /// <summary>Half the squared error, and for large errors the absolute one, for values with outliers.</summary>
    Huber,

    /// <summary>The error weighed by its sign: a quantile of the values is learnt, such as the median.</summary>
    Quantile,
}

/// <summary>What kinds of losses have in common.</summary>
internal static class LossKinds
{
    /// <summary>Whether it is of the errors of values, and not of probabilities.</summary>
    public static bool IsOfErrors(this LossKind kind) => kind is LossKind.MeanSquaredError or LossKind.Huber or LossKind.Quantile;

    /// <summary>Whether outputs are one a class, whose softmax is how likely each is.</summary>
    public static bool IsOfSoftmax(this LossKind kind) => kind is LossKind.CrossEntropy or LossKind.Focal;
}

/// <summary>How much the samples of each class weigh in the loss, which is the weighted mean over the samples (as PyTorch has it).</summary>
public sealed record ClassWeights
{
    private ClassWeights()
    {
    }

    /// <summary>Each class weighs as much as every other: samples over classes times the class's samples, counted in the training part.</summary>
    public static ClassWeights Balanced { get; } = new() { IsBalanced = true };

    /// <summary>Whether the weights follow from the counts of the classes.</summary>
    public bool IsBalanced { get; private init; }

    /// <summary>A weight for each class in the order of the classes; null where they are given otherwise.</summary>
    public IReadOnlyList<double>? PerClass { get; private init; }

    /// <summary>A weight for some classes by their names, the others weigh 1; null where they are given otherwise.</summary>
    public IReadOnlyDictionary<string, double>? PerName { get; private init; }

    /// <summary>A weight for each class: as many finite numbers above 0 as there are classes.</summary>
    public static ClassWeights From(IEnumerable<double> weights) => new() { PerClass = weights.Select(Usable).ToArray() };

    /// <summary>Weights for some classes, finite numbers above 0 by their names; the others weigh 1.</summary>
    public static ClassWeights From(IReadOnlyDictionary<string, double> weights) =>
        new() { PerName = new SortedDictionary<string, double>(weights.ToDictionary(w => w.Key, w => Usable(w.Value)), StringComparer.Ordinal) };

    internal double[] For(ClassTargets targets) => IsBalanced ? ByCount(targets) : PerName is not null ? ByName(targets) : ByNumber(targets);

    // A class without a training sample has no count to be weighed by; it counts as any sample would.
    private static double[] ByCount(ClassTargets targets)
    {
        var counts = new long[targets.Classes];
        foreach (long label in targets.Labels)
            counts[label]++;
        int present = counts.Count(count => count > 0);
        return Array.ConvertAll(counts, count => count > 0 ? (double)targets.Count / present / count : 1);
    }

    private double[] ByName(ClassTargets targets)
    {
        if (PerName!.Keys.FirstOrDefault(name => !targets.ClassNames.Contains(name)) is { } stranger)
            throw Refused(stranger, $"there is no class '{stranger}'; the classes are {string.Join(", ", targets.ClassNames)}.");
        return targets.ClassNames.Select(name => PerName.GetValueOrDefault(name, 1)).ToArray();
    }

    private double[] ByNumber(ClassTargets targets) => PerClass!.Count == targets.Classes
        ? [.. PerClass]
        : throw Refused(PerClass, $"there are {Counted.Of(PerClass.Count, "weight")} for {Counted.Of(targets.Classes, "class", "classes")}; give one for each of {string.Join(", ", targets.ClassNames)}.");

    // A batch of samples that all weigh 0 has no mean.
    private static double Usable(double weight) => double.IsFinite(weight) && weight > 0
        ? weight
        : throw Refused(weight, string.Create(CultureInfo.InvariantCulture, $"a class weighs {weight}; give finite numbers above 0."));

    private static InvalidParameterException Refused(object value, string reason) => new("ClassWeight", value, $"ClassWeight does not fit: {reason}");
}

/// <summary>How much samples weigh together, where classes weigh differently: known on the host, so that the device is not waited for.</summary>
internal sealed class SampleWeights(ClassTargets targets, double[] perClass)
{
    /// <summary>The weights of a training part; null where each sample weighs 1.</summary>
    public static SampleWeights? From(LossOptions options, Targets targets) =>
        options.WeightsFor(targets) is { } perClass ? new SampleWeights((ClassTargets)targets, perClass) : null;

    public double Sum(ReadOnlySpan<long> samples)
    {
        double sum = 0;
        foreach (long sample in samples)
            sum += perClass[targets.Labels[(int)sample]];
        return sum;
    }
}
