using ClrEngine.Data;
using ClrEngine.Errors;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Losses;

/// <summary>What a model learns to make small, and what counts as a right answer.</summary>
internal interface ILoss : IDisposable
{
    /// <summary>The mean loss of a batch: one number on the device, to be differentiated.</summary>
    /// <param name="output">The model's output, in 32 bits.</param>
    /// <param name="targets">The targets of the same samples: classes as whole numbers, or values with a column each.</param>
    Tensor Mean(Tensor output, Tensor targets);

    /// <summary>The loss summed over the samples, each with its weight, for evaluation.</summary>
    /// <param name="output">The model's output, in 32 bits.</param>
    /// <param name="targets">The targets of the same samples.</param>
    Tensor Sum(Tensor output, Tensor targets);

    /// <summary>The weights of the samples, summed on the device; null where each weighs 1.</summary>
    /// <param name="targets">The targets.</param>
    Tensor? Weight(Tensor targets);

    /// <summary>Whether an answer can be right or wrong.</summary>
    bool CountsHits => true;

    /// <summary>How many samples were answered rightly: one whole number on the device; null where the task has no classes.</summary>
    /// <param name="output">The model's output, in 32 bits.</param>
    /// <param name="targets">The targets of the same samples.</param>
    Tensor? Hits(Tensor output, Tensor targets);

    /// <summary>What outputs say, in a form whose mean over several models says something too: probabilities, or the values themselves.</summary>
    /// <param name="output">The model's output, in 32 bits.</param>
    Tensor Predictions(Tensor output) => output.to_type(ScalarType.Float64, copy: true);

    /// <summary>The outputs that would say so: the way back from <see cref="Predictions"/>.</summary>
    /// <param name="predictions">Such predictions, or a mean of them.</param>
    Tensor Outputs(Tensor predictions) => predictions.alias();
}

/// <summary>Makes the loss that fits the targets.</summary>
internal static class LossFactory
{
    /// <summary>The loss.</summary>
    /// <param name="options">Which one, and how.</param>
    /// <param name="targets">The targets of the training part: balanced classes are counted here.</param>
    /// <param name="device">Where it is computed.</param>
    /// <exception cref="InvalidParameterException">The options are not for such targets.</exception>
    public static ILoss Create(LossOptions options, Targets targets, Device device) => options.KindFor(targets) switch
    {
        LossKind.CrossEntropy => new CrossEntropy(Weights(options, targets, device), options.LabelSmoothing),
        LossKind.BinaryCrossEntropy => new BinaryCrossEntropy(Weights(options, targets, device), options.LabelSmoothing),
        _ => new MeanSquaredError(),
    };

    private static Tensor? Weights(LossOptions options, Targets targets, Device device) =>
        options.ClassWeights is { } weights && targets is ClassTargets classes
            ? tensor(Array.ConvertAll(weights.For(classes), weight => (float)weight), device: device).DetachFromDisposeScope()
            : null;
}

/// <summary>Cross-entropy over the columns of the output, one a class.</summary>
/// <param name="weights">The weight of each class, on the device, which is disposed with the loss; null where all weigh 1.</param>
/// <param name="labelSmoothing">The share of each target that is spread over all classes.</param>
internal sealed class CrossEntropy(Tensor? weights = null, double labelSmoothing = 0) : ILoss
{
    public Tensor Mean(Tensor output, Tensor targets) => Reduced(output, targets, nn.Reduction.Mean);

    public Tensor Sum(Tensor output, Tensor targets) => Reduced(output, targets, nn.Reduction.Sum);

    public Tensor? Weight(Tensor targets)
    {
        using Tensor? each = weights?.index_select(0, targets);
        return each?.sum();
    }

    public Tensor Hits(Tensor output, Tensor targets)
    {
        using Tensor predicted = output.argmax(1);
        using Tensor hits = predicted.eq_(targets);
        return hits.sum(ScalarType.Int64);
    }

    public Tensor Predictions(Tensor output) => nn.functional.softmax(output, 1, ScalarType.Float64);

    public Tensor Outputs(Tensor predictions) => predictions.log();

