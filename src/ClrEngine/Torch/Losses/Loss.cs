using ClrEngine.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Losses;

/// <summary>
/// What a model learns to make small, and what counts as a right answer. Outputs are in 32 bits; targets are classes as whole numbers,
/// or values with a column each, scaled as <see cref="TargetScaling"/> says. Weights, one a class, lie on the device and are disposed with the loss; null where all weigh 1.
/// Whoever asks a loss has a dispose scope, with which goes what is made on the way.
/// </summary>
internal abstract class Loss(Tensor? weights = null) : IDisposable
{
    protected Tensor? Weights => weights;

    /// <summary>The loss that fits the targets of a training part.</summary>
    public static Loss Create(LossOptions options, TrainingData data, Device device)
    {
        Targets targets = data.Train.Targets;
        LossKind kind = options.KindFor(targets);
        Tensor? weights = options.WeightsFor(targets) is { } perClass
            ? tensor(Array.ConvertAll(perClass, weight => (float)weight), device: device).DetachFromDisposeScope()
            : null;
        Loss loss = Create(kind, options.ShapeFor(kind), data.TargetScaling, device, weights, options.LabelSmoothing);
        return options.Function is { } function ? new OwnLoss(function, loss) : loss;
    }

    /// <summary>The loss of a kind, shaped by a number, such as the focal loss's gamma, where it is shaped by one.</summary>
    public static Loss Create(LossKind kind, double? shape, FeatureScaling? scaling, Device device, Tensor? weights = null, double labelSmoothing = 0) => kind switch
    {
        LossKind.CrossEntropy => new CrossEntropy(weights, labelSmoothing),
        LossKind.Focal => new Focal(shape!.Value, weights),
        LossKind.BinaryCrossEntropy => new BinaryCrossEntropy(weights, labelSmoothing),
        LossKind.Huber => new Huber(shape!.Value, scaling, device),
        LossKind.Quantile => new Pinball(shape!.Value, scaling, device),
        _ => new MeanSquaredError(scaling, device),
    };

    /// <summary>The scaling that values to predict have when they are given to the loss; null for none.</summary>
    public virtual FeatureScaling? TargetScaling => null;

    /// <summary>What the mean loss of a step is multiplied by to be in the units of the targets.</summary>
    public virtual double Unit => 1;

    /// <summary>The mean loss of a batch: one number on the device, to be differentiated.</summary>
    public abstract Tensor Mean(Tensor output, Tensor targets);

    /// <summary>The loss summed over the samples, each with its weight, for evaluation.</summary>
    public abstract Tensor Sum(Tensor output, Tensor targets);

    /// <summary>The weights of the samples, summed on the device; null where each weighs 1.</summary>
    public Tensor? Weight(Tensor targets) => weights?.index_select(0, targets).sum();

    public virtual bool CountsHits => true;

    /// <summary>How many samples were answered rightly: one whole number on the device; null where the task has no classes.</summary>
    public abstract Tensor? Hits(Tensor output, Tensor targets);

    /// <summary>What outputs say, in a form whose mean over several models says something too: probabilities, or the values themselves.</summary>
    public virtual Tensor Predictions(Tensor output) => output.to_type(ScalarType.Float64, copy: true);

    /// <summary>The outputs that would say so: the way back from <see cref="Predictions"/>.</summary>
    public virtual Tensor Outputs(Tensor predictions) => predictions.alias();

    public virtual void Dispose() => weights?.Dispose();
}

/// <summary>Cross-entropy over the columns of the output, one a class; label smoothing spreads a share of each target over all classes.</summary>
internal class CrossEntropy(Tensor? weights = null, double labelSmoothing = 0) : Loss(weights)
{
    public override Tensor Mean(Tensor output, Tensor targets) => Reduced(output, targets, nn.Reduction.Mean);
    public override Tensor Sum(Tensor output, Tensor targets) => Reduced(output, targets, nn.Reduction.Sum);

    public override Tensor Hits(Tensor output, Tensor targets) => output.argmax(1).eq_(targets).sum(ScalarType.Int64);

    public override Tensor Predictions(Tensor output) => nn.functional.softmax(output, 1, ScalarType.Float64);
    public override Tensor Outputs(Tensor predictions) => predictions.log();

    protected virtual Tensor Reduced(Tensor output, Tensor targets, nn.Reduction reduction) =>
        nn.functional.cross_entropy(output, targets, Weights?.to(output.dtype), reduction: reduction, label_smoothing: labelSmoothing);
}

