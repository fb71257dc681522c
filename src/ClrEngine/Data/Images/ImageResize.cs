namespace ClrEngine.Data.Images;

/// <summary>Brings an image to another size, by a triangle filter as wide as a pixel of the smaller of both.</summary>
internal static class ImageResize
{
    /// <summary>Stretches rows of pixels, each with its channels together, to a size.</summary>
    public static byte[] To(byte[] pixels, ImageHead head, int channels, ImageSize size)
    {
        if (head.Height == size.Height && head.Width == size.Width) return pixels;
        (int Start, float[] Weights)[] columns = Filter(head.Width, size.Width), rows = Filter(head.Height, size.Height);
        int wide = size.Width * channels;
        var narrowed = new float[head.Height * wide];
        for (int y = 0; y < head.Height; y++)
        {
            for (int x = 0; x < size.Width; x++)
            {
                (int start, float[] weights) = columns[x];
                for (int channel = 0; channel < channels; channel++)
                {
                    float sum = 0;
                    for (int i = 0; i < weights.Length; i++) sum += weights[i] * pixels[(((y * head.Width) + start + i) * channels) + channel];
                    narrowed[(y * wide) + (x * channels) + channel] = sum;
                }
            }
        }

        var resized = new byte[size.Height * wide];
        for (int y = 0; y < size.Height; y++)
        {
            (int start, float[] weights) = rows[y];
            for (int x = 0; x < wide; x++)
            {
                float sum = 0;
                for (int i = 0; i < weights.Length; i++) sum += weights[i] * narrowed[((start + i) * wide) + x];
                resized[(y * wide) + x] = (byte)Math.Clamp(sum + 0.5f, 0, 255);
            }
        }

        return resized;
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
