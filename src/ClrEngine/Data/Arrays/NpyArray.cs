using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace ClrEngine.Data.Arrays;

/// <summary>An array of numbers from a .npy file.</summary>
/// <param name="Path">The file, or the archive and the array's name in it, for errors.</param>
/// <param name="Type">How a number is stored.</param>
/// <param name="Shape">The dimensions, all at least 1; none for a single number.</param>
/// <param name="Bytes">Holds the numbers, from the offset to the end.</param>
/// <param name="Offset">The length of the head.</param>
/// <remarks>Format: "NumPy Enhancement Proposal 1", versions 1 to 3.</remarks>
internal sealed partial record NpyArray(string Path, NpyType Type, ImmutableArray<long> Shape, ByteSource Bytes, long Offset)
{
    // NumPy refuses longer heads too, and makes at most 64 dimensions.
    private const int LongestHead = 10_000, MostDimensions = 64;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>How many samples it has: its first dimension.</summary>
    public long Samples => Shape.IsEmpty ? 1 : Shape[0];

    public long Numbers => (Bytes.Length - Offset) / Type.Size;

    /// <summary>Reads a .npy file; a large one is mapped.</summary>
    /// <exception cref="DataFormatException">The file does not hold exactly what its header promises.</exception>
    public static NpyArray Read(DataStream source)
    {
        ByteSource bytes = source.Bytes();
        return Read(source.Path, bytes, bytes.Length);
    }

    /// <summary>Reads the bytes of a .npy file, of which so many were found.</summary>
    /// <exception cref="DataFormatException">They are not exactly what the header promises.</exception>
    public static NpyArray Read(string path, ByteSource bytes, long found)
    {
        ReadOnlySpan<byte> start = bytes.Read(0, new byte[Math.Min(LongestHead, bytes.Length)]);
        if (!start.StartsWith(Magic))
            throw new DataFormatException(DataErrors.Magic, path, "does not start as a .npy file: give a file that numpy.save or numpy.savez has written.");
        if (start.Length < 12)
            throw new DataFormatException(DataErrors.Truncated, path, $"ends within its header, after {start.Length} bytes: write or fetch it again.");
        if (start[6] is < 1 or > 3)
            throw new DataFormatException(DataErrors.Type, path, $"is of version {start[6]} of the .npy format, 1 to 3 are read: save it again with a plain numpy.save.");
        (int lead, uint text) = start[6] == 1
            ? (10, (uint)BinaryPrimitives.ReadUInt16LittleEndian(start[8..]))
            : (12, BinaryPrimitives.ReadUInt32LittleEndian(start[8..]));
        if (text > LongestHead - lead)
            throw new DataFormatException(DataErrors.TooLarge, path, $"claims a header of {text} bytes, at most {LongestHead - lead} describe an array of numbers: save it again.");
        int head = lead + (int)text;
        if (start.Length < head)
            throw new DataFormatException(DataErrors.Truncated, path, $"ends within its header, after {start.Length} of {head} bytes: write or fetch it again.");

        (NpyType type, ImmutableArray<long> shape) = ReadDescription(Encoding.Latin1.GetString(start[lead..head]), path);
        long promised = type.Size;
        foreach (long dimension in shape)
        {
            if (promised > long.MaxValue / dimension)
                throw new DataFormatException(DataErrors.TooLarge, path, $"claims the shape ({string.Join(", ", shape)}), more than any file holds: the header is damaged, write or fetch it again.");
            promised *= dimension;
        }

        return found - head == promised ? new NpyArray(path, type, shape, bytes, head) : throw new DataFormatException(
            found - head < promised ? DataErrors.Truncated : DataErrors.Trailing,
            path,
            $"promises {promised} bytes after its header (the shape ({string.Join(", ", shape)})) but holds {found - head}: write or fetch it again.");
    }

    /// <summary>Adds its type, shape and numbers to a hash.</summary>
    public void AddTo(ContentHash contents) => contents.Add($"{Type.Kind}{Type.Size}{Type.BigEndian}").Add(Shape.AsSpan()).Add(Bytes, Offset);

