using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Optimizers;

/// <summary>PyTorch's Adam and AdamW; the schedule's momentum is beta1.</summary>
internal sealed class AdamRule : IUpdateRule
{
    private readonly OptimizerOptions _options;
    private readonly Tensor[] _means;
    private readonly Tensor[] _squares;
    private readonly Tensor _step;
    private readonly CachedScalar _rate = new();
    private readonly CachedScalar _beta1 = new();
    private readonly Scalar[] _constants;
    private readonly object?[] _arguments;

    public AdamRule(ParameterGroup group, OptimizerOptions options)
    {
        _options = options;
        _means = group.Zeros();
        _squares = group.Zeros();
        _step = group.Number(0);
        _constants = [options.Beta2, options.Epsilon, group.WeightDecay];
        _arguments = [group.Parameters, null, _means, _squares, _step, null, null, .. _constants, Flag.Of(options.Kind == OptimizerKind.AdamW)];
        State = [.. group.Named("exp_avg", _means), .. group.Named("exp_avg_sq", _squares), ($"step.{group.Key}", _step)];
    }

    public IReadOnlyList<(string Name, Tensor Tensor)> State { get; }

    public void Update(double learningRate, double? momentum, Tensor? gradientScale)
    {
        _arguments[1] = gradientScale;
        _arguments[5] = _rate.Of(learningRate);
        _arguments[6] = _beta1.Of(momentum ?? _options.Beta1);
        OptimizerScript.Run("adam", _arguments);
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _means.Concat(_squares))
            tensor.Dispose();
        _step.Dispose();
        _rate.Dispose();
        _beta1.Dispose();
        foreach (Scalar constant in _constants)
            constant.Dispose();
    }
}
