using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ClrEngine.Data;

/// <summary>Samples kept as one byte a value and divided when read: a quarter of the memory of floats, or none where they stay in their file.</summary>
internal sealed class ByteSamples : SampleReader
{
    private readonly ByteSource _source;
    private readonly long _offset;
    private readonly long _stride;
    private readonly float _divisor;

    /// <summary>Wraps bytes; each is divided by the one that shall read as 1, such as 255.</summary>
    public ByteSamples(ReadOnlyMemory<byte> values, IReadOnlyList<long> shape, float divisor)
        : this(new MemoryBytes(values), 0, shape.Aggregate(1L, static (product, side) => product * side), WholeSamples(values.Length, shape), shape, divisor)
    {
    }

    /// <summary>Names the places of samples whose starts lie a stride apart, all of them within the source.</summary>
    public ByteSamples(ByteSource source, long offset, long stride, long count, IReadOnlyList<long> shape, float divisor)
        : base(count, shape)
    {
        if (count < 0 || (count > 0 && offset + ((count - 1) * stride) + SampleLength > source.Length))
            throw new ArgumentOutOfRangeException(nameof(count), count, "The samples do not lie within the file.");
        _source = source;
        _offset = offset;
        _stride = stride;
        _divisor = divisor;
    }

    internal override float? ByteDivisor => _divisor;

    internal override bool IsInMemory => _source.IsInMemory;

    internal override bool IsStreamed => _source.IsStreamed;

    internal override double? AddSums(long index, Span<Int128> sums, Span<Int128> squares) => _source.AddSums(index, sums, squares);

    internal override string? FileOf(long index) => _source.FileOf(index);

    public static SampleReader InMemory(SampleReader samples)
    {
        if (samples is ScaledSamples scaled) return scaled.Over(InMemory((SampleReader)scaled.Inner));
        if (samples.IsInMemory) return samples;
        var rows = new byte[samples.Count][];
        var values = new float[samples.SampleLength];
        for (long row = 0; row < samples.Count; row++) samples.ReadBytes([row], values, (bytes, _) => rows[row] = bytes.ToArray());
        return new ByteSamples(new RowBytes(rows, samples.SampleLength), 0, samples.SampleLength, samples.Count, samples.Shape, samples.ByteDivisor!.Value);
    }

    private protected override void ReadChecked(ReadOnlySpan<long> indices, Span<float> destination) =>
        ReadBytes(indices, destination, (sample, values) => Divide(sample, values, _divisor));

    internal override void ReadBytes(ReadOnlySpan<long> indices, Span<float> destination, WidenBytes widen) =>
        _source.ReadRows(indices, _offset, _stride, SampleLength, destination, widen);

    /// <summary>What each byte reads as.</summary>
    public static float[] Table(float divisor)
    {
        var read = new float[byte.MaxValue + 1];
        Divide([.. Enumerable.Range(0, read.Length).Select(static value => (byte)value)], read, divisor);
        return read;
    }

    public static void Divide(ReadOnlySpan<byte> source, Span<float> target, float divisor)
    {
        ref byte from = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(target);
        var divisors = Vector256.Create(divisor);
        int i = 0;
        for (; i <= source.Length - Vector256<byte>.Count; i += Vector256<byte>.Count)
        {
            (Vector256<ushort> low, Vector256<ushort> high) = Vector256.Widen(Vector256.LoadUnsafe(ref from, (nuint)i));
            Store(low, ref to, i);
            Store(high, ref to, i + Vector256<ushort>.Count);
        }

        for (; i < source.Length; i++) target[i] = source[i] / divisor;

        // A division, not a product with the inverse: 255/255 must be 1, and the same on every processor.
        void Store(Vector256<ushort> shorts, ref float start, int offset)
        {
            (Vector256<uint> low, Vector256<uint> high) = Vector256.Widen(shorts);
            (Vector256.ConvertToSingle(low.AsInt32()) / divisors).StoreUnsafe(ref start, (nuint)offset);
            (Vector256.ConvertToSingle(high.AsInt32()) / divisors).StoreUnsafe(ref start, (nuint)(offset + Vector256<uint>.Count));
        }
    }

    /// <summary>Brings pixels whose channels lie together into one plane a channel.</summary>
    public static void ToPlanes<T>(ReadOnlySpan<T> mixed, Span<T> planes, int channels)
    {
        int plane = mixed.Length / channels;
        for (int pixel = 0, i = 0; pixel < plane; pixel++)
        {
            for (int channel = 0; channel < channels; channel++) planes[(channel * plane) + pixel] = mixed[i++];
        }
    }
}