/// <summary>Cross-entropy times (1 - p) to the power of gamma, where p is the probability of the right class: what is answered well counts little (Lin et al. 2017, arXiv 1708.02002).</summary>
internal sealed class Focal(double gamma, Tensor? weights = null) : CrossEntropy(weights)
{
    protected override Tensor Reduced(Tensor output, Tensor targets, nn.Reduction reduction)
    {
        // At a probability that rounds to 1 a power below 1 has no finite slope.
        using Scalar power = gamma, least = 1e-7;
        Tensor each = nn.functional.cross_entropy(output, targets, reduction: nn.Reduction.None);
        Tensor focal = each.neg().expm1().neg().clamp_min(least).pow(power).mul(each);
        Tensor? like = Weights?.index_select(0, targets).to(output.dtype);
        Tensor weighted = like is null ? focal : focal.mul(like);
        return reduction == nn.Reduction.Sum ? weighted.sum() : like is null ? weighted.mean() : weighted.sum().div(like.sum());
    }
}

/// <summary>
/// Binary cross-entropy of logits, the mean over a sample's columns. Two classes are the values 0 and 1 of one column.
/// A sample is answered rightly where each of its columns is on the right side. Label smoothing moves a share of each target to the middle.
/// </summary>
internal sealed class BinaryCrossEntropy(Tensor? weights = null, double labelSmoothing = 0) : Loss(weights)
{
    // A probability of 0 or 1 has no finite logit.
    private const double Certain = 1e-12;

    public override Tensor Mean(Tensor output, Tensor targets) => Weight(targets) is { } weight
        ? Reduced(output, targets, nn.Reduction.Sum).div(weight)
        : Reduced(output, targets, nn.Reduction.Mean);

    public override Tensor Sum(Tensor output, Tensor targets)
    {
        using Scalar columns = output.shape[1];
        return Reduced(output, targets, nn.Reduction.Sum).div(columns);
    }

    public override Tensor Hits(Tensor output, Tensor targets)
    {
        using Scalar half = 0.5, zero = 0;
        return output.gt(zero).eq(Columns(targets, output.dtype).gt(half)).all(1).sum(ScalarType.Int64);
    }

    public override Tensor Predictions(Tensor output) => output.to(ScalarType.Float64).sigmoid();

    public override Tensor Outputs(Tensor predictions) => predictions.logit(Certain);

    private Tensor Reduced(Tensor output, Tensor targets, nn.Reduction reduction)
    {
        Tensor? column = Weights?.index_select(0, targets).to(output.dtype).unsqueeze(1);
        return nn.functional.binary_cross_entropy_with_logits(output, Smoothed(targets, output.dtype), column, reduction);
    }

    private Tensor Smoothed(Tensor targets, ScalarType type)
    {
        Tensor columns = Columns(targets, type);
        if (labelSmoothing == 0)
            return columns;
        using Scalar kept = 1 - labelSmoothing, middle = labelSmoothing / 2;
        return columns.mul(kept).add_(middle, Scalars.One);
    }

    // Classes come as whole numbers without a column.
    private static Tensor Columns(Tensor targets, ScalarType type) => targets.dim() == 2 ? targets.to(type) : targets.to(type).unsqueeze(1);
}

/// <summary>
/// A loss of the errors of values, the mean over a sample's values and over the samples. With a scaling targets and outputs are scaled values: it is each
/// column's scaled error that is made small, while sums and predictions are in the values' own units.
/// </summary>
/// <param name="degree">By which power of a column's unit its loss grows.</param>
/// <param name="scaling">How the values are scaled; null for not.</param>
/// <param name="device">Where it computes.</param>
internal abstract class ValueLoss(int degree, FeatureScaling? scaling, Device? device) : Loss
{
    private readonly Tensor? _means = scaling is null ? null : tensor(scaling.Means.ToArray(), device: device).DetachFromDisposeScope();
    private readonly Tensor? _deviations = scaling is null ? null : tensor(scaling.StandardDeviations.ToArray(), device: device).DetachFromDisposeScope();
    private readonly Tensor? _units = scaling is null ? null : tensor(scaling.StandardDeviations.Select(d => Math.Pow(d, degree)).ToArray(), device: device).DetachFromDisposeScope();

    public override FeatureScaling? TargetScaling => scaling;

    public override bool CountsHits => false;

