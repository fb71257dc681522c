using System.Buffers;

namespace ClrEngine.Data.Arrays;

/// <summary>Samples of an array of any type, its first dimension, converted as they are read.</summary>
/// <remarks>
/// Three dimensions are grey images (samples, height, width); four are images with their channels first, or last where only the last dimension can be channels (1, 3 or 4).
/// Unsigned bytes of images are divided by 255.
/// </remarks>
internal sealed class NpySamples(NpyArray array) : SampleReader(array.Samples, ShapeOf(array))
{
    private const float MaxPixel = 255;

    private readonly int _rowBytes = (int)((array.Bytes.Length - array.Offset) / array.Samples);
    private readonly float _divisor = array.Shape.Length > 2 && array.Type.IsByte ? MaxPixel : 1;
    private readonly bool _channelsLast = HasChannelsLast(array);

    private protected override void ReadChecked(ReadOnlySpan<long> indices, Span<float> destination)
    {
        byte[] scratch = ArrayPool<byte>.Shared.Rent(_rowBytes);
        float[] planes = ArrayPool<float>.Shared.Rent(_channelsLast ? SampleLength : 0);
        try
        {
            for (int row = 0; row < indices.Length; row++)
            {
                ReadOnlySpan<byte> stored = array.Bytes.Read(array.Offset + (indices[row] * _rowBytes), scratch.AsSpan(0, _rowBytes));
                Span<float> sample = destination.Slice(row * SampleLength, SampleLength);
                Span<float> values = _channelsLast ? planes.AsSpan(0, SampleLength) : sample;
                if (array.Type.IsByte) ByteSamples.Divide(stored, values, _divisor);
                else array.Type.Convert(stored, values);
                if (_channelsLast) ByteSamples.ToPlanes<float>(values, sample, (int)Shape[0]);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
            ArrayPool<float>.Shared.Return(planes);
        }
    }

    private static bool HasChannelsLast(NpyArray array) => array.Shape is [_, not (1 or 3 or 4), _, 1 or 3 or 4];

    private static long[] ShapeOf(NpyArray array)
    {
        long bytes = (array.Bytes.Length - array.Offset) / array.Samples;
        if (bytes > Array.MaxLength)
            throw new DataFormatException(DataErrors.TooLarge, array.Path, $"has samples of {bytes} bytes, at most {Array.MaxLength} can be read: make them smaller.");
        return array.Shape switch
        {
            [] or [_] => [1],
            [_, var height, var width] => [1, height, width],
            [_, var height, var width, var channels] when HasChannelsLast(array) => [channels, height, width],
            [_, .. var rest] => [.. rest],
        };
    }
}
