using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ClrEngine.Data.Arrays;

/// <summary>An array of numbers from a .npy file.</summary>
/// <param name="Path">The file, or the archive and the array's name in it, for errors.</param>
/// <param name="Header">Its type and its shape.</param>
/// <param name="Bytes">Where its bytes are.</param>
/// <param name="Offset">Where they start there; they go to the end.</param>
internal sealed record NpyArray(string Path, NpyHeader Header, ByteSource Bytes, long Offset)
{
    /// <summary>How many samples it has: its first dimension.</summary>
    public long Count => Header.Shape.IsEmpty ? 1 : Header.Shape[0];

    /// <summary>Reads a .npy file; a large one is mapped.</summary>
    /// <exception cref="DataFormatException">The file does not hold exactly what its header promises.</exception>
    public static NpyArray Read(DataStream source)
    {
        ByteSource bytes = source.Bytes();
        var start = new byte[Math.Min(NpyHeader.Longest, bytes.Length)];
        var header = NpyHeader.Read(bytes.Read(0, start), source.Path);
        CheckLength(source.Path, header, bytes.Length - header.Length);
        return new NpyArray(source.Path, header, bytes, header.Length);
    }

    /// <summary>Refuses an array that is longer or shorter than promised.</summary>
    public static void CheckLength(string path, NpyHeader header, long found)
    {
        if (found != header.Payload)
            throw new DataFormatException(
                found < header.Payload ? DataErrors.Truncated : DataErrors.Trailing,
                path,
                $"promises {header.Payload} bytes after its header (the shape ({string.Join(", ", header.Shape)})) but holds {found}: write or fetch it again.");
    }

    /// <summary>Adds its type, shape and numbers to a hash.</summary>
    public void AddTo(ContentHash contents) =>
        contents.Add($"{Header.Type.Kind}{Header.Type.Size}{Header.Type.BigEndian}").Add(Header.Shape.AsSpan()).Add(Bytes, Offset);

    /// <summary>All its numbers in full precision.</summary>
    /// <exception cref="DataFormatException">There are too many, or one is not finite.</exception>
    public double[] Numbers()
    {
        long count = Header.Payload / Header.Type.Size;
        if (count > Array.MaxLength)
            throw new DataFormatException(DataErrors.TooLarge, Path, $"has {count} labels, at most {Array.MaxLength} can be read: split the set.");
        var numbers = new double[count];
        const int Block = 4096;
        var scratch = new byte[Block * Header.Type.Size];
        for (int start = 0; start < numbers.Length; start += Block)
        {
            Span<double> some = numbers.AsSpan(start, Math.Min(Block, numbers.Length - start));
            Header.Type.Convert(Bytes.Read(Offset + ((long)start * Header.Type.Size), scratch.AsSpan(0, some.Length * Header.Type.Size)), some);
        }

        int stray = Array.FindIndex(numbers, static number => !double.IsFinite(number));
        return stray < 0
            ? numbers
            : throw new DataFormatException(DataErrors.Value, Path, $"has {numbers[stray]} as its label {stray}: remove the sample or mend its value.");
    }
}

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
            throw new DataFormatException(DataErrors.TooLarge, array.Path, $"has samples of {rowBytes} bytes, at most {Array.MaxLength} can be read: make them smaller.");
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
                if (_channelsLast) SampleShape.ToPlanes<float>(planes.AsSpan(0, SampleLength), sample, (int)Shape[0]);
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
}

/// <summary>How a .npy file stores a number: a kind (f float, i signed, u unsigned, b boolean), a size in bytes and a byte order.</summary>
internal sealed record NpyType(char Kind, int Size, bool BigEndian)
{
    /// <summary>The types that are read, for errors.</summary>
    public const string Known = "f2, f4, f8, i1 to i8, u1 to u8 or b1";

    /// <summary>Whether numbers may be anything but finite.</summary>
    public bool IsFloat => Kind == 'f';

    /// <summary>Whether each number is one unsigned byte.</summary>
    public bool IsByte => Kind == 'u' && Size == 1;

    /// <summary>The type that a header names, such as <c>&lt;f4</c>; null where it is none of the known ones.</summary>
    public static NpyType? Parse(string name) => name is ['<' or '>' or '|' or '=', _, _]
        ? (name[1], name[2]) switch
        {
            ('f', '2' or '4' or '8') or ('i' or 'u', '1' or '2' or '4' or '8') or ('b', '1') => new NpyType(name[1], name[2] - '0', name[0] == '>'),
            _ => null,
        }
        : null;

    /// <summary>Converts stored numbers.</summary>
    /// <param name="stored">Whole numbers of this type.</param>
    /// <param name="values">Takes as many.</param>
    public void Convert(ReadOnlySpan<byte> stored, Span<float> values)
    {
        if (IsFloat && Size == sizeof(float) && BigEndian != BitConverter.IsLittleEndian)
        {
            MemoryMarshal.Cast<byte, float>(stored).CopyTo(values);
            return;
        }

        for (int i = 0; i < values.Length; i++) values[i] = (float)Number(stored.Slice(i * Size, Size));
    }

    /// <summary>Converts stored numbers in full precision.</summary>
    /// <param name="stored">Whole numbers of this type.</param>
    /// <param name="values">Takes as many.</param>
    public void Convert(ReadOnlySpan<byte> stored, Span<double> values)
    {
        for (int i = 0; i < values.Length; i++) values[i] = Number(stored.Slice(i * Size, Size));
    }

    private double Number(ReadOnlySpan<byte> stored)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        stored.CopyTo(bytes);
        if (BigEndian) bytes[..Size].Reverse();
        long word = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        return (Kind, Size) switch
        {
            ('f', 2) => (double)BitConverter.Int16BitsToHalf((short)word),
            ('f', 4) => BitConverter.Int32BitsToSingle((int)word),
            ('f', 8) => BitConverter.Int64BitsToDouble(word),
            ('i', 1) => (sbyte)word,
            ('i', 2) => (short)word,
            ('i', 4) => (int)word,
            ('i', 8) => word,
            ('u', 8) => (ulong)word,
            ('b', _) => word == 0 ? 0 : 1,
            _ => word,
        };
    }
}
