using ClrEngine.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Losses;

/// <summary>
/// What a model learns to make small, and what counts as a right answer. Outputs are in 32 bits; targets are classes as whole numbers,
/// or values with a column each, scaled as <see cref="TargetScaling"/> says. Weights, one a class, lie on the device and are disposed with the loss; null where all weigh 1.
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
        return Create(kind, data.TargetScaling, device, weights, options.LabelSmoothing);
    }

    public static Loss Create(LossKind kind, FeatureScaling? scaling, Device device, Tensor? weights = null, double labelSmoothing = 0) => kind switch
    {
        LossKind.CrossEntropy => new CrossEntropy(weights, labelSmoothing),
        LossKind.BinaryCrossEntropy => new BinaryCrossEntropy(weights, labelSmoothing),
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
    public Tensor? Weight(Tensor targets)
    {
        using Tensor? each = weights?.index_select(0, targets);
        return each?.sum();
    }

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
internal sealed class CrossEntropy(Tensor? weights = null, double labelSmoothing = 0) : Loss(weights)
{
    public override Tensor Mean(Tensor output, Tensor targets) => Reduced(output, targets, nn.Reduction.Mean);
    public override Tensor Sum(Tensor output, Tensor targets) => Reduced(output, targets, nn.Reduction.Sum);

    public override Tensor Hits(Tensor output, Tensor targets)
    {
        using Tensor predicted = output.argmax(1);
        using Tensor hits = predicted.eq_(targets);
        return hits.sum(ScalarType.Int64);
    }

    public override Tensor Predictions(Tensor output) => nn.functional.softmax(output, 1, ScalarType.Float64);
    public override Tensor Outputs(Tensor predictions) => predictions.log();

    private Tensor Reduced(Tensor output, Tensor targets, nn.Reduction reduction)
    {
        using Tensor? like = Weights?.to(output.dtype);
        return nn.functional.cross_entropy(output, targets, like, reduction: reduction, label_smoothing: labelSmoothing);
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

    public override Tensor Mean(Tensor output, Tensor targets)
    {
        if (Weights is null)
            return Reduced(output, targets, nn.Reduction.Mean);
        using Tensor sum = Reduced(output, targets, nn.Reduction.Sum);
        using Tensor weight = Weight(targets)!;
        return sum.div(weight);
    }

    public override Tensor Sum(Tensor output, Tensor targets)
    {
        using Tensor sum = Reduced(output, targets, nn.Reduction.Sum);
        using Scalar columns = output.shape[1];
        return sum.div(columns);
    }

    public override Tensor Hits(Tensor output, Tensor targets)
    {
        using Tensor columns = Columns(targets, output.dtype);
        using Scalar half = 0.5, zero = 0;
        using Tensor wanted = columns.gt(half);
        using Tensor predicted = output.gt(zero);
        using Tensor right = predicted.eq(wanted);
        using Tensor all = right.all(1);
        return all.sum(ScalarType.Int64);
    }

    public override Tensor Predictions(Tensor output)
    {
        using Tensor wide = output.to(ScalarType.Float64);
        return wide.sigmoid();
    }

    public override Tensor Outputs(Tensor predictions) => predictions.logit(Certain);

    private Tensor Reduced(Tensor output, Tensor targets, nn.Reduction reduction)
    {
        using Tensor wanted = Smoothed(targets, output.dtype);
        using Tensor? each = Weights?.index_select(0, targets);
        using Tensor? like = each?.to(output.dtype);
        using Tensor? column = like?.unsqueeze(1);
        return nn.functional.binary_cross_entropy_with_logits(output, wanted, column, reduction);
    }

    private Tensor Smoothed(Tensor targets, ScalarType type)
    {
        Tensor columns = Columns(targets, type);
        if (labelSmoothing == 0)
            return columns;
        using (columns)
        {
            using Scalar kept = 1 - labelSmoothing, middle = labelSmoothing / 2;
            return columns.mul(kept).add_(middle, Scalars.One);
        }
    }

    // Classes come as whole numbers without a column.
    private static Tensor Columns(Tensor targets, ScalarType type)
    {
        if (targets.dim() == 2)
            return targets.to(type);
        using Tensor numbers = targets.to(type);
        return numbers.unsqueeze(1);
    }
}

/// <summary>
/// The squared error, the mean over a sample's values and over the samples. With a scaling targets and outputs are scaled values: it is each column's
/// scaled error that is made small, while sums and predictions are in the values' own units.
/// </summary>
internal sealed class MeanSquaredError(FeatureScaling? scaling = null, Device? device = null) : Loss
{
    private readonly Tensor? _means = scaling is null ? null : tensor(scaling.Means.ToArray(), device: device).DetachFromDisposeScope();
    private readonly Tensor? _deviations = scaling is null ? null : tensor(scaling.StandardDeviations.ToArray(), device: device).DetachFromDisposeScope();

    public override FeatureScaling? TargetScaling => scaling;

    public override bool CountsHits => false;

    // Exact for one column; of several, whose errors a step does not keep apart, the mean.
    public override double Unit { get; } = scaling?.StandardDeviations.Average(d => d * d) ?? 1;

    /// <summary>What a squared error is measured against: that of an answer that always gives each column's mean.</summary>
    public static double VarianceOf(ValueTargets targets)
    {
        return Enumerable.Range(0, targets.Width).Average(column =>
        {
            double[] values = [.. Enumerable.Range(0, (int)targets.Count).Select(row => targets.Values[row * targets.Width + column])];
            double mean = values[0] + values.Average(value => value - values[0]);
            return values.Average(value => (value - mean) * (value - mean));
        });
    }

    public override Tensor Mean(Tensor output, Tensor targets) => nn.functional.mse_loss(output, targets);

    public override Tensor Sum(Tensor output, Tensor targets)
    {
        using Scalar columns = targets.shape[1];
        using Tensor wanted = targets.to(output.dtype);
        if (_deviations is null)
        {
            using Tensor sum = nn.functional.mse_loss(output, wanted, nn.Reduction.Sum);
            return sum.div(columns);
        }
        using Tensor difference = output.sub(wanted);
        using Tensor errors = difference.to(ScalarType.Float64);
        using Tensor squares = errors.mul_(_deviations).square();
        using Tensor total = squares.sum();
        return total.div(columns);
    }

    public override Tensor? Hits(Tensor output, Tensor targets) => null;

    public override Tensor Predictions(Tensor output)
    {
        Tensor values = base.Predictions(output);
        return _means is null ? values : values.mul_(_deviations!).add_(_means);
    }

    public override Tensor Outputs(Tensor predictions)
    {
        if (_means is null)
            return base.Outputs(predictions);
        using Tensor centred = predictions.sub(_means);
        return centred.div(_deviations!);
    }

    public override void Dispose()
    {
        _means?.Dispose();
        _deviations?.Dispose();
        base.Dispose();
    }
}
