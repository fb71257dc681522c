using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Models;

/// <summary>Option A of He et al. 2015: every second pixel, and channels of zeros where the block has more. It has no weights.</summary>
internal sealed class PaddedShortcut(long inputs, long outputs, long stride) : nn.Module<Tensor, Tensor>(nameof(PaddedShortcut))
{
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor strided = input.slice(2, 0, input.shape[2], stride).slice(3, 0, input.shape[3], stride);
        long before = (outputs - inputs) / 2;
        long after = outputs - inputs - before;
        return nn.functional.pad(strided, [0, 0, 0, 0, before, after]).MoveToOuterDisposeScope();
    }
}
