using System.Numerics;
using System.Runtime.InteropServices;

namespace ClrEngine.Data.Images;

/// <summary>Brings an image to another size, by a triangle filter as wide as a pixel of the smaller of both; it takes one row after the other, and keeps none.</summary>
/// <param name="from">The size that it has.</param>
/// <param name="channels">How many values a pixel has, which lie together.</param>
/// <param name="isDeep">Whether a value has two bytes.</param>
/// <param name="to">The size that is wanted.</param>
internal sealed class ImageResize((int Height, int Width) from, int channels, bool isDeep, (int Height, int Width) to)
{
    private readonly (int Start, float[] Weights)[] _columns = Filter(from.Width, to.Width), _rows = Filter(from.Height, to.Height);
    private readonly float[] _narrowed = new float[to.Width * channels];
    private readonly float[]?[] _lines = new float[to.Height][];
    private int _row, _done;

    /// <summary>The pixels in the size that is wanted, when all rows were added.</summary>
    public byte[] Resized { get; } = new byte[to.Height * to.Width * channels * (isDeep ? 2 : 1)];

    /// <summary>Stretches rows of pixels to a size.</summary>
    public static byte[] To(byte[] pixels, (int Height, int Width) from, int channels, bool isDeep, (int Height, int Width) to)
    {
        if (from == to) return pixels;
        var resize = new ImageResize(from, channels, isDeep, to);
        int row = pixels.Length / from.Height;
        for (int y = 0; y < from.Height; y++) resize.Add(pixels.AsSpan(y * row, row));
        return resize.Resized;
    }

    /// <summary>Adds the next row.</summary>
    public void Add(ReadOnlySpan<byte> row)
    {
        if (isDeep) Add(MemoryMarshal.Cast<byte, ushort>(row), MemoryMarshal.Cast<byte, ushort>(Resized.AsSpan()));
        else Add<byte>(row, Resized);
    }

    private void Add<T>(ReadOnlySpan<T> pixels, Span<T> resized)
        where T : unmanaged, INumber<T>
    {
        for (int x = 0; x < to.Width; x++)
        {
            (int start, float[] weights) = _columns[x];
            for (int channel = 0; channel < channels; channel++)
            {
                float sum = 0;
                for (int i = 0; i < weights.Length; i++) sum += weights[i] * float.CreateTruncating(pixels[((start + i) * channels) + channel]);
                _narrowed[(x * channels) + channel] = sum;
            }
        }

        // The lines of the new size that this row is part of: both begin and end in the order of their places.
        for (int y = _done; y < to.Height && _rows[y].Start <= _row; y++)
        {
            (int start, float[] weights) = _rows[y];
            float[] line = _lines[y] ??= new float[_narrowed.Length];
            float weight = weights[_row - start];
            for (int x = 0; x < line.Length; x++) line[x] += weight * _narrowed[x];
            if (_row < start + weights.Length - 1) continue;
            for (int x = 0; x < line.Length; x++) resized[(y * line.Length) + x] = T.CreateSaturating(line[x] + 0.5f);
            (_lines[y], _done) = (null, y + 1);
        }

        _row++;
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
