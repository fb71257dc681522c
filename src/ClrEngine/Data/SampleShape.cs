namespace ClrEngine.Data;

/// <summary>The checks that every reader makes of its shape and of what it is asked.</summary>
internal static class SampleShape
{
    /// <summary>The product of a shape's dimensions.</summary>
    /// <exception cref="ArgumentException">There is no dimension, one is less than 1, or the product passes 2^31 - 1.</exception>
    public static int Length(IReadOnlyList<long> shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        long length = 1;
        foreach (long dimension in shape)
        {
            if (dimension < 1 || dimension > int.MaxValue || (length *= dimension) > int.MaxValue)
                throw new ArgumentException($"The shape [{string.Join(", ", shape)}] needs dimensions of at least 1 whose product is below 2^31.", nameof(shape));
        }

        return shape.Count > 0 ? (int)length : throw new ArgumentException("A shape has at least one dimension.", nameof(shape));
    }

    /// <summary>How many whole samples an array holds.</summary>
    /// <exception cref="ArgumentException">The last sample is not whole.</exception>
    public static long WholeSamples(int values, int sampleLength) =>
        values % sampleLength == 0
            ? values / sampleLength
            : throw new ArgumentException($"{values} values do not make whole samples of {sampleLength}.", nameof(values));

    /// <summary>Checks the arguments of <see cref="ISampleReader.Read"/>.</summary>
    public static void CheckRead(ISampleReader reader, ReadOnlySpan<long> indices, Span<float> destination)
    {
        if (destination.Length != (long)indices.Length * reader.SampleLength)
            throw new ArgumentException(
                $"{indices.Length} samples take {(long)indices.Length * reader.SampleLength} values, the destination has {destination.Length}.", nameof(destination));
        long count = reader.Count;
        foreach (long index in indices)
        {
            if (index < 0 || index >= count)
                throw new ArgumentOutOfRangeException(nameof(indices), index, $"There are {count} samples: give indices from 0 to {count - 1}.");
        }
    }
}
