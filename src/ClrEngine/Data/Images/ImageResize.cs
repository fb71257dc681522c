using System.Runtime.CompilerServices;
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
    private readonly Filter _columns = new(from.Width, to.Width), _rows = new(from.Height, to.Height);
    // One value more than there are: pixels of three values are taken, and given, by fours.
    private readonly float[] _wide = new float[(from.Width * channels) + 1], _narrowed = new float[(to.Width * channels) + 1];
    // The lines that a row may be part of, each taken anew when it is done.
    private float[][]? _lines;
    private int _row, _done;

    /// <summary>The pixels in the size that is wanted, when all rows were added.</summary>
    public byte[] Resized { get; } = GC.AllocateUninitializedArray<byte>(to.Height * to.Width * channels * (isDeep ? 2 : 1));

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
        _lines ??= [.. Enumerable.Range(0, _rows.Overlap).Select(_ => new float[to.Width * channels])];
        // The lines of the new size that this row is part of: both begin and end in the order of their places.
        for (int y = _done; y < to.Height && _rows.Starts[y] <= _row; y++)
        {
            int place = _row - _rows.Starts[y];
            float[] line = _lines[y % _lines.Length];
            if (_rows.Weights[(y * _rows.Taps) + place] is var weight and not 0) AddTo(line, weight);
            if (place < _rows.Taps - 1) continue;
            if (isDeep) Round(line, MemoryMarshal.Cast<byte, ushort>(Resized.AsSpan()).Slice(y * line.Length, line.Length));
            else Round(line, Resized.AsSpan(y * line.Length, line.Length));
            Array.Clear(line);
            _done = y + 1;
        }

        _row++;
    }

    private void Widen(ReadOnlySpan<ushort> row)
    {
        for (int i = 0; i < row.Length; i++) _wide[i] = row[i];
    }

    private void Narrow()
    {
        ref float weight = ref MemoryMarshal.GetArrayDataReference(_columns.Weights);
        int taps = _columns.Taps;
        for (int x = 0; x < to.Width; x++, weight = ref Unsafe.Add(ref weight, taps))
        {
            // A filter lies within the row; what its last pixel is read beyond it is the one value more.
            ref float pixel = ref _wide[_columns.Starts[x] * channels];
            if (channels == 1)
            {
                float sum = 0;
                for (int i = 0; i < taps; i++) sum += Unsafe.Add(ref weight, i) * Unsafe.Add(ref pixel, i);
                _narrowed[x] = sum;
                continue;
            }

            Vector128<float> sums = default;
            for (int i = 0; i < taps; i++) sums += Vector128.Create(Unsafe.Add(ref weight, i)) * Vector128.LoadUnsafe(ref pixel, (nuint)(i * channels));
            sums.StoreUnsafe(ref _narrowed[x * channels]);
        }
    }

    private void AddTo(float[] line, float weight)
    {
        ref float to = ref MemoryMarshal.GetArrayDataReference(line);
        ref float value = ref MemoryMarshal.GetArrayDataReference(_narrowed);
        var weights = Vector256.Create(weight);
        int x = 0;
        for (; x <= line.Length - Vector256<float>.Count; x += Vector256<float>.Count)
            (Vector256.LoadUnsafe(ref to, (nuint)x) + (weights * Vector256.LoadUnsafe(ref value, (nuint)x))).StoreUnsafe(ref to, (nuint)x);
        for (; x < line.Length; x++) line[x] += weight * _narrowed[x];
    }

    private static void Round(float[] line, Span<ushort> resized)
    {
        for (int x = 0; x < line.Length; x++) resized[x] = ushort.CreateSaturating(line[x] + 0.5f);
    }

    // A mean of bytes is none below 0, and rounding may lift it above 255 by a bit.
    private static void Round(float[] line, Span<byte> resized)
    {
        var half = Vector128.Create(0.5f);
        var most = Vector128.Create((float)byte.MaxValue);
        int x = 0;
        for (; x <= line.Length - Vector128<byte>.Count; x += Vector128<byte>.Count)
            Vector128.Narrow(Vector128.Narrow(At(x), At(x + 4)), Vector128.Narrow(At(x + 8), At(x + 12))).CopyTo(resized[x..]);
        for (; x < line.Length; x++) resized[x] = byte.CreateSaturating(line[x] + 0.5f);

        Vector128<uint> At(int place) => Vector128.ConvertToInt32(Vector128.Min(Vector128.Create(line, place) + half, most)).AsUInt32();
    }

    /// <summary>For each place of the new size, the old ones that it is made of and their weights, whose sum is 1.</summary>
    private sealed class Filter
    {
        public Filter(int from, int to)
        {
            double scale = (double)from / to, radius = Math.Max(1, scale);
            // As many for each place, some of no weight: a loop of one length is faster.
            Taps = Math.Min(from, (int)Math.Ceiling(2 * radius) + 1);
            Starts = new int[to];
            Weights = new float[to * Taps];
            Span<double> weights = Taps <= 64 ? stackalloc double[Taps] : new double[Taps];
            for (int place = 0; place < to; place++)
            {
                double center = (place + 0.5) * scale, sum = 0;
                int start = Math.Clamp((int)Math.Floor(center - radius), 0, from - Taps);
                for (int i = 0; i < Taps; i++) sum += weights[i] = Math.Max(0, 1 - (Math.Abs(start + i + 0.5 - center) / radius));
                Starts[place] = start;
                for (int i = 0; i < Taps; i++) Weights[(place * Taps) + i] = (float)(weights[i] / sum);
            }

            for (int place = 0, next = 0; place < to; place++)
            {
                while (next < to && Starts[next] < Starts[place] + Taps) next++;
                Overlap = Math.Max(Overlap, next - place);
            }
        }

        /// <summary>How many old places each new one is made of.</summary>
        public int Taps { get; }

        /// <summary>How many new places in a row may be made of the same old one.</summary>
        public int Overlap { get; }

        public int[] Starts { get; }

        public float[] Weights { get; }
    }
}
