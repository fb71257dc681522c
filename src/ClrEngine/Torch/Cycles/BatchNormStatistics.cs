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
    /// <returns>False where statistics of a TorchScript module could not be taken anew and are those that it came with.</returns>
    public static bool TakeAnew(nn.Module<Tensor, Tensor> model, Func<Tensor, Tensor> forward, IEnumerable<Tensor> batches)
    {
        BatchNorm[] norms = [.. model.modules().Prepend(model).OfType<BatchNorm>().Where(static n => n.track_running_stats).Distinct()];
        IReadOnlyList<ScriptBatchNorm> scripted = ScriptBatchNorm.Of(model, out bool areAll);
        if (norms.Length == 0 && scripted.Count == 0)
            return areAll;
        double?[] momenta = [.. norms.Select(static n => n.momentum)];
        using var noGrad = no_grad();
        try
        {
            foreach (BatchNorm norm in norms)
            {
                norm.running_mean!.zero_().Dispose();
                norm.running_var!.fill_(Scalars.One);
                norm.num_batches_tracked!.zero_().Dispose();
                norm.train();
            }
            foreach (ScriptBatchNorm norm in scripted)
                norm.Train();
            long seen = 0;
            foreach (Tensor batch in batches)
            {
                using var scope = NewDisposeScope();
                if (seen == 0)
                    Measure(scripted, forward, batch);
                seen += batch.shape[0];
                double weight = (double)batch.shape[0] / seen;
                foreach (BatchNorm norm in norms)
                    norm.momentum = weight;
                foreach (ScriptBatchNorm norm in scripted)
                    norm.Set(0);
                forward(batch);
                foreach (ScriptBatchNorm norm in scripted.Where(static n => n.Learns))
                    norm.Take(weight);
                batch.Dispose();
            }
            return areAll && scripted.All(static n => n.Learns);
        }
        finally
        {
            foreach ((BatchNorm norm, double? momentum) in norms.Zip(momenta))
            {
                norm.momentum = momentum;
                norm.eval();
            }
            foreach (ScriptBatchNorm norm in scripted)
            {
                norm.Finish();
                norm.Dispose();
            }
        }
    }

    // The batch comes again for the statistics themselves: the layers of TorchSharp begin anew then.
    private static void Measure(IReadOnlyList<ScriptBatchNorm> scripted, Func<Tensor, Tensor> forward, Tensor batch)
    {
        if (scripted.Count == 0)
            return;
        foreach (ScriptBatchNorm norm in scripted)
            norm.Set(0);
        forward(batch);
        Tensor[] ofZero = [.. scripted.Select(static norm => norm.Mean())];
        foreach (ScriptBatchNorm norm in scripted)
            norm.Set(1);
        forward(batch);
        foreach ((ScriptBatchNorm norm, Tensor mean) in scripted.Zip(ofZero))
            norm.Measure(mean);
    }
}
