using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Optimizers;

/// <summary>
/// PyTorch's SGD: v = momentum * v + (1 - dampening) * (g + weightDecay * w), then w = w - rate * v;
/// the first v is the gradient, undamped.
/// </summary>
internal sealed class SgdRule : IUpdateRule
{
    private static readonly Tensor[] None = [];

    private readonly OptimizerOptions _options;
    private readonly Tensor[] _buffers;
    private readonly Tensor? _step;
    private readonly CachedScalar _rate = new();
    private readonly CachedScalar _momentum = new();
    private readonly Scalar _dampening;
    private readonly Scalar _weightDecay;
    private readonly object?[] _arguments;

    public SgdRule(ParameterGroup group, OptimizerOptions options)
    {
        _options = options;
        _buffers = group.Zeros();
        _dampening = options.Dampening;
        _weightDecay = group.WeightDecay;
        // Without dampening a first update from zeros is the same as any other, and nothing needs counting.
        _step = options.Dampening == 0 ? null : tensor(0L).DetachFromDisposeScope();
        _arguments = [group.Parameters, null, _buffers, null, null, _dampening, _weightDecay, false, false];
        var state = group.Named("momentum_buffer", _buffers).ToList();
        if (_step is not null)
            state.Add(($"step.{group.Key}", _step));
        State = state;
    }

    public IReadOnlyList<(string Name, Tensor Tensor)> State { get; }

    public void Update(double learningRate, double? momentum, Tensor? gradientScale)
    {
        double inForce = momentum ?? _options.OwnMomentum;
        _arguments[1] = gradientScale;
        _arguments[2] = inForce == 0 ? None : _buffers;
        _arguments[3] = _rate.Of(learningRate);
        _arguments[4] = _momentum.Of(inForce);
        _arguments[7] = Flag.Of(_options.Nesterov && inForce != 0);
        // The count lies on the CPU: reading it waits for no device.
        _arguments[8] = Flag.Of(_step is not null && _step.ReadCpuInt64(0) == 0);
        _step?.add_(Scalars.One, Scalars.One);
        OptimizerScript.Run("sgd", _arguments);
    }

    public void Dispose()
    {
        foreach (Tensor buffer in _buffers)
            buffer.Dispose();
        _step?.Dispose();
        _rate.Dispose();
        _momentum.Dispose();
        _dampening.Dispose();
        _weightDecay.Dispose();
    }
}
