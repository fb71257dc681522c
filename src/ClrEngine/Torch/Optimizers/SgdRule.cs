using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Optimizers;

/// <summary>
/// PyTorch's SGD: v = momentum * v + (1 - dampening) * (g + weightDecay * w), then w = w - rate * v;
/// the first v is the gradient, undamped.
/// </summary>
internal sealed class SgdRule : IUpdateRule
{
    private readonly ParameterGroup _group;
    private readonly OptimizerOptions _options;
    private readonly Tensor[] _buffers;
    private readonly Tensor? _step;

    public SgdRule(ParameterGroup group, OptimizerOptions options)
    {
        _group = group;
        _options = options;
        _buffers = group.Zeros();
        // Without dampening a first update from zeros is the same as any other, and nothing needs counting.
        _step = options.Dampening == 0 ? null : tensor(0L).DetachFromDisposeScope();
        var state = group.Named("momentum_buffer", _buffers).ToList();
        if (_step is not null)
            state.Add(($"step.{group.Key}", _step));
        State = state;
    }

    public IReadOnlyList<(string Name, Tensor Tensor)> State { get; }

    public void Update(double learningRate, double? momentum, Tensor? gradientScale)
    {
        double inForce = momentum ?? _options.OwnMomentum;
        using Scalar rate = learningRate;
        using Scalar momentumScalar = inForce;
        using Scalar dampening = _options.Dampening;
        using Scalar weightDecay = _group.WeightDecay;
        // The count lies on the CPU: reading it waits for no device.
        bool first = _step is not null && _step.ReadCpuInt64(0) == 0;
        _step?.add_(1);
        OptimizerScript.Run("sgd", _group.Parameters, gradientScale, inForce == 0 ? [] : _buffers, rate, momentumScalar, dampening, weightDecay, _options.Nesterov && inForce != 0, first);
    }

    public void Dispose()
    {
        foreach (Tensor buffer in _buffers)
            buffer.Dispose();
        _step?.Dispose();
    }
}
