using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Losses;

/// <summary>Cross-entropy over the columns of the output, one a class.</summary>
internal sealed class CrossEntropy : ILoss
{
    public Tensor Mean(Tensor output, Tensor targets) => nn.functional.cross_entropy(output, targets);

    public Tensor Sum(Tensor output, Tensor targets) => nn.functional.cross_entropy(output, targets, reduction: nn.Reduction.Sum);

    public Tensor Hits(Tensor output, Tensor targets)
    {
        using Tensor predicted = output.argmax(1);
        using Tensor hits = predicted.eq_(targets);
        return hits.sum(ScalarType.Int64);
    }

    public Tensor Predictions(Tensor output) => nn.functional.softmax(output, 1, ScalarType.Float64);

    public Tensor Outputs(Tensor predictions) => predictions.log();
}