    // Exact for one column; of several, whose errors a step does not keep apart, the mean.
    public override double Unit { get; } = scaling?.StandardDeviations.Average(d => Math.Pow(d, degree)) ?? 1;

    public override Tensor Mean(Tensor output, Tensor targets) => Reduced(output, targets, nn.Reduction.Mean);

    public override Tensor Sum(Tensor output, Tensor targets)
    {
        using Scalar columns = targets.shape[1];
        Tensor wanted = targets.to(output.dtype);
        Tensor sum = _units is null
            ? Reduced(output, wanted, nn.Reduction.Sum)
            : Reduced(output.to(ScalarType.Float64), wanted.to(ScalarType.Float64), nn.Reduction.None).mul_(_units).sum();
        return sum.div(columns);
    }

    public override Tensor? Hits(Tensor output, Tensor targets) => null;

    public override Tensor Predictions(Tensor output)
    {
        Tensor values = base.Predictions(output);
        return _means is null ? values : values.mul_(_deviations!).add_(_means);
    }

    public override Tensor Outputs(Tensor predictions) => _means is null ? base.Outputs(predictions) : predictions.sub(_means).div(_deviations!);

    public override void Dispose()
    {
        _means?.Dispose();
        _deviations?.Dispose();
        _units?.Dispose();
        base.Dispose();
    }

    protected abstract Tensor Reduced(Tensor output, Tensor wanted, nn.Reduction reduction);
}

/// <summary>The squared error.</summary>
internal sealed class MeanSquaredError(FeatureScaling? scaling = null, Device? device = null) : ValueLoss(2, scaling, device)
{
    /// <summary>What a squared error is measured against: that of an answer that always gives each column's mean.</summary>
    public static double VarianceOf(ValueTargets targets) => Enumerable.Range(0, targets.Width).Average(column =>
    {
        double[] values = [.. Enumerable.Range(0, (int)targets.Count).Select(row => targets.Values[row * targets.Width + column])];
        double mean = values[0] + values.Average(value => value - values[0]);
        return values.Average(value => (value - mean) * (value - mean));
    });

    protected override Tensor Reduced(Tensor output, Tensor wanted, nn.Reduction reduction) => nn.functional.mse_loss(output, wanted, reduction);
}

/// <summary>Half the squared error up to delta, in the unit of the scaled values, and from there on a line of that slope: outliers count less (Huber 1964).</summary>
internal sealed class Huber(double delta, FeatureScaling? scaling = null, Device? device = null) : ValueLoss(2, scaling, device)
{
    protected override Tensor Reduced(Tensor output, Tensor wanted, nn.Reduction reduction) => nn.functional.huber_loss(output, wanted, delta, reduction);
}

/// <summary>The error, weighed by the quantile where the output is too low and by what is left of 1 where it is too high: what is learnt is that quantile (Koenker and Bassett 1978).</summary>
internal sealed class Pinball(double quantile, FeatureScaling? scaling = null, Device? device = null) : ValueLoss(1, scaling, device)
{
    protected override Tensor Reduced(Tensor output, Tensor wanted, nn.Reduction reduction)
    {
        using Scalar above = quantile, below = quantile - 1;
        Tensor error = wanted.sub(output);
        Tensor each = error.mul(above).maximum(error.mul(below));
        return reduction switch
        {
            nn.Reduction.Mean => each.mean(),
            nn.Reduction.Sum => each.sum(),
            _ => each,
        };
    }
}

/// <summary>A loss of the user's own in the place of one of a kind, which says what outputs mean. Its value is reported as it is.</summary>
internal sealed class OwnLoss(LossFunction function, Loss ofKind) : Loss
{
    public override FeatureScaling? TargetScaling => ofKind.TargetScaling;

    public override bool CountsHits => ofKind.CountsHits;

    public override Tensor Mean(Tensor output, Tensor targets) => function.Of(output, targets);

    public override Tensor Sum(Tensor output, Tensor targets)
    {
        using Scalar samples = targets.shape[0];
        return function.Of(output, targets).mul(samples);
    }

    public override Tensor? Hits(Tensor output, Tensor targets) => ofKind.Hits(output, targets);

    public override Tensor Predictions(Tensor output) => ofKind.Predictions(output);

    public override Tensor Outputs(Tensor predictions) => ofKind.Outputs(predictions);

    public override void Dispose()
    {
        ofKind.Dispose();
        base.Dispose();
    }
}
