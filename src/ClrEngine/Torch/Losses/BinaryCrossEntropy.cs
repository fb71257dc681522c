using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Losses;

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
