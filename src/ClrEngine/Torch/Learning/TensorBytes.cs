using System.Collections.Immutable;
using ClrEngine.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

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
