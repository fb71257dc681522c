namespace ClrEngine.Training;

/// <summary>Codes and sizes of tensor types, as safetensors has them.</summary>
public static class TensorTypeExtensions
{
    private static readonly (TensorType Type, string Code, int Size)[] Table =
    [
        (TensorType.Bool, "BOOL", 1),
        (TensorType.UInt8, "U8", 1),
        (TensorType.Int8, "I8", 1),
        (TensorType.UInt16, "U16", 2),
        (TensorType.Int16, "I16", 2),
        (TensorType.UInt32, "U32", 4),
        (TensorType.Int32, "I32", 4),
        (TensorType.UInt64, "U64", 8),
        (TensorType.Int64, "I64", 8),
        (TensorType.Float16, "F16", 2),
        (TensorType.BFloat16, "BF16", 2),
        (TensorType.Float32, "F32", 4),
        (TensorType.Float64, "F64", 8),
    ];

    /// <summary>The type's code in a safetensors header, such as <c>F32</c>.</summary>
    /// <param name="type">The type.</param>
    public static string Code(this TensorType type) => Table[(int)type].Code;

    /// <summary>Bytes of one value.</summary>
    /// <param name="type">The type.</param>
    public static int ByteSize(this TensorType type) => Table[(int)type].Size;

    /// <summary>Whether its values are fractions.</summary>
    /// <param name="type">The type.</param>
    public static bool IsFloat(this TensorType type) => type >= TensorType.Float16;

    /// <summary>Bytes of a whole array; null where a dimension is negative or the number passes 64 bits.</summary>
    /// <param name="type">The type.</param>
    /// <param name="shape">The dimensions.</param>
    public static long? TryByteCount(this TensorType type, IReadOnlyList<long> shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Any(static dimension => dimension < 0))
            return null;
        if (shape.Contains(0))
            return 0;
        Int128 count = type.ByteSize();
        foreach (long dimension in shape)
        {
            count *= dimension;
            if (count > long.MaxValue)
                return null;
        }
        return (long)count;
    }

    /// <summary>The codes that are known, for messages.</summary>
    internal static string Codes { get; } = string.Join(", ", Table.Select(static row => row.Code));

    /// <summary>The type of a code; null where it is not known.</summary>
    /// <param name="code">A code such as <c>F32</c>.</param>
    internal static TensorType? OfCode(string? code)
    {
        foreach ((TensorType type, string known, _) in Table)
        {
            if (known == code)
                return type;
        }
        return null;
    }
}
