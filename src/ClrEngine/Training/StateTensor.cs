using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace ClrEngine.Training;

/// <summary>A named array by value, row after row and little-endian: how a learner's state leaves it and comes back, without a word of torch.</summary>
internal sealed class StateTensor
{
    /// <summary>How the names of a model's arrays begin in a learner's state.</summary>
    public const string ModelPrefix = "model.";

    /// <exception cref="ArgumentException">The name is empty, a dimension is negative, or type and shape ask for another number of bytes.</exception>
    public StateTensor(string name, TensorType type, ImmutableArray<long> shape, ReadOnlyMemory<byte> bytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (shape.IsDefault)
            throw new ArgumentException("Give the shape.", nameof(shape));
        if (type.TryByteCount(shape) is not { } wanted || wanted != bytes.Length)
            throw new ArgumentException($"'{name}' of {type.Text(shape)} cannot have {bytes.Length} bytes.", nameof(bytes));
        (Name, Type, Shape, Bytes) = (name, type, shape, bytes);
    }

    public string Name { get; }
    public TensorType Type { get; }
    public ImmutableArray<long> Shape { get; }
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Whether it makes the trained model, or only going on needs it.</summary>
    public bool IsOfModel => Name.StartsWith(ModelPrefix, StringComparison.Ordinal);

    public StateTensor Renamed(string name) => new(name, Type, Shape, Bytes);

    public override string ToString() => $"{Name}: {Type.Text(Shape)}";
}

[SuppressMessage("Naming", "CA1720", Justification = "The types are what they are called in the field.")]
internal enum TensorType
{
    Bool,
    UInt8,
    Int8,
    UInt16,
    Int16,
    UInt32,
    Int32,
    UInt64,
    Int64,
    Float16,
    BFloat16,
    Float32,
    Float64,
}

/// <summary>Codes and sizes of tensor types, as safetensors has them, in the order of <see cref="TensorType"/>.</summary>
internal static class TensorTypeExtensions
{
    private static readonly (string Code, int Size)[] Table =
    [
        ("BOOL", 1), ("U8", 1), ("I8", 1), ("U16", 2), ("I16", 2), ("U32", 4), ("I32", 4), ("U64", 8), ("I64", 8), ("F16", 2), ("BF16", 2), ("F32", 4), ("F64", 8),
    ];

    /// <summary>The codes that are known, for messages.</summary>
    public static string Codes { get; } = string.Join(", ", Table.Select(static row => row.Code));

    public static string Code(this TensorType type) => Table[(int)type].Code;

    /// <summary>The type of a code such as <c>F32</c>; null where it is not known.</summary>
    public static TensorType? FromCode(string? code) => Array.FindIndex(Table, row => row.Code == code) is >= 0 and int found ? (TensorType)found : null;

    public static string Text(this TensorType type, IReadOnlyList<long> shape) => $"{type.Code()} [{string.Join(", ", shape)}]";

    public static int ByteSize(this TensorType type) => Table[(int)type].Size;

    public static bool IsFloat(this TensorType type) => type >= TensorType.Float16;

    /// <summary>Bytes of a whole array; null where a dimension is negative or the number passes 64 bits.</summary>
    public static long? TryByteCount(this TensorType type, IReadOnlyList<long> shape)
    {
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
}

/// <summary>Finds saved arrays by name and refuses those that do not fit.</summary>
internal static class StateMatch
{
    /// <summary>The saved array for each wanted one, in the wanted order.</summary>
    /// <exception cref="StateMismatchException">They do not match one to one; the message names the first array that does not.</exception>
    public static IReadOnlyList<StateTensor> InOrder(
        IReadOnlyList<(string Name, TensorType Type, ImmutableArray<long> Shape)> wanted, IReadOnlyList<StateTensor> saved)
    {
        var byName = new Dictionary<string, StateTensor>(StringComparer.Ordinal);
        foreach (StateTensor tensor in saved)
        {
            if (!byName.TryAdd(tensor.Name, tensor))
                throw new StateMismatchException($"it has '{tensor.Name}' twice.");
        }
        var ordered = new List<StateTensor>(wanted.Count);
        foreach ((string name, TensorType type, ImmutableArray<long> shape) in wanted)
        {
            if (!byName.Remove(name, out StateTensor? tensor))
                throw new StateMismatchException($"it lacks '{name}', {type.Text(shape)}.");
            if (tensor.Type != type || !tensor.Shape.AsSpan().SequenceEqual(shape.AsSpan()))
                throw new StateMismatchException($"'{name}' is {tensor.Type.Text(tensor.Shape)} there and {type.Text(shape)} here.");
            ordered.Add(tensor);
        }
        return byName.Count == 0
            ? ordered
            : throw new StateMismatchException($"it has '{byName.Keys.Order(StringComparer.Ordinal).First()}', which is not here.");
    }
}

/// <summary>A saved state does not fit the learner that shall take it.</summary>
/// <param name="difference">What the saved state has and what the learner has: the first difference, as a sentence.</param>
public sealed class StateMismatchException(string difference) : ClrException(
    StateMismatch, $"The saved state belongs to another model or optimizer: {difference} Give the model, the data and the optimizer that it was saved with.")
{
    private static readonly ErrorCause StateMismatch = new(nameof(StateMismatch), ErrorKind.InvalidData,
        "A saved state belongs to another model or optimiser.", "Give the model, the data and the optimiser that it was saved with.");

    /// <summary>The first difference, as a sentence.</summary>
    public string Difference => difference;
}
