using System.Collections.Immutable;
using ClrEngine.Torch.Models;
using ClrEngine.Torch.Optimizers;
using ClrEngine.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>
/// Copies of the weights, buffers, gradients and optimiser state, with the CPU generator's state and the mode of each part of the module.
/// </summary>
internal sealed class TorchLearnerState : ILearnerState
{
    private const string RandomName = "random.cpu";

    private readonly (string Name, Tensor Value)[] _values;
    private readonly Tensor?[] _gradients;
    private readonly Tensor _random;
    private readonly ModuleModes _modes;

    public TorchLearnerState(nn.Module model, IOptimizer optimizer)
    {
        _modes = new ModuleModes(model);
        _values = Live(model, optimizer).Select(live => (live.Name, Copy(live.Tensor))).ToArray();
        _gradients = model.parameters().Select(GradientCopy).ToArray();
        _random = get_rng_state().DetachFromDisposeScope();
    }

    public IReadOnlyList<StateTensor> Export() =>
        [.. _values.Select(v => TensorBytes.Export(v.Name, v.Value)), TensorBytes.Export(RandomName, _random)];

    public void Import(IReadOnlyList<StateTensor> tensors)
    {
        (string Name, Tensor Value)[] targets = [.. _values, (RandomName, _random)];
        IReadOnlyList<StateTensor> saved = StateMatch.InOrder([.. targets.Select(t => TensorBytes.Describe(t.Name, t.Value))], tensors);
        for (int i = 0; i < targets.Length; i++)
            TensorBytes.CopyInto(saved[i], targets[i].Value);
        // A saved state lies between two updates, where gradients are forgotten.
        foreach (Tensor? gradient in _gradients)
            gradient?.zero_().Dispose();
    }

    public void PutBack(nn.Module model, IOptimizer optimizer)
    {
        using (no_grad())
        {
            foreach (((_, Tensor live), (_, Tensor kept)) in Live(model, optimizer).Zip(_values))
                live.copy_(kept);
            foreach ((Parameter parameter, Tensor? kept) in model.parameters().Zip(_gradients))
                parameter.grad = kept?.clone();
        }
        set_rng_state(_random);
        _modes.PutBack();
    }

    public void Dispose()
    {
        foreach (Tensor? tensor in _values.Select(v => (Tensor?)v.Value).Concat(_gradients))
            tensor?.Dispose();
        _random.Dispose();
    }

    private static IEnumerable<(string Name, Tensor Tensor)> Live(nn.Module model, IOptimizer optimizer) =>
        ModelWeights.Live(model).Concat(optimizer.State.Select(s => ("optimizer." + s.Name, s.Tensor)));

    private static Tensor Copy(Tensor live)
    {
        using var noGrad = no_grad();
        using Tensor detached = live.detach();
        return detached.clone().DetachFromDisposeScope();
    }

    private static Tensor? GradientCopy(Parameter parameter)
    {
        using Tensor? gradient = parameter.grad;
        return gradient is null ? null : Copy(gradient);
    }
}

/// <summary>A module's weights and buffers as named arrays and back.</summary>
internal static class ModelWeights
{
    /// <summary>Copies of all; names begin with <c>model.</c>.</summary>
    public static IReadOnlyList<StateTensor> Export(nn.Module model) =>
        [.. Live(model).Select(live => TensorBytes.Export(live.Name, live.Tensor))];

    /// <summary>Copies arrays in, or where they are of another model none of them; on request fractions of another width are converted.</summary>
    public static void Load(nn.Module model, IReadOnlyList<StateTensor> arrays, bool convert = false)
    {
        foreach ((StateTensor array, (_, Tensor tensor)) in Match(model, arrays, convert).Zip(Live(model)))
            TensorBytes.CopyInto(array, tensor);
    }

    /// <summary>The array for each weight and buffer, in their order.</summary>
    /// <exception cref="StateMismatchException">They are of another model.</exception>
    public static IReadOnlyList<StateTensor> Match(nn.Module model, IReadOnlyList<StateTensor> arrays, bool convert)
    {
        (string Name, Tensor Tensor)[] live = [.. Live(model)];
        (string Name, TensorType Type, ImmutableArray<long> Shape)[] wanted = [.. live.Select(l => TensorBytes.Describe(l.Name, l.Tensor))];
        Dictionary<string, TensorType> saved = arrays.Where(a => convert && a.Type.IsFloat()).ToDictionary(static a => a.Name, static a => a.Type);
        foreach (ref var own in wanted.AsSpan())
            own.Type = own.Type.IsFloat() ? saved.GetValueOrDefault(own.Name, own.Type) : own.Type;
        return StateMatch.InOrder(wanted, arrays);
    }

    /// <summary>Weights, then buffers, by name: live tensors, not copies.</summary>
    public static IEnumerable<(string Name, Tensor Tensor)> Live(nn.Module model) =>
        model.named_parameters().Select(p => (StateTensor.ModelPrefix + p.name, (Tensor)p.parameter))
            .Concat(model.named_buffers().Select(b => (StateTensor.ModelPrefix + b.name, b.buffer)));
}

/// <summary>Tensors as named arrays and back, bit for bit.</summary>
internal static class TensorBytes
{
    public static StateTensor Export(string name, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Tensor host = tensor.detach().cpu().contiguous();
        byte[] bytes = host.numel() == 0 ? [] : host.bytes.ToArray();
        return new StateTensor(name, TypeOf(host.dtype), [.. host.shape], bytes);
    }

    /// <summary>Copies an array into a tensor of the same shape; another type of number is converted.</summary>
    public static void CopyInto(StateTensor array, Tensor target)
    {
        if (array.Bytes.IsEmpty)
            return;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Tensor host = empty(target.shape, ScalarOf(array.Type));
        array.Bytes.Span.CopyTo(host.bytes);
        target.copy_(host);
    }

    /// <summary>Name, type and shape of the array that a tensor would become.</summary>
    public static (string Name, TensorType Type, ImmutableArray<long> Shape) Describe(string name, Tensor tensor) =>
        (name, TypeOf(tensor.dtype), [.. tensor.shape]);

    private static ScalarType ScalarOf(TensorType type) => Enum.GetValues<ScalarType>().First(scalar => TryTypeOf(scalar) == type);

    private static TensorType TypeOf(ScalarType type) => TryTypeOf(type)
        ?? throw new NotSupportedException($"A tensor of {type} cannot be saved; use one of {TensorTypeExtensions.Codes} in the model.");

    private static TensorType? TryTypeOf(ScalarType type) => type switch
    {
        ScalarType.Bool => TensorType.Bool,
        ScalarType.Byte => TensorType.UInt8,
        ScalarType.Int8 => TensorType.Int8,
        ScalarType.Int16 => TensorType.Int16,
        ScalarType.Int32 => TensorType.Int32,
        ScalarType.Int64 => TensorType.Int64,
        ScalarType.Float16 => TensorType.Float16,
        ScalarType.BFloat16 => TensorType.BFloat16,
        ScalarType.Float32 => TensorType.Float32,
        ScalarType.Float64 => TensorType.Float64,
        _ => null,
    };
}
