using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ClrEngine.Data;

/// <summary>Samples kept as one byte a value and divided when read: a quarter of the memory of floats, or none where they stay in their file.</summary>
public sealed class ByteSamples : ISampleReader
{
    private readonly ByteSource _source;
    private readonly long _offset;
    private readonly long _stride;
    private readonly float _divisor;

    /// <summary>Wraps bytes; they are not copied, so leave them unchanged.</summary>
    /// <param name="values">The samples, row after row.</param>
    /// <param name="shape">The shape of one sample.</param>
    /// <param name="divisor">What each byte is divided by: the byte that shall read as 1, such as 255.</param>
    /// <exception cref="ArgumentException">The shape is not valid, or the values do not make whole samples.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The divisor is not a finite number above 0.</exception>
    public ByteSamples(ReadOnlyMemory<byte> values, IReadOnlyList<long> shape, float divisor)
        : this(new MemoryBytes(values), 0, SampleShape.Length(shape), SampleShape.WholeSamples(values.Length, SampleShape.Length(shape)), shape, divisor)
    {
    }

    /// <summary>Names the places of samples that lie at equal distances in a file; nothing is read yet.</summary>
    /// <param name="source">The file.</param>
    /// <param name="offset">Where the first sample starts.</param>
    /// <param name="stride">How far it is from one sample to the next.</param>
    /// <param name="count">How many samples there are; all lie within the file.</param>
    /// <param name="shape">The shape of one sample.</param>
    /// <param name="divisor">The byte that shall read as 1.</param>
    internal ByteSamples(ByteSource source, long offset, long stride, long count, IReadOnlyList<long> shape, float divisor)
    {
        if (!float.IsNormal(divisor) || divisor < 0)
            throw new ArgumentOutOfRangeException(nameof(divisor), divisor, "The divisor must be a finite number above 0.");
        SampleLength = SampleShape.Length(shape);
        if (count < 0 || (count > 0 && offset + ((count - 1) * stride) + SampleLength > source.Length))
            throw new ArgumentOutOfRangeException(nameof(count), count, "The samples do not lie within the file.");
        _source = source;
        _offset = offset;
        _stride = stride;
        _divisor = divisor;
        Count = count;
        Shape = [.. shape];
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
        byte[] scratch = ArrayPool<byte>.Shared.Rent(SampleLength);
        try
        {
            for (int row = 0; row < indices.Length; row++)
            {
                ByteDivision.Divide(
                    _source.Read(_offset + (indices[row] * _stride), scratch.AsSpan(0, SampleLength)),
                    destination.Slice(row * SampleLength, SampleLength),
                    _divisor);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }
}

/// <summary>The samples of several readers, one after the other.</summary>
internal sealed class JoinedSamples : ISampleReader
{
    private readonly ISampleReader[] _parts;
    private readonly long[] _starts;

    /// <summary>Joins readers of the same shape, at least one.</summary>
    public JoinedSamples(ISampleReader[] parts)
    {
        _parts = parts;
        _starts = new long[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!parts[i].Shape.SequenceEqual(parts[0].Shape)) throw new ArgumentException("All parts must have the same shape.", nameof(parts));
            _starts[i] = Count;
            Count += parts[i].Count;
        }
    }

    /// <inheritdoc/>
    public long Count { get; }

    /// <inheritdoc/>
    public IReadOnlyList<long> Shape => _parts[0].Shape;

    /// <inheritdoc/>
    public int SampleLength => _parts[0].SampleLength;

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<long> indices, Span<float> destination)
    {
        SampleShape.CheckRead(this, indices, destination);
        for (int row = 0; row < indices.Length; row++)
        {
            int found = Array.BinarySearch(_starts, indices[row]);
            int part = found >= 0 ? found : ~found - 1;
            _parts[part].Read([indices[row] - _starts[part]], destination.Slice(row * SampleLength, SampleLength));
        }
    }
}

/// <summary>Turns bytes into numbers, divided by the byte that shall read as 1.</summary>
internal static class ByteDivision
{
    /// <summary>Divides each byte.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="target">Takes as many numbers.</param>
    /// <param name="divisor">What each byte is divided by.</param>
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
}
