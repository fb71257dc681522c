using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Optimizers;

/// <summary>PyTorch's Adam and AdamW; the schedule's momentum is beta1.</summary>
internal sealed class AdamRule : IUpdateRule
{
    private readonly ParameterGroup _group;
    private readonly OptimizerOptions _options;
    private readonly Tensor[] _means;
    private readonly Tensor[] _squares;
    private readonly Tensor _step;

    public AdamRule(ParameterGroup group, OptimizerOptions options)
    {
        _group = group;
        _options = options;
        _means = group.Zeros();
        _squares = group.Zeros();
        _step = group.Number(0);
        State = [.. group.Named("exp_avg", _means), .. group.Named("exp_avg_sq", _squares), ($"step.{group.Key}", _step)];
    }

    public IReadOnlyList<(string Name, Tensor Tensor)> State { get; }

    public void Update(double learningRate, double? momentum, Tensor? gradientScale)
    {
        using Scalar rate = learningRate;
        using Scalar beta1 = momentum ?? _options.Beta1;
        using Scalar beta2 = _options.Beta2;
        using Scalar epsilon = _options.Epsilon;
        using Scalar weightDecay = _group.WeightDecay;
        OptimizerScript.Run("adam", _group.Parameters, gradientScale, _means, _squares, _step, rate, beta1, beta2, epsilon, weightDecay, _options.Kind == OptimizerKind.AdamW);
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _means.Concat(_squares))
            tensor.Dispose();
        _step.Dispose();
    }
}
