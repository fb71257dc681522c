using ClrEngine.Schedules;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Optimizers;

/// <summary>
/// Keeps an exponential moving average of a model's weights and buffers beside its optimiser: after update n, counted from 0, the average is
/// d times itself and 1 - d times the weights, where d is the decay, or (1 + n) / (10 + n) as long as that is less, so that the beginning is soon
/// forgotten. What is no fraction, such as a count, and what does not learn, is that of the newest weights. It is part of the optimiser's state, and so of checkpoints.
/// </summary>
internal sealed class WeightAverage : IOptimizer
{
    private readonly IOptimizer _optimizer;
    private readonly (string Name, Tensor Live)[] _live;
    private readonly Tensor[] _averages;
    private readonly bool[] _isCopied;
    private readonly Tensor _updates;
    private readonly double _decay;

    /// <summary>Begins with the weights as they are. What stays as it is, beside the parameters without gradient, is copied: an average would move it by rounding. The optimiser is disposed with this.</summary>
    public WeightAverage(IOptimizer optimizer, IEnumerable<(string Name, Tensor Tensor)> live, double decay, Predicate<string>? stays = null)
    {
        using var noGrad = no_grad();
        (_optimizer, _live, _decay) = (optimizer, [.. live], decay);
        _averages = [.. _live.Select(static own => Begin(own.Live))];
        _isCopied = [.. _live.Select(own => !own.Live.is_floating_point() || own.Live is Parameter { requires_grad: false } || stays?.Invoke(own.Name) == true)];
        _updates = zeros(1, ScalarType.Int64).DetachFromDisposeScope();
        State = [.. optimizer.State, .. _live.Zip(_averages, static (own, average) => ($"ema.{own.Name}", average)), ("ema.updates", _updates)];
    }

    public IReadOnlyList<(string Name, Tensor Tensor)> State { get; }

    public IEnumerable<(string Name, Tensor Tensor)> Averages => _live.Zip(_averages, static (own, average) => (own.Name, average));

    public void ZeroGrad() => _optimizer.ZeroGrad();

    public void Step(in SchedulePoint point)
    {
        _optimizer.Step(point);
        using var noGrad = no_grad();
        long updates = _updates.item<long>();
        double decay = Math.Min(_decay, (1.0 + updates) / (10 + updates));
        using Scalar kept = decay, rest = 1 - decay;
        for (int i = 0; i < _averages.Length; i++)
        {
            using Tensor own = _live[i].Live.detach();
            if (_isCopied[i])
            {
                _averages[i].copy_(own);
                continue;
            }
            using Tensor? wide = own.dtype == _averages[i].dtype ? null : own.to_type(_averages[i].dtype);
            _averages[i].mul_(kept).add_(wide ?? own, rest);
        }
        _updates.add_(Scalars.One, Scalars.One);
    }

    /// <summary>Does a piece of work with the average in the model, which has its own weights back afterwards.</summary>
    public T InPlace<T>(Func<T> work)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Tensor[] own = [.. _live.Select(static weight => weight.Live.detach().clone())];
        try
        {
            PutIn(_averages);
            return work();
        }
        finally
        {
            PutIn(own);
        }
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        foreach (Tensor average in _averages)
            average.Dispose();
        _updates.Dispose();
    }

    /// <summary>A copy of weights to which others are added: narrow ones in 32 bits.</summary>
    public static Tensor Begin(Tensor live)
    {
        using Tensor own = live.detach();
        return (own.is_floating_point() && own.dtype != ScalarType.Float64 ? own.to_type(ScalarType.Float32, copy: true) : own.clone()).DetachFromDisposeScope();
    }

    private void PutIn(Tensor[] weights)
    {
        for (int i = 0; i < weights.Length; i++)
            _live[i].Live.copy_(weights[i]);
    }
}