    /// <summary>All its numbers in full precision.</summary>
    /// <exception cref="DataFormatException">There are too many, or one is not finite.</exception>
    public double[] ReadLabels()
    {
        if (Numbers > Array.MaxLength)
            throw new DataFormatException(DataErrors.TooLarge, Path, $"has {Numbers} labels, at most {Array.MaxLength} can be read: split the set.");
        var labels = new double[Numbers];
        const int Block = 4096;
        var scratch = new byte[Block * Type.Size];
        for (int start = 0; start < labels.Length; start += Block)
        {
            Span<double> some = labels.AsSpan(start, Math.Min(Block, labels.Length - start));
            Type.Convert(Bytes.Read(Offset + ((long)start * Type.Size), scratch.AsSpan(0, some.Length * Type.Size)), some);
        }

        int stray = Array.FindIndex(labels, static label => !double.IsFinite(label));
        return stray < 0
            ? labels
            : throw new DataFormatException(DataErrors.Value, Path, $"has {labels[stray]} as its label {stray}: remove the sample or mend its value.");
    }

    private static (NpyType Type, ImmutableArray<long> Shape) ReadDescription(string text, string path)
    {
        GroupCollection parts = Description().Match(text).Groups;
        var shape = new List<long>();
        foreach (Capture side in parts["side"].Captures)
        {
            if (long.TryParse(side.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long size)) shape.Add(size);
        }

        if (parts["descr"].Captures.Count != 1 || parts["order"].Captures.Count != 1 || parts["shape"].Captures.Count != 1
            || shape.Count != parts["side"].Captures.Count || shape.Count > MostDimensions)
            throw new DataFormatException(DataErrors.Magic, path, "has a header that does not describe an array of numbers (descr, fortran_order, shape): save the array again with numpy.save.");
        NpyType type = NpyType.Parse(parts["descr"].Value)
            ?? throw new DataFormatException(DataErrors.Type, path, $"holds values of the type {parts["descr"].Value}, numbers of the types f2, f4, f8, i1 to i8, u1 to u8 or b1 are read: convert it with astype.");
        if (parts["order"].Value == "True" && shape.Count > 1)
            throw new DataFormatException(DataErrors.Type, path, "is stored column after column (Fortran order): save numpy.ascontiguousarray of it.");
        if (shape.IndexOf(0) is var empty and >= 0)
            throw new DataFormatException(DataErrors.Empty, path, $"has nothing in it (its dimension {empty} is 0): give at least one sample of at least one value.");
        return (type, [.. shape]);
    }

    // A Python dictionary of three keys in any order; Python 2 wrote whole numbers as 3L.
    [GeneratedRegex(
        """
        \A\s*\{ ( \s* (
            (?<q>['"]) descr \k<q> \s*:\s* (?<q>['"]) (?<descr>[^'"\\]*) \k<q>
            | (?<q>['"]) fortran_order \k<q> \s*:\s* (?<order>True|False)
            | (?<q>['"]) shape \k<q> \s*:\s* \( ( \s* (?<side>[0-9]+) L? \s* (,|(?=\))) )* \s* (?<shape>\))
        ) \s* (,|(?=\})) )* \s*\}\s*\z
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Description();
}

/// <summary>How a .npy file stores a number: a kind (f float, i signed, u unsigned, b boolean), a size in bytes and a byte order.</summary>
internal sealed record NpyType(char Kind, int Size, bool BigEndian)
{
    /// <summary>Whether numbers may be anything but finite.</summary>
    public bool IsFloat => Kind == 'f';

    /// <summary>Whether each number is one unsigned byte.</summary>
    public bool IsByte => Kind == 'u' && Size == 1;

    /// <summary>The type that a header names, such as <c>&lt;f4</c>; null where it is none of the known ones.</summary>
    public static NpyType? Parse(string name) => name is ['<' or '>' or '|' or '=', _, _]
        && (name[1], name[2]) is ('f', '2' or '4' or '8') or ('i' or 'u', '1' or '2' or '4' or '8') or ('b', '1')
            ? new NpyType(name[1], name[2] - '0', name[0] == '>')
            : null;

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
