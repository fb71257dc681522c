using System.Buffers;
using System.Numerics;

namespace ClrEngine.Data.Arrays;

/// <summary>Samples of an array of any type, its first dimension, converted as they are read; what its other dimensions are is said by a layout.</summary>
internal sealed class NpySamples(NpyArray array, ArrayLayout layout) : SampleReader(array.Samples, ShapeOf(array, layout))
{
    private readonly int _rowBytes = (int)((array.Bytes.Length - array.Offset) / array.Samples);
    private readonly bool _channelsLast = ArrayLayout.HasChannelsLast(DimensionsOf(array), layout.Kind);

    internal override bool IsWide => array.Type.Size > (array.Type.IsFloat ? sizeof(float) : sizeof(short));

    internal override bool IsInteger => array.Type.Kind is 'i' or 'u' && layout.Kind != SampleLayout.Image;

    internal override float? ByteDivisor => array.Type.IsByte ? layout.Divisor : null;

    internal override bool IsInMemory => array.Bytes.IsInMemory;

    internal override void ReadBytes(ReadOnlySpan<long> indices, Span<float> destination, WidenBytes widen)
    {
        byte[] planes = _channelsLast ? new byte[_rowBytes] : [];
        array.Bytes.ReadRows(indices, array.Offset, _rowBytes, _rowBytes, destination, !_channelsLast ? widen : (mixed, values) =>
        {
            ByteSamples.ToPlanes(mixed, planes.AsSpan(), (int)Shape[0]);
            widen(planes, values);
        });
    }

    internal override void ReadDoubles(ReadOnlySpan<long> indices, Span<double> destination) => Read(indices, destination);

    private protected override void ReadChecked(ReadOnlySpan<long> indices, Span<float> destination)
    {
        if (ByteDivisor is { } divisor) ReadBytes(indices, destination, (bytes, values) => ByteSamples.Divide(bytes, values, divisor));
        else Read(indices, destination);
    }

    private void Read<T>(ReadOnlySpan<long> indices, Span<T> destination)
        where T : unmanaged, IFloatingPoint<T>
    {
        byte[] scratch = ArrayPool<byte>.Shared.Rent(_rowBytes);
        T[] planes = ArrayPool<T>.Shared.Rent(_channelsLast ? SampleLength : 0);
        try
        {
            for (int row = 0; row < indices.Length; row++)
            {
                ReadOnlySpan<byte> stored = array.Bytes.Read(array.Offset + (indices[row] * _rowBytes), scratch.AsSpan(0, _rowBytes));
                Span<T> sample = destination.Slice(row * SampleLength, SampleLength);
                Span<T> values = _channelsLast ? planes.AsSpan(0, SampleLength) : sample;
                Convert(stored, values);
                if (_channelsLast) ByteSamples.ToPlanes<T>(values, sample, (int)Shape[0]);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
            ArrayPool<T>.Shared.Return(planes);
        }
    }

    private void Convert<T>(ReadOnlySpan<byte> stored, Span<T> values)
        where T : unmanaged, IFloatingPoint<T>
    {
        array.Type.Convert(stored, values);
        if (layout.Divisor == 1) return;
        T divisor = T.CreateTruncating(layout.Divisor);
        foreach (ref T value in values) value /= divisor;
    }

    private static long[] DimensionsOf(NpyArray array) => array.Shape.IsEmpty ? [] : [.. array.Shape[1..]];

    private static long[] ShapeOf(NpyArray array, ArrayLayout layout)
    {
        long bytes = (array.Bytes.Length - array.Offset) / array.Samples;
        return bytes > Array.MaxLength
            ? throw new DataFormatException(DataErrors.TooLarge, array.Path, $"has samples of {bytes} bytes, at most {Array.MaxLength} can be read: make them smaller.")
            : ArrayLayout.ShapeOf(DimensionsOf(array), layout.Kind)
            ?? throw new DataFormatException(DataErrors.ShapeMismatch, array.Path, $"has the shape ({string.Join(", ", array.Shape)}), which has not the layout {layout.Kind} of the training part: give both the same dimensions.");
    }
}
