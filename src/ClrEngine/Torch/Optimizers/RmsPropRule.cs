using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Optimizers;

/// <summary>
/// PyTorch's RMSprop, not centred: s = alpha * s + (1 - alpha) * g * g, v = momentum * v + g / (sqrt(s) + epsilon),
/// w = w - rate * v.
/// </summary>
internal sealed class RmsPropRule : IUpdateRule
{
    private readonly ParameterGroup _group;
    private readonly OptimizerOptions _options;
    private readonly Tensor[] _squares;
    private readonly Tensor[] _buffers;
    private readonly Tensor[] _scaled;
    private readonly Tensor _infinity;

    public RmsPropRule(ParameterGroup group, OptimizerOptions options)
    {
        _group = group;
        _options = options;
        _squares = group.Zeros();
        _buffers = group.Zeros();
        _scaled = group.Zeros();
        _infinity = group.Number(float.PositiveInfinity);
        State = [.. group.Named("square_avg", _squares), .. group.Named("momentum_buffer", _buffers)];
    }

    public IReadOnlyList<(string Name, Tensor Tensor)> State { get; }

    public void Update(double learningRate, double? momentum, Tensor? gradientScale)
    {
        double inForce = momentum ?? _options.OwnMomentum;
        using Scalar rate = learningRate;
        using Scalar alpha = _options.Alpha;
        using Scalar epsilon = _options.Epsilon;
        using Scalar weightDecay = _group.WeightDecay;
        if (inForce == 0)
        {
            OptimizerScript.Run("rmsprop", _group.Parameters, gradientScale, _squares, _infinity, rate, alpha, epsilon, weightDecay);
            return;
        }
        using Scalar momentumScalar = inForce;
        OptimizerScript.Run("rmsprop_momentum", _group.Parameters, gradientScale, _squares, _buffers, _scaled, _infinity, rate, alpha, epsilon, weightDecay, momentumScalar);
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _squares.Concat(_buffers).Concat(_scaled))
            tensor.Dispose();
        _infinity.Dispose();
    }
}
