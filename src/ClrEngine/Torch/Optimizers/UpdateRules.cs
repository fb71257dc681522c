using System.Runtime.InteropServices;
using TorchSharp.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Optimizers;

/// <summary>How one group of parameters follows its gradients: one call of a script for all its tensors.</summary>
internal interface IUpdateRule : IDisposable
{
    /// <summary>One update of those parameters of the group that have a gradient, under <c>no_grad</c>; all others stay as they are.</summary>
    /// <param name="learningRate">The rate in force.</param>
    /// <param name="momentum">The momentum that the schedule sets, or null for the optimiser's own.</param>
    /// <param name="gradients">The group's gradients, at least one.</param>
    void Update(double learningRate, double? momentum, PresentGradients gradients);

    /// <summary>What the rule remembers from update to update, by name: live tensors.</summary>
    IReadOnlyList<(string Name, Tensor Tensor)> State { get; }
}

/// <summary>
/// PyTorch's SGD: v = momentum * v + (1 - dampening) * (g + weightDecay * w), then w = w - rate * v;
/// a parameter's first v is its gradient, undamped.
/// </summary>
internal sealed class SgdRule : IUpdateRule
{
    private static readonly Tensor[] None = [];

    private readonly OptimizerOptions _options;
    private readonly Parameter[] _parameters;
    private readonly Tensor[] _buffers;
    private readonly Tensor? _count;
    private readonly CachedScalar _rate = new();
    private readonly CachedScalar _momentum = new();
    private readonly Scalar _dampening;
    private readonly Scalar _weightDecay;
    private readonly object?[] _arguments;

    public SgdRule(ParameterGroup group, OptimizerOptions options)
    {
        _options = options;
        _parameters = group.Parameters;
        _buffers = group.Zeros();
        _dampening = options.Dampening;
        _weightDecay = group.WeightDecay;
        // Without dampening a first update from zeros is the same as any other, and nothing needs counting.
        _count = options.Dampening == 0 ? null : zeros(_parameters.Length, ScalarType.Int64, CPU).DetachFromDisposeScope();
        _arguments = [null, null, null, null, null, _dampening, _weightDecay, null, null];
        State = [.. group.Named("momentum_buffer", _buffers), .. _count is null ? [] : new[] { ($"step.{group.Key}", _count) }];
    }

    public IReadOnlyList<(string Name, Tensor Tensor)> State { get; }

    public void Update(double learningRate, double? momentum, PresentGradients gradients)
    {
        double inForce = momentum ?? _options.OwnMomentum;
        _arguments[3] = _rate.Of(learningRate);
        _arguments[4] = _momentum.Of(inForce);
        _arguments[7] = Flag.Of(_options.Nesterov && inForce != 0);
        if (_count is null || inForce == 0)
        {
            Run(gradients, inForce == 0 ? None : gradients.Beside(_buffers), first: false);
            return;
        }
        // The count lies on the CPU: reading it waits for no device.
        foreach (IGrouping<bool, int> places in Counted(gradients))
        {
            PresentGradients alike = gradients.At([.. places]);
            Run(alike, alike.Beside(_buffers), first: places.Key);
        }
    }

    public void Dispose()
    {
        foreach (Tensor buffer in _buffers)
            buffer.Dispose();
        _count?.Dispose();
        _rate.Dispose();
        _momentum.Dispose();
        _dampening.Dispose();
        _weightDecay.Dispose();
    }

    // Counts this update, and tells the parameters for which it is the first apart.
    private IGrouping<bool, int>[] Counted(PresentGradients gradients)
    {
        Span<long> counts = MemoryMarshal.Cast<byte, long>(_count!.bytes);
        var first = new bool[counts.Length];
        foreach (int place in gradients.Places())
            first[place] = counts[place]++ == 0;
        return [.. gradients.Places().GroupBy(place => first[place])];
    }

    private void Run(PresentGradients gradients, Tensor[] buffers, bool first)
    {
        _arguments[0] = gradients.Beside(_parameters);
        _arguments[1] = gradients.Gradients;
        _arguments[2] = buffers;
        _arguments[8] = Flag.Of(first);
        OptimizerScript.Run("sgd", _arguments);
    }
}

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

/// <summary>Truth values as objects, each made once.</summary>
internal static class Flag
{
    private static readonly object True = true;
    private static readonly object False = false;

    public static object Of(bool value) => value ? True : False;
}
