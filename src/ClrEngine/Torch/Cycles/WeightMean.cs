using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Cycles;

/// <summary>The running mean of a module's weights; what is not a fraction (a count) stays that of the newest.</summary>
internal sealed class WeightMean : IDisposable
{
    private readonly List<Tensor> _means = [];
    private int _count;

    public void Add(nn.Module model)
    {
        using var noGrad = no_grad();
        _count++;
        using Scalar count = _count;
        int i = 0;
        foreach ((_, Tensor live) in ModelWeights.Live(model))
        {
            using var scope = NewDisposeScope();
            Tensor value = live.detach();
            if (_count == 1)
                _means.Add((value.is_floating_point() && value.dtype != ScalarType.Float64 ? value.to_type(ScalarType.Float32, copy: true) : value.clone()).DetachFromDisposeScope());
            else if (value.is_floating_point())
                _means[i].add_((value - _means[i]).div_(count), Scalars.One);
            else
                _means[i].copy_(value);
            i++;
        }
    }

    /// <summary>Puts the mean into a module.</summary>
    public void CopyInto(nn.Module model)
    {
        using var noGrad = no_grad();
        foreach (((_, Tensor live), Tensor mean) in ModelWeights.Live(model).Zip(_means))
            live.copy_(mean);
    }

    public void Dispose()
    {
        foreach (Tensor mean in _means)
            mean.Dispose();
    }
}
