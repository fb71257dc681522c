using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Optimizers;

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
