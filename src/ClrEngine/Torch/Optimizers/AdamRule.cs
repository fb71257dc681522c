using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Optimizers;

/// <summary>PyTorch's Adam and AdamW; the schedule's momentum is beta1. Each parameter counts its own updates.</summary>
internal sealed class AdamRule : IUpdateRule
{
    private readonly OptimizerOptions _options;
    private readonly Parameter[] _parameters;
    private readonly Tensor[] _means;
    private readonly Tensor[] _squares;
    private readonly Tensor[] _count;
    private readonly Tensor[] _steps;
    private readonly CachedScalar _rate = new();
    private readonly CachedScalar _beta1 = new();
    private readonly Scalar[] _constants;
    private readonly object?[] _arguments;

    public AdamRule(ParameterGroup group, OptimizerOptions options)
    {
        _options = options;
        _parameters = group.Parameters;
        _means = group.Zeros();
        _squares = group.Zeros();
        // One array, and its elements as the script's tensors: where all parameters are updated, one addition counts for all.
        Tensor count = zeros(_parameters.Length, ScalarType.Float32, _parameters[0].device).DetachFromDisposeScope();
        _count = [count];
        _steps = _parameters.Select((_, i) => count.select(0, i).DetachFromDisposeScope()).ToArray();
        _constants = [options.Beta2, options.Epsilon, group.WeightDecay];
        _arguments = [null, null, null, null, null, null, null, null, .. _constants, Flag.Of(options.Kind == OptimizerKind.AdamW)];
        State = [.. group.Named("exp_avg", _means), .. group.Named("exp_avg_sq", _squares), ($"step.{group.Key}", count)];
    }

    public IReadOnlyList<(string Name, Tensor Tensor)> State { get; }

    public void Update(double learningRate, double? momentum, PresentGradients gradients)
    {
        Tensor[] steps = gradients.Beside(_steps);
        _arguments[0] = gradients.Beside(_parameters);
        _arguments[1] = gradients.Gradients;
        _arguments[2] = gradients.Beside(_means);
        _arguments[3] = gradients.Beside(_squares);
        _arguments[4] = gradients.AreAll ? _count : steps;
        _arguments[5] = steps;
        _arguments[6] = _rate.Of(learningRate);
        _arguments[7] = _beta1.Of(momentum ?? _options.Beta1);
        OptimizerScript.Run("adam", _arguments);
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _means.Concat(_squares).Concat(_steps).Concat(_count))
            tensor.Dispose();
        _rate.Dispose();
        _beta1.Dispose();
        foreach (Scalar constant in _constants)
            constant.Dispose();
    }
}
