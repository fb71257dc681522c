using System.Collections.Immutable;
using ClrEngine.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>A module's weights and buffers as named arrays and back.</summary>
internal static class ModelWeights
{
    /// <summary>Copies them out; names begin with <c>model.</c>.</summary>
    public static IReadOnlyList<StateTensor> Export(nn.Module model) =>
        [.. Live(model).Select(live => TensorBytes.Export(live.Name, live.Tensor))];

    /// <summary>Copies arrays in.</summary>
    /// <param name="model">The module.</param>
    /// <param name="arrays">The arrays, in any order.</param>
    /// <param name="convert">Whether fractions of another width are taken too.</param>
    /// <exception cref="StateMismatchException">They are of another model; nothing was copied.</exception>
    public static void Load(nn.Module model, IReadOnlyList<StateTensor> arrays, bool convert = false)
    {
        (string Name, Tensor Tensor)[] live = [.. Live(model)];
        Dictionary<string, TensorType> types = convert ? arrays.Where(static a => a.Type.IsFloat()).ToDictionary(static a => a.Name, static a => a.Type) : [];
        IReadOnlyList<StateTensor> ordered = StateMatch.InOrder([.. live.Select(l => Wanted(TensorBytes.Describe(l.Name, l.Tensor)))], arrays);
        for (int i = 0; i < live.Length; i++)
            TensorBytes.CopyInto(ordered[i], live[i].Tensor);

        (string, TensorType, ImmutableArray<long>) Wanted((string Name, TensorType Type, ImmutableArray<long> Shape) own) =>
            (own.Name, own.Type.IsFloat() && types.TryGetValue(own.Name, out TensorType saved) ? saved : own.Type, own.Shape);
    }

    /// <summary>Weights, then buffers, by name: live tensors, not copies.</summary>
    public static IEnumerable<(string Name, Tensor Tensor)> Live(nn.Module model) =>
        model.named_parameters().Select(p => (StateTensor.ModelPrefix + p.name, (Tensor)p.parameter))
            .Concat(model.named_buffers().Select(b => (StateTensor.ModelPrefix + b.name, b.buffer)));
}

/// <summary>Tensors as named arrays and back, bit for bit.</summary>
internal static class TensorBytes
{
    /// <summary>Copies a tensor out of torch.</summary>
    /// <param name="name">The array's name.</param>
    /// <param name="tensor">The tensor, on any device.</param>
    public static StateTensor Export(string name, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Tensor host = tensor.detach().cpu().contiguous();
        byte[] bytes = host.numel() == 0 ? [] : host.bytes.ToArray();
        return new StateTensor(name, TypeOf(host.dtype), [.. host.shape], bytes);
    }

    /// <summary>Copies an array into a tensor of the same shape; another type of number is converted.</summary>
    /// <param name="array">The array.</param>
    /// <param name="target">The tensor, on any device.</param>
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