    public void Dispose() => weights?.Dispose();

    private Tensor Reduced(Tensor output, Tensor targets, nn.Reduction reduction)
    {
        using Tensor? like = weights?.to(output.dtype);
        return nn.functional.cross_entropy(output, targets, like, reduction: reduction, label_smoothing: labelSmoothing);
    }
}

/// <summary>
/// Binary cross-entropy of logits, the mean over a sample's columns. Two classes are the values 0 and 1 of one column.
/// A sample is answered rightly where each of its columns is on the right side.
/// </summary>
/// <param name="weights">The weights of the two classes, on the device, which are disposed with the loss; null where both weigh 1.</param>
/// <param name="labelSmoothing">The share of each target that is moved to the middle.</param>
internal sealed class BinaryCrossEntropy(Tensor? weights = null, double labelSmoothing = 0) : ILoss
{
    // A probability of 0 or 1 has no finite logit.
    private const double Certain = 1e-12;

    public Tensor Mean(Tensor output, Tensor targets)
    {
        if (weights is null)
            return Reduced(output, targets, nn.Reduction.Mean);
        using Tensor sum = Reduced(output, targets, nn.Reduction.Sum);
        using Tensor weight = Weight(targets)!;
        return sum.div(weight);
    }

    public Tensor Sum(Tensor output, Tensor targets)
    {
        using Tensor sum = Reduced(output, targets, nn.Reduction.Sum);
        using Scalar columns = output.shape[1];
        return sum.div(columns);
    }

    public Tensor? Weight(Tensor targets)
    {
        using Tensor? each = weights?.index_select(0, targets);
        return each?.sum();
    }

    public Tensor Hits(Tensor output, Tensor targets)
    {
        using Tensor columns = Columns(targets, output.dtype);
        using Scalar half = 0.5, zero = 0;
        using Tensor wanted = columns.gt(half);
        using Tensor predicted = output.gt(zero);
        using Tensor right = predicted.eq(wanted);
        using Tensor all = right.all(1);
        return all.sum(ScalarType.Int64);
    }

    public Tensor Predictions(Tensor output)
    {
        using Tensor wide = output.to(ScalarType.Float64);
        return wide.sigmoid();
    }

    public Tensor Outputs(Tensor predictions) => predictions.logit(Certain);

    public void Dispose() => weights?.Dispose();

    private Tensor Reduced(Tensor output, Tensor targets, nn.Reduction reduction)
    {
        using Tensor wanted = Smoothed(targets, output.dtype);
        using Tensor? each = weights?.index_select(0, targets);
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

/// <summary>The squared error, the mean over a sample's values and over the samples.</summary>
internal sealed class MeanSquaredError : ILoss
{
    public Tensor Mean(Tensor output, Tensor targets) => nn.functional.mse_loss(output, targets);

    public Tensor Sum(Tensor output, Tensor targets)
    {
        using Tensor like = targets.to(output.dtype);
        using Tensor sum = nn.functional.mse_loss(output, like, nn.Reduction.Sum);
        using Scalar columns = targets.shape[1];
        return sum.div(columns);
    }

    public Tensor? Weight(Tensor targets) => null;

    public bool CountsHits => false;

    public Tensor? Hits(Tensor output, Tensor targets) => null;

    public void Dispose()
    {
    }
}

/// <summary>How far values lie from their means: what a squared error is measured against.</summary>
internal static class TargetVariance
{
    /// <summary>The variance of each column over the samples, the mean over the columns: the squared error of who always answers the means.</summary>
    public static double Mean(ValueTargets targets)
    {
        double sum = 0;
        for (int column = 0; column < targets.Width; column++)
        {
            double mean = 0, squares = 0;
            for (int i = column; i < targets.Values.Length; i += targets.Width)
                mean += targets.Values[i];
            mean /= targets.Count;
            for (int i = column; i < targets.Values.Length; i += targets.Width)
                squares += (targets.Values[i] - mean) * (targets.Values[i] - mean);
            sum += squares / targets.Count;
        }
        return sum / targets.Width;
    }
}
