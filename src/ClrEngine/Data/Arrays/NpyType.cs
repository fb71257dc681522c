using System.Buffers;
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

    public bool IsByte => Kind == 'u' && Size == 1;

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

    public void Convert<T>(ReadOnlySpan<byte> stored, Span<T> values)
        where T : unmanaged, IFloatingPoint<T>
    {
        switch (Kind, Size)
        {
            case ('f', 2): Each<Half, T>(stored, values); break;
            case ('f', 4): Each<float, T>(stored, values); break;
            case ('f', 8): Each<double, T>(stored, values); break;
            case ('i', 1): Each<sbyte, T>(stored, values); break;
            case ('i', 2): Each<short, T>(stored, values); break;
            case ('i', 4): Each<int, T>(stored, values); break;
            case ('i', 8): Each<long, T>(stored, values); break;
            case ('u', 1): Each<byte, T>(stored, values); break;
            case ('u', 2): Each<ushort, T>(stored, values); break;
            case ('u', 4): Each<uint, T>(stored, values); break;
            case ('u', 8): Each<ulong, T>(stored, values); break;
            default:
                for (int i = 0; i < values.Length; i++) values[i] = stored[i] == 0 ? T.Zero : T.One;
                break;
        }
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

    private void Each<TStored, T>(ReadOnlySpan<byte> stored, Span<T> values)
        where TStored : unmanaged, INumberBase<TStored>
        where T : unmanaged, IFloatingPoint<T>
    {
        byte[]? turned = BigEndian == BitConverter.IsLittleEndian && Size > 1 ? ArrayPool<byte>.Shared.Rent(stored.Length) : null;
        if (turned is not null)
        {
            for (int i = 0; i < stored.Length; i++) turned[i] = stored[i - (i % Size) + Size - 1 - (i % Size)];
            stored = turned.AsSpan(0, stored.Length);
        }

        ReadOnlySpan<TStored> numbers = MemoryMarshal.Cast<byte, TStored>(stored);
        if (typeof(TStored) == typeof(T)) MemoryMarshal.Cast<TStored, T>(numbers).CopyTo(values);
        else for (int i = 0; i < values.Length; i++) values[i] = T.CreateTruncating(numbers[i]);
        if (turned is not null) ArrayPool<byte>.Shared.Return(turned);
    }
}
