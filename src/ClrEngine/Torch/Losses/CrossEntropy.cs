using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Losses;

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
