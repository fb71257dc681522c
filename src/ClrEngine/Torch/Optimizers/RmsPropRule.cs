using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Optimizers;

/// <summary>
/// PyTorch's RMSprop, not centred: s = alpha * s + (1 - alpha) * g * g, v = momentum * v + g / (sqrt(s) + epsilon),
/// w = w - rate * v.
/// </summary>
internal sealed class RmsPropRule : IUpdateRule
{
    private readonly OptimizerOptions _options;
    private readonly Parameter[] _parameters;
    private readonly Tensor[] _squares;
    private readonly Tensor[] _buffers;
    private readonly Tensor[] _scaled;
    private readonly Tensor _infinity;
    private readonly CachedScalar _rate = new();
    private readonly CachedScalar _momentum = new();
    private readonly Scalar[] _constants;
    private readonly object?[] _plain;
    private readonly object?[] _withMomentum;

    public RmsPropRule(ParameterGroup group, OptimizerOptions options)
    {
        _options = options;
        _parameters = group.Parameters;
        _squares = group.Zeros();
        _buffers = group.Zeros();
        _scaled = group.Zeros();
        _infinity = group.Number(float.PositiveInfinity);
        _constants = [options.Alpha, options.Epsilon, group.WeightDecay];
        _plain = [null, null, null, _infinity, null, .. _constants];
        _withMomentum = [null, null, null, null, null, _infinity, null, .. _constants, null];
        State = [.. group.Named("square_avg", _squares), .. group.Named("momentum_buffer", _buffers)];
    }

    public IReadOnlyList<(string Name, Tensor Tensor)> State { get; }

    public void Update(double learningRate, double? momentum, PresentGradients gradients)
    {
        double inForce = momentum ?? _options.OwnMomentum;
        object?[] arguments = inForce == 0 ? _plain : _withMomentum;
        arguments[0] = gradients.Beside(_parameters);
        arguments[1] = gradients.Gradients;
        arguments[2] = gradients.Beside(_squares);
        if (inForce == 0)
        {
            arguments[4] = _rate.Of(learningRate);
            OptimizerScript.Run("rmsprop", arguments);
            return;
        }
        arguments[3] = gradients.Beside(_buffers);
        arguments[4] = gradients.Beside(_scaled);
        arguments[6] = _rate.Of(learningRate);
        arguments[^1] = _momentum.Of(inForce);
        OptimizerScript.Run("rmsprop_momentum", arguments);
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _squares.Concat(_buffers).Concat(_scaled))
            tensor.Dispose();
        _infinity.Dispose();
        _rate.Dispose();
        _momentum.Dispose();
        foreach (Scalar constant in _constants)
            constant.Dispose();
    }
}
