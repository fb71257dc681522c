using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ClrEngine.Data;

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
