using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Losses;

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
