using System.Buffers;

namespace ClrEngine.Data;

/// <summary>Samples of one byte a value that lie at equal distances in a file, divided as they are read.</summary>
internal sealed class RecordSamples : ISampleReader
{
    private readonly ByteSource _source;
    private readonly long _offset;
    private readonly long _stride;
    private readonly float _divisor;

    /// <summary>Names the samples' places; nothing is read yet.</summary>
    /// <param name="source">The file.</param>
    /// <param name="offset">Where the first sample starts.</param>
    /// <param name="stride">How far it is from one sample to the next.</param>
    /// <param name="count">How many samples there are; all lie within the file.</param>
    /// <param name="shape">The shape of one sample.</param>
    /// <param name="divisor">The byte that shall read as 1.</param>
    public RecordSamples(ByteSource source, long offset, long stride, long count, IReadOnlyList<long> shape, float divisor)
    {
        SampleLength = SampleShape.Length(shape);
        if (count < 1 || offset + ((count - 1) * stride) + SampleLength > source.Length)
            throw new ArgumentOutOfRangeException(nameof(count), count, "The samples do not lie within the file.");
        _source = source;
        _offset = offset;
        _stride = stride;
        _divisor = divisor;
        Count = count;
        Shape = [.. shape];
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
        byte[] scratch = ArrayPool<byte>.Shared.Rent(SampleLength);
        try
        {
            for (int row = 0; row < indices.Length; row++)
            {
                ByteDivision.Divide(
                    _source.Read(_offset + (indices[row] * _stride), scratch.AsSpan(0, SampleLength)),
                    destination.Slice(row * SampleLength, SampleLength),
                    _divisor);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }
}
