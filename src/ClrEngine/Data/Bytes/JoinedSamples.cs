namespace ClrEngine.Data;

/// <summary>The samples of several readers, one after the other.</summary>
internal sealed class JoinedSamples : ISampleReader
{
    private readonly ISampleReader[] _parts;
    private readonly long[] _starts;

    /// <summary>Joins readers of the same shape, at least one.</summary>
    public JoinedSamples(ISampleReader[] parts)
    {
        _parts = parts;
        _starts = new long[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!parts[i].Shape.SequenceEqual(parts[0].Shape)) throw new ArgumentException("All parts must have the same shape.", nameof(parts));
            _starts[i] = Count;
            Count += parts[i].Count;
        }
    }

    /// <inheritdoc/>
    public long Count { get; }

    /// <inheritdoc/>
    public IReadOnlyList<long> Shape => _parts[0].Shape;

    /// <inheritdoc/>
    public int SampleLength => _parts[0].SampleLength;

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<long> indices, Span<float> destination)
    {
        SampleShape.CheckRead(this, indices, destination);
        for (int row = 0; row < indices.Length; row++)
        {
            int found = Array.BinarySearch(_starts, indices[row]);
            int part = found >= 0 ? found : ~found - 1;
            _parts[part].Read([indices[row] - _starts[part]], destination.Slice(row * SampleLength, SampleLength));
        }
    }
}
