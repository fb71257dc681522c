using System.Numerics;
using System.Runtime.InteropServices;

namespace ClrEngine.Data.Images;

/// <summary>Brings an image to another size, by a triangle filter as wide as a pixel of the smaller of both.</summary>
internal static class ImageResize
{
    /// <summary>Stretches rows of pixels, each with its channels together, to a size; two bytes a value where they are deep.</summary>
    public static byte[] To(byte[] pixels, (int Height, int Width) from, int channels, bool isDeep, (int Height, int Width) to)
    {
        if (from == to) return pixels;
        var resized = new byte[to.Height * to.Width * channels * (isDeep ? 2 : 1)];
        if (isDeep) Stretch(MemoryMarshal.Cast<byte, ushort>(pixels), from, channels, to, MemoryMarshal.Cast<byte, ushort>(resized.AsSpan()));
        else Stretch<byte>(pixels, from, channels, to, resized);
        return resized;
    }

    private static void Stretch<T>(ReadOnlySpan<T> pixels, (int Height, int Width) from, int channels, (int Height, int Width) to, Span<T> resized)
        where T : unmanaged, INumber<T>
    {
        (int Start, float[] Weights)[] columns = Filter(from.Width, to.Width), rows = Filter(from.Height, to.Height);
        int wide = to.Width * channels;
        var narrowed = new float[from.Height * wide];
        for (int y = 0; y < from.Height; y++)
        {
            for (int x = 0; x < to.Width; x++)
            {
                (int start, float[] weights) = columns[x];
                for (int channel = 0; channel < channels; channel++)
                {
                    float sum = 0;
                    for (int i = 0; i < weights.Length; i++) sum += weights[i] * float.CreateTruncating(pixels[(((y * from.Width) + start + i) * channels) + channel]);
                    narrowed[(y * wide) + (x * channels) + channel] = sum;
                }
            }
        }

        var line = new float[wide];
        for (int y = 0; y < to.Height; y++)
        {
            (int start, float[] weights) = rows[y];
            Array.Clear(line);
            for (int i = 0; i < weights.Length; i++)
            {
                ReadOnlySpan<float> source = narrowed.AsSpan((start + i) * wide, wide);
                for (int x = 0; x < line.Length; x++) line[x] += weights[i] * source[x];
            }

            for (int x = 0; x < wide; x++) resized[(y * wide) + x] = T.CreateSaturating(line[x] + 0.5f);
        }
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
