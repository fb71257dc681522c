using ClrEngine.Torch.Models;
using ClrEngine.Torch.Pretrained;
using TorchSharp;
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
    /// <summary>Whether a pass over one sample leaves each layer of batch normalisation something to take the variance of.</summary>
    public static bool TakesOne(nn.Module<Tensor, Tensor> model, Func<Tensor> forward)
    {
        bool takes = true;
        var hooks = model.WithParts().OfType<BatchNorm>().Distinct().Select(norm => norm.register_forward_pre_hook((_, input) =>
        {
            takes &= !norm.training || input.numel() > input.shape[1];
            return input;
        })).ToArray();
        try
        {
            forward();
        }
        finally
        {
            foreach (var hook in hooks)
                hook.remove();
        }
        // A layer that is called past its hooks, or lies in a script, keeps a variance that is none.
        return takes && model.buffers().All(static buffer => !buffer.is_floating_point() || !buffer.isnan().any().item<bool>());
    }

    /// <summary>
    /// Goes through batches of features once, and disposes each. The module is in evaluation mode before and after.
    /// False where statistics of a TorchScript module could not be taken anew and are those that it came with. Those of frozen layers stay.
    /// </summary>
    public static bool Recompute(nn.Module<Tensor, Tensor> model, Func<Tensor, Tensor> forward, IEnumerable<Tensor> batches, FrozenParameters? frozen = null)
    {
        BatchNorm[] norms = [.. model.WithParts().OfType<BatchNorm>().Where(n => n.track_running_stats && frozen?.Holds(n) != true).Distinct()];
        IReadOnlyList<ScriptBatchNorm> scripted = ScriptBatchNorm.FindIn(model, frozen, out bool areAll);
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
                    MeasureShares(scripted, forward, batch);
                seen += batch.shape[0];
                double weight = (double)batch.shape[0] / seen;
                foreach (BatchNorm norm in norms)
                    norm.momentum = weight;
                foreach (ScriptBatchNorm norm in scripted)
                    norm.Fill(0);
                forward(batch);
                foreach (ScriptBatchNorm norm in scripted.Where(static n => n.Learns))
                    norm.AddBatch(weight);
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
    private static void MeasureShares(IReadOnlyList<ScriptBatchNorm> scripted, Func<Tensor, Tensor> forward, Tensor batch)
    {
        if (scripted.Count == 0)
            return;
        foreach (ScriptBatchNorm norm in scripted)
            norm.Fill(0);
        forward(batch);
        Tensor[] ofZero = [.. scripted.Select(static norm => norm.CopyOfMean())];
        foreach (ScriptBatchNorm norm in scripted)
            norm.Fill(1);
        forward(batch);
        foreach ((ScriptBatchNorm norm, Tensor mean) in scripted.Zip(ofZero))
            norm.MeasureShare(mean);
    }
}

/// <summary>
/// A layer of batch normalisation in a TorchScript module. How much of a batch it takes into its statistics is written in its code, where
/// nobody can change it: it is measured, and each batch's own statistics follow from what they make of 0.
/// </summary>
internal sealed class ScriptBatchNorm(nn.Module layer, Dictionary<string, Tensor> buffers) : IDisposable
{
    private static readonly string[] StandardNames = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"];

    private readonly Statistic _mean = new(buffers["running_mean"]);
    private readonly Statistic _variance = new(buffers["running_var"]);
    private readonly Tensor? _count = buffers.GetValueOrDefault("num_batches_tracked");
    private double _share;

    /// <summary>The layers of all TorchScript modules in a model; not all where a module keeps such statistics among other things, so that it cannot be set apart.</summary>
    public static IReadOnlyList<ScriptBatchNorm> FindIn(nn.Module model, FrozenParameters? frozen, out bool areAll)
    {
        var found = new List<ScriptBatchNorm>();
        areAll = true;
        foreach (ScriptModel script in model.WithParts().OfType<ScriptModel>().Distinct())
        {
            // The parts of a module do not have the module itself among them.
            areAll &= !script.has_buffer("running_mean");
            foreach (nn.Module part in script.Parts())
            {
                Dictionary<string, Tensor> buffers = part.named_buffers().ToDictionary(static b => b.name, static b => b.buffer);
                if (!buffers.ContainsKey("running_mean") || !buffers.ContainsKey("running_var") || frozen?.Holds(part) == true)
                    continue;
                if (buffers.Keys.Concat(part.named_parameters().Select(static p => p.name)).All(StandardNames.Contains))
                    found.Add(new ScriptBatchNorm(part, buffers));
                else
                    areAll = false;
            }
        }
        return found;
    }

    /// <summary>Whether its code takes a batch's statistics up when it trains; a traced module does not.</summary>
    public bool Learns => _share > 0;

    public void Train() => layer.train();

    /// <summary>Makes its mean one number and its variance 0, so that what a batch makes of them tells the batch's own.</summary>
    public void Fill(double mean)
    {
        using Scalar start = mean, zero = 0;
        _mean.Live.fill_(start);
        _variance.Live.fill_(zero);
        _count?.fill_(zero);
    }

    /// <summary>Learns the share of a batch, from what the same batch made of 0 and of 1.</summary>
    public void MeasureShare(Tensor ofZero)
    {
        double kept = _mean.Live.sub(ofZero).to(ScalarType.Float64).mean().item<double>();
        _share = Math.Round(1 - kept, _mean.Live.dtype is ScalarType.Float32 or ScalarType.Float64 ? 5 : 2);
    }

    public Tensor CopyOfMean() => _mean.Live.clone();

    /// <summary>Takes a batch's statistics into the mean over the samples; its weight is its samples over all so far.</summary>
    public void AddBatch(double weight)
    {
        _mean.AddBatch(_share, weight);
        _variance.AddBatch(_share, weight);
    }

    /// <summary>Puts the statistics of all batches in, or where there are none those that it had, and ends its training mode.</summary>
    public void Finish()
    {
        _mean.Finish(Learns);
        _variance.Finish(Learns);
        layer.eval();
    }

    public void Dispose()
    {
        _mean.Dispose();
        _variance.Dispose();
        layer.Dispose();
    }

    private sealed class Statistic(Tensor live) : IDisposable
    {
        private readonly Tensor _kept = live.clone().DetachFromDisposeScope();
        private Tensor? _all;

        public Tensor Live => live;

        public void AddBatch(double batchShare, double weight)
        {
            using Scalar share = batchShare, part = weight, rest = 1 - weight;
            Tensor own = live.to(ScalarType.Float32).div(share);
            if (_all is null)
                _all = own.DetachFromDisposeScope();
            else
                _all.mul_(rest).add_(own, part);
        }

        public void Finish(bool learns) => live.copy_(learns ? _all ?? _kept : _kept);

        public void Dispose()
        {
            _kept.Dispose();
            _all?.Dispose();
        }
    }
}
