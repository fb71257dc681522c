using ClrEngine.Schedules;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Optimizers;

/// <summary>
/// Stochastic gradient descent with momentum and an L2 penalty, in PyTorch's form:
/// v = momentum * v + (gradient + weightDecay * w), then w = w - rate * v.
/// </summary>
internal sealed class Sgd : IOptimizer
{
    private readonly OptimizerOptions _options;
    private readonly (Parameter Parameter, Tensor Velocity)[] _entries;

    public Sgd(IEnumerable<(string Name, Parameter Parameter)> parameters, OptimizerOptions options)
    {
        options.Validate();
        _options = options;
        (string Name, Parameter Parameter)[] trained = parameters.Where(p => p.Parameter.requires_grad).ToArray();
        _entries = trained.Select(p => (p.Parameter, zeros_like(p.Parameter, requires_grad: false).DetachFromDisposeScope())).ToArray();
        State = trained.Zip(_entries, (p, e) => ($"momentum.{p.Name}", e.Velocity)).ToArray();
    }

    public IReadOnlyList<(string Name, Tensor Tensor)> State { get; }

    public void ZeroGrad()
    {
        foreach ((Parameter parameter, _) in _entries)
        {
            using Tensor? gradient = parameter.grad;
            gradient?.zero_();
        }
    }

    public void Step(in SchedulePoint point)
    {
        using var noGrad = no_grad();
        using Scalar momentum = point.Momentum ?? _options.Momentum;
        using Scalar weightDecay = _options.WeightDecay;
        using Scalar descent = -point.LearningRate;
        foreach ((Parameter parameter, Tensor velocity) in _entries)
        {
            using Tensor? gradient = parameter.grad;
            if (gradient is null)
                continue;
            velocity.mul_(momentum).add_(gradient);
            if (_options.WeightDecay != 0)
                velocity.add_(parameter, weightDecay);
            parameter.add_(velocity, descent);
        }
    }

    public void Dispose()
    {
        foreach ((_, Tensor velocity) in _entries)
            velocity.Dispose();
    }
}
