using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Cycles;

/// <summary>
/// Takes the running statistics of batch normalisation anew for weights that were never trained together, as PyTorch's
/// <c>torch.optim.swa_utils.update_bn</c> does; here each sample counts alike, and no other layer is in training mode,
/// so that no random number is drawn.
/// </summary>
internal static class BatchNormStatistics
{
    /// <summary>Goes through samples once.</summary>
    /// <param name="model">The module, in evaluation mode before and after. One without batch normalisation is left alone.</param>
    /// <param name="forward">Calls it.</param>
    /// <param name="batches">Batches of features; each is disposed here.</param>
    public static void TakeAnew(nn.Module<Tensor, Tensor> model, Func<Tensor, Tensor> forward, IEnumerable<Tensor> batches)
    {
        BatchNorm[] norms = [.. model.modules().Prepend(model).OfType<BatchNorm>().Where(static n => n.track_running_stats).Distinct()];
        if (norms.Length == 0)
            return;
        double?[] momenta = [.. norms.Select(static n => n.momentum)];
        using var noGrad = no_grad();
        try
        {
            foreach (BatchNorm norm in norms)
            {
                norm.running_mean!.zero_().Dispose();
                norm.running_var!.fill_(1);
                norm.num_batches_tracked!.zero_().Dispose();
                norm.train();
            }
            long seen = 0;
            foreach (Tensor batch in batches)
            {
                using var scope = NewDisposeScope();
                seen += batch.shape[0];
                foreach (BatchNorm norm in norms)
                    norm.momentum = (double)batch.shape[0] / seen;
                forward(batch);
                batch.Dispose();
            }
        }
        finally
        {
            foreach ((BatchNorm norm, double? momentum) in norms.Zip(momenta))
            {
                norm.momentum = momentum;
                norm.eval();
            }
        }
    }
}
