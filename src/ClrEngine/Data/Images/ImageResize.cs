using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ClrEngine.Data.Images;

/// <summary>Brings an image to another size, by a triangle filter as wide as a pixel of the smaller of both; it takes one row after the other, and keeps none.</summary>
/// <param name="from">The size that it has.</param>
/// <param name="channels">How many values a pixel has, which lie together: 1 or 3.</param>
/// <param name="isDeep">Whether a value has two bytes.</param>
/// <param name="to">The size that is wanted.</param>
internal sealed class ImageResize((int Height, int Width) from, int channels, bool isDeep, (int Height, int Width) to)
{
    private readonly (int Start, float[] Weights)[] _columns = Filter(from.Width, to.Width), _rows = Filter(from.Height, to.Height);
    // One value more than there are: pixels of three values are taken by fours.
    private readonly float[] _wide = new float[(from.Width * channels) + 1], _narrowed = new float[(to.Width * channels) + 1];
    private readonly float[]?[] _lines = new float[to.Height][];
    private int _row, _done;

    /// <summary>The pixels in the size that is wanted, when all rows were added.</summary>
    public byte[] Resized { get; } = new byte[to.Height * to.Width * channels * (isDeep ? 2 : 1)];

    /// <summary>Stretches rows of pixels to a size; what the array has beyond the last of them is not looked at.</summary>
    public static byte[] To(byte[] pixels, (int Height, int Width) from, int channels, bool isDeep, (int Height, int Width) to)
    {
        if (from == to) return pixels;
        var resize = new ImageResize(from, channels, isDeep, to);
        int row = from.Width * channels * (isDeep ? 2 : 1);
        for (int y = 0; y < from.Height; y++) resize.Add(pixels.AsSpan(y * row, row));
        return resize.Resized;
    }

    /// <summary>Adds the next row.</summary>
    public void Add(ReadOnlySpan<byte> row)
    {
        if (isDeep) Widen(MemoryMarshal.Cast<byte, ushort>(row));
        else ByteSamples.Divide(row, _wide, 1);
        Narrow();
        // The lines of the new size that this row is part of: both begin and end in the order of their places.
        for (int y = _done; y < to.Height && _rows[y].Start <= _row; y++)
        {
            (int start, float[] weights) = _rows[y];
            float[] line = _lines[y] ??= new float[to.Width * channels];
            AddTo(line, weights[_row - start]);
            if (_row < start + weights.Length - 1) continue;
            if (isDeep) Round(line, MemoryMarshal.Cast<byte, ushort>(Resized.AsSpan()).Slice(y * line.Length, line.Length));
            else Round(line, Resized.AsSpan(y * line.Length, line.Length));
            (_lines[y], _done) = (null, y + 1);
        }

        _row++;
    }

    private void Widen(ReadOnlySpan<ushort> row)
    {
        for (int i = 0; i < row.Length; i++) _wide[i] = row[i];
    }

    private void Narrow()
    {
        for (int x = 0; x < to.Width; x++)
        {
            (int start, float[] weights) = _columns[x];
            if (channels == 1)
            {
                float sum = 0;
                for (int i = 0; i < weights.Length; i++) sum += weights[i] * _wide[start + i];
                _narrowed[x] = sum;
                continue;
            }

            Vector128<float> sums = default;
            for (int i = 0; i < weights.Length; i++) sums += Vector128.Create(weights[i]) * Vector128.Create<float>(_wide.AsSpan((start + i) * channels));
            sums.CopyTo(_narrowed, x * channels);
        }
    }

    private void AddTo(float[] line, float weight)
    {
        var weights = Vector256.Create(weight);
        int x = 0;
        for (; x <= line.Length - Vector256<float>.Count; x += Vector256<float>.Count)
            (Vector256.Create(line, x) + (weights * Vector256.Create(_narrowed, x))).CopyTo(line, x);
        for (; x < line.Length; x++) line[x] += weight * _narrowed[x];
    }

    private static void Round<T>(float[] line, Span<T> resized)
        where T : INumber<T>
    {
        for (int x = 0; x < line.Length; x++) resized[x] = T.CreateSaturating(line[x] + 0.5f);
    }

    // For each place of the new size, the old ones that it is made of and their weights, whose sum is 1.
    private static (int Start, float[] Weights)[] Filter(int from, int to)
    {
        double scale = (double)from / to, radius = Math.Max(1, scale);
        var places = new (int, float[])[to];
        for (int place = 0; place < to; place++)
        {
            double center = (place + 0.5) * scale;
            int start = Math.Max(0, (int)Math.Floor(center - radius)), end = Math.Min(from, (int)Math.Ceiling(center + radius));
            double[] weights = [.. Enumerable.Range(start, end - start).Select(i => Math.Max(0, 1 - (Math.Abs(i + 0.5 - center) / radius)))];
            double sum = weights.Sum();
            places[place] = (start, [.. weights.Select(weight => (float)(weight / sum))]);
        }

        return places;
    }
}
