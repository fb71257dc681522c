namespace ClrEngine.Data;

/// <summary>Samples that are scaled as they are read.</summary>
public sealed class ScaledSamples : ISampleReader
{
    // A block this long stays in the first-level cache between being read and being scaled.
    private const int BlockValues = 8192;
    private readonly ISampleReader _samples;
    private readonly FeatureScaling _scaling;

    /// <summary>Puts a scaling in front of a reader.</summary>
    /// <param name="samples">The samples as they are.</param>
    /// <param name="scaling">As many channels as the samples' leading dimension.</param>
    /// <exception cref="ArgumentException">The channels differ.</exception>
    public ScaledSamples(ISampleReader samples, FeatureScaling scaling)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(scaling);
        if (samples.Shape[0] != scaling.Channels)
            throw new ArgumentException(
                $"The samples have {samples.Shape[0]} channels, the scaling {scaling.Channels}: use the scaling of this data.", nameof(scaling));
        _samples = samples;
        _scaling = scaling;
    }

    /// <inheritdoc/>
    public long Count => _samples.Count;

    /// <inheritdoc/>
    public IReadOnlyList<long> Shape => _samples.Shape;

    /// <inheritdoc/>
    public int SampleLength => _samples.SampleLength;

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<long> indices, Span<float> destination)
    {
        SampleShape.CheckRead(this, indices, destination);
        int blockRows = Math.Max(1, BlockValues / SampleLength);
        for (int row = 0; row < indices.Length; row += blockRows)
        {
            int rows = Math.Min(blockRows, indices.Length - row);
            Span<float> block = destination.Slice(row * SampleLength, rows * SampleLength);
            _samples.Read(indices.Slice(row, rows), block);
            _scaling.Apply(block, SampleLength);
        }
    }
}
