using System.Collections.Immutable;

namespace ClrEngine.Training;

/// <summary>A named array by value: how a learner's state leaves it and comes back, without a word of torch.</summary>
public sealed class StateTensor
{
    /// <summary>How the names of a model's arrays begin in a learner's state.</summary>
    public const string ModelPrefix = "model.";

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
            throw new ArgumentException($"'{name}' of {type.Code()} [{string.Join(", ", shape)}] cannot have {bytes.Length} bytes.", nameof(bytes));
        Name = name;
        Type = type;
        Shape = shape;
        Bytes = bytes;
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
    public bool IsOfModel => Name.StartsWith(ModelPrefix, StringComparison.Ordinal);

    /// <summary>The same array under another name.</summary>
    /// <param name="name">The name, not empty.</param>
    public StateTensor Renamed(string name) => new(name, Type, Shape, Bytes);

    /// <summary>Name, type and shape, on one line.</summary>
    public override string ToString() => $"{Name}: {Type.Code()} [{string.Join(", ", Shape)}]";
}
