using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace ClrEngine.Data.Arrays;

/// <summary>How an array stores a value: a kind (f float, i signed, u unsigned, b boolean, U and S text), a size in bytes and a byte order.</summary>
internal sealed record NpyType(char Kind, int Size, bool BigEndian)
{
    // More than any name has, and little enough to look at one after the other.
    private const int LongestText = 4096;

    private static readonly Encoding Utf8 = new UTF8Encoding(false, throwOnInvalidBytes: true);

    /// <summary>Whether numbers may be anything but finite.</summary>
    public bool IsFloat => Kind == 'f';

    /// <summary>Whether each number is one unsigned byte.</summary>
    public bool IsByte => Kind == 'u' && Size == 1;

    /// <summary>Whether its values are texts.</summary>
    public bool IsText => Kind is 'U' or 'S';

    /// <summary>The type that a header names, such as <c>&lt;f4</c> or <c>&lt;U3</c>; null where it is none that is read.</summary>
    public static NpyType? Parse(string name)
    {
        if (name is not ['<' or '>' or '|' or '=', var kind, .. var digits] || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int count)) return null;
        bool isKnown = (kind, count) is ('f', 2 or 4 or 8) or ('i' or 'u', 1 or 2 or 4 or 8) or ('b', 1) or ('U', >= 1 and <= LongestText / 4) or ('S', >= 1 and <= LongestText);
        return isKnown ? new NpyType(kind, kind == 'U' ? count * 4 : count, name[0] == '>') : null;
    }

    /// <summary>What is wrong with a type that is not read, and what to do, to follow "holds".</summary>
    public static string WhatIsWrong(string name) => name.TrimStart('<', '>', '|', '=') switch
    {
        ['O', ..] => "Python objects (a pickle, which is never read): save features as x.astype('float32'), and labels as y.astype('int64') or y.astype('str')",
        ['c', ..] => $"complex numbers ({name}): save numpy.stack((x.real, x.imag), -1), or one of the two",
        ['M' or 'm', ..] => $"dates or times ({name}): save numbers, such as x.astype('int64')",
        ['U' or 'S' or 'T', ..] => $"texts ({name}) that are empty or longer than {LongestText / 4} characters: save y.astype('str') of short names, one a sample",
        ['V', ..] => $"raw bytes ({name}): save numbers, such as x.view('uint8')",
        _ => $"values of the type {name}; f2, f4, f8, i1 to i8, u1 to u8, b1 and texts are read: convert it with astype",
    };

    /// <summary>Converts stored numbers into as many values.</summary>
    public void Convert<T>(ReadOnlySpan<byte> stored, Span<T> values)
        where T : unmanaged, IFloatingPoint<T>
    {
        if (typeof(T) == typeof(float) && IsFloat && Size == sizeof(float) && BigEndian != BitConverter.IsLittleEndian)
        {
            MemoryMarshal.Cast<byte, T>(stored).CopyTo(values);
            return;
        }

        for (int i = 0; i < values.Length; i++) values[i] = T.CreateTruncating(Number(stored.Slice(i * Size, Size)));
    }

    /// <summary>A stored text: without the zeros that fill it up.</summary>
    public string Text(ReadOnlySpan<byte> stored)
    {
        if (Kind == 'U') return (BigEndian ? new UTF32Encoding(true, false) : Encoding.UTF32).GetString(stored).TrimEnd('\0');
        stored = stored.TrimEnd((byte)0);
        try
        {
            return Utf8.GetString(stored);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(stored);
        }
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
            ('u', 8) => (ulong)word,
            ('b', _) => word == 0 ? 0 : 1,
            _ => word,
        };
    }
}
