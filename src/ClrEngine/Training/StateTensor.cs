using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using ClrEngine.Errors;

namespace ClrEngine.Training;

/// <summary>A named array by value: how a learner's state leaves it and comes back, without a word of torch.</summary>
public sealed class StateTensor
{
    /// <summary>How the names of a model's arrays begin in a learner's state.</summary>
    internal const string ModelPrefix = "model.";

    /// <summary>Makes a named array.</summary>
    /// <param name="name">Its name, not empty.</param>
    /// <param name="type">The type of its values.</param>
    /// <param name="shape">Its dimensions, each at least 0; none for a single value.</param>
    /// <param name="bytes">Its values row after row, little-endian, as many bytes as type and shape ask for.</param>
    /// <exception cref="ArgumentException">The name is empty, a dimension is negative, or the number of bytes is another.</exception>
    public StateTensor(string name, TensorType type, ImmutableArray<long> shape, ReadOnlyMemory<byte> bytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (shape.IsDefault) throw new ArgumentException("Give the shape.", nameof(shape));
        if (type.TryByteCount(shape) is not { } wanted || wanted != bytes.Length)
            throw new ArgumentException($"'{name}' of {type.Text(shape)} cannot have {bytes.Length} bytes.", nameof(bytes));
        (Name, Type, Shape, Bytes) = (name, type, shape, bytes);
    }

    /// <summary>Its name, such as <c>model.hidden1.weight</c>.</summary>
    public string Name { get; }

    /// <summary>The type of its values.</summary>
    public TensorType Type { get; }

    /// <summary>Its dimensions; none for a single value.</summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>Its values row after row, little-endian.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Whether it makes the trained model, or only going on needs it.</summary>
    internal bool IsOfModel => Name.StartsWith(ModelPrefix, StringComparison.Ordinal);

    internal StateTensor Renamed(string name) => new(name, Type, Shape, Bytes);

    /// <summary>Name, type and shape, on one line.</summary>
    public override string ToString() => $"{Name}: {Type.Text(Shape)}";
}

/// <summary>The type of an array's values.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "The types are what they are called in the field.")]
public enum TensorType
{
    /// <summary>True or false, one byte each.</summary>
    Bool,

    /// <summary>Whole numbers from 0 to 255.</summary>
    UInt8,

    /// <summary>Whole numbers of 8 bits with a sign.</summary>
    Int8,

    /// <summary>Whole numbers of 16 bits without a sign.</summary>
    UInt16,

    /// <summary>Whole numbers of 16 bits with a sign.</summary>
    Int16,

    /// <summary>Whole numbers of 32 bits without a sign.</summary>
    UInt32,

    /// <summary>Whole numbers of 32 bits with a sign.</summary>
    Int32,

    /// <summary>Whole numbers of 64 bits without a sign.</summary>
    UInt64,

    /// <summary>Whole numbers of 64 bits with a sign.</summary>
    Int64,

    /// <summary>IEEE half precision.</summary>
    Float16,

    /// <summary>The upper half of a single: its exponent, 7 bits of fraction.</summary>
    BFloat16,

    /// <summary>IEEE single precision.</summary>
    Float32,

    /// <summary>IEEE double precision.</summary>
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
