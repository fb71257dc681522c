namespace ClrEngine.Data;

/// <summary>Samples kept in memory as they are.</summary>
public sealed class FloatSamples : ISampleReader
{
    private readonly ReadOnlyMemory<float> _values;

    /// <summary>Wraps values; they are not copied, so leave them unchanged.</summary>
    /// <param name="values">The samples, row after row, all finite.</param>
    /// <param name="shape">The shape of one sample.</param>
    /// <exception cref="ArgumentException">The shape is not valid, the values do not make whole samples, or one is not finite.</exception>
    public FloatSamples(ReadOnlyMemory<float> values, IReadOnlyList<long> shape)
    {
        SampleLength = SampleShape.Length(shape);
        Count = SampleShape.WholeSamples(values.Length, SampleLength);
        Shape = [.. shape];
        ReadOnlySpan<float> span = values.Span;
        for (int i = 0; i < span.Length; i++)
        {
            if (!float.IsFinite(span[i]))
                throw new ArgumentException(
                    $"Value {i % SampleLength} of sample {i / SampleLength} is {span[i]}: remove the sample or mend its value.", nameof(values));
        }

        _values = values;
    }

    /// <inheritdoc/>
    public long Count { get; }

    /// <inheritdoc/>
    public IReadOnlyList<long> Shape { get; }

    /// <inheritdoc/>
    public int SampleLength { get; }

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<long> indices, Span<float> destination)
    {
        SampleShape.CheckRead(this, indices, destination);
        ReadOnlySpan<float> values = _values.Span;
        for (int row = 0; row < indices.Length; row++)
            values.Slice((int)indices[row] * SampleLength, SampleLength).CopyTo(destination[(row * SampleLength)..]);
    }
}
