using System.Buffers;

namespace ClrEngine.Data;

/// <summary>Samples of an array of any type, converted as they are read.</summary>
/// <remarks>
/// Three dimensions are grey images (samples, height, width); four are images with their channels first, or last where only the last dimension can be channels (1, 3 or 4).
/// Unsigned bytes of images are divided by 255.
/// </remarks>
internal sealed class NpySamples : ISampleReader
{
    private const float MaxPixel = 255;

    private readonly NpyArray _array;
    private readonly int _rowBytes;
    private readonly float _divisor;
    private readonly bool _channelsLast;

    /// <summary>Takes an array's first dimension as the samples.</summary>
    /// <exception cref="DataFormatException">A sample is too large.</exception>
    public NpySamples(NpyArray array)
    {
        _array = array;
        ReadOnlySpan<long> shape = array.Header.Shape.IsEmpty ? [1] : array.Header.Shape.AsSpan();
        Count = shape[0];
        long rowBytes = array.Header.Payload / Count;
        if (rowBytes > Array.MaxLength)
            throw new DataFormatException(DataFault.TooLarge, array.Path, $"has samples of {rowBytes} bytes, at most {Array.MaxLength} can be read: make them smaller.");
        _rowBytes = (int)rowBytes;
        SampleLength = _rowBytes / array.Header.Type.Size;
        _divisor = shape.Length > 2 && array.Header.Type.IsByte ? MaxPixel : 1;
        _channelsLast = shape is [_, not (1 or 3 or 4), _, 1 or 3 or 4];
        Shape = shape switch
        {
            [_] => [1],
            [_, var height, var width] => [1, height, width],
            [_, var height, var width, var channels] when _channelsLast => [channels, height, width],
            _ => [.. shape[1..]],
        };
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
        byte[] scratch = ArrayPool<byte>.Shared.Rent(_rowBytes);
        float[] planes = ArrayPool<float>.Shared.Rent(_channelsLast ? SampleLength : 0);
        try
        {
            for (int row = 0; row < indices.Length; row++)
            {
                ReadOnlySpan<byte> stored = _array.Bytes.Read(_array.Offset + (indices[row] * _rowBytes), scratch.AsSpan(0, _rowBytes));
                Span<float> sample = destination.Slice(row * SampleLength, SampleLength);
                Convert(stored, _channelsLast ? planes.AsSpan(0, SampleLength) : sample);
                if (_channelsLast) ChannelsFirst(planes.AsSpan(0, SampleLength), sample, (int)Shape[0]);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
            ArrayPool<float>.Shared.Return(planes);
        }
    }

    private void Convert(ReadOnlySpan<byte> stored, Span<float> values)
    {
        if (_array.Header.Type.IsByte) ByteDivision.Divide(stored, values, _divisor);
        else _array.Header.Type.Convert(stored, values);
    }

    private static void ChannelsFirst(ReadOnlySpan<float> mixed, Span<float> planes, int channels)
    {
        int plane = mixed.Length / channels;
        for (int pixel = 0, i = 0; pixel < plane; pixel++)
        {
            for (int channel = 0; channel < channels; channel++) planes[(channel * plane) + pixel] = mixed[i++];
        }
    }
}
