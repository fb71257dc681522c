namespace ClrEngine.Data;

/// <summary>Samples kept as one byte a value and divided when read: a quarter of the memory of floats.</summary>
public sealed class ByteSamples : ISampleReader
{
    private readonly ReadOnlyMemory<byte> _values;
    private readonly float _divisor;

    /// <summary>Wraps bytes; they are not copied, so leave them unchanged.</summary>
    /// <param name="values">The samples, row after row.</param>
    /// <param name="shape">The shape of one sample.</param>
    /// <param name="divisor">What each byte is divided by: the byte that shall read as 1, such as 255.</param>
    /// <exception cref="ArgumentException">The shape is not valid, or the values do not make whole samples.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The divisor is not a finite number above 0.</exception>
    public ByteSamples(ReadOnlyMemory<byte> values, IReadOnlyList<long> shape, float divisor)
    {
        if (!float.IsNormal(divisor) || divisor < 0)
            throw new ArgumentOutOfRangeException(nameof(divisor), divisor, "The divisor must be a finite number above 0.");
        SampleLength = SampleShape.Length(shape);
        Count = SampleShape.WholeSamples(values.Length, SampleLength);
        Shape = [.. shape];
        _values = values;
        _divisor = divisor;
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
        ReadOnlySpan<byte> values = _values.Span;
        for (int row = 0; row < indices.Length; row++)
        {
            ByteDivision.Divide(
                values.Slice((int)indices[row] * SampleLength, SampleLength),
                destination.Slice(row * SampleLength, SampleLength),
                _divisor);
        }
    }
}
