using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace ClrEngine.Data;

/// <summary>The head of a .npy file: the type of its numbers, its dimensions, and how long both parts are.</summary>
/// <param name="Type">How a number is stored.</param>
/// <param name="Shape">The dimensions, all at least 1; none for a single number.</param>
/// <param name="Length">How many bytes the head takes.</param>
/// <param name="Payload">How many bytes follow.</param>
/// <remarks>Format: "NumPy Enhancement Proposal 1", versions 1 to 3.</remarks>
internal sealed record NpyHeader(NpyType Type, ImmutableArray<long> Shape, int Length, long Payload)
{
    /// <summary>More than any head of a plain array: NumPy refuses longer ones too.</summary>
    public const int Longest = 10_000;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads and checks the head.</summary>
    /// <param name="start">The file's first bytes: <see cref="Longest"/>, or all where it has fewer.</param>
    /// <param name="path">The file's path, for errors.</param>
    /// <exception cref="DataFormatException">The head is not that of an array of numbers in C order.</exception>
    public static NpyHeader Read(ReadOnlySpan<byte> start, string path)
    {
        if (!start.StartsWith(Magic))
            throw new DataFormatException(DataFault.Magic, path, "does not start as a .npy file: give a file that numpy.save or numpy.savez has written.");
        if (start.Length < 12)
            throw new DataFormatException(DataFault.Truncated, path, $"ends within its header, after {start.Length} bytes: write or fetch it again.");
        if (start[6] is < 1 or > 3)
            throw new DataFormatException(DataFault.Type, path, $"is of version {start[6]} of the .npy format, 1 to 3 are read: save it again with a plain numpy.save.");
        (int lead, uint text) = start[6] == 1
            ? (10, (uint)BinaryPrimitives.ReadUInt16LittleEndian(start[8..]))
            : (12, BinaryPrimitives.ReadUInt32LittleEndian(start[8..]));
        if (text > Longest - lead)
            throw new DataFormatException(DataFault.TooLarge, path, $"claims a header of {text} bytes, at most {Longest - lead} describe an array of numbers: save it again.");
        if (start.Length < lead + text)
            throw new DataFormatException(DataFault.Truncated, path, $"ends within its header, after {start.Length} of {lead + text} bytes: write or fetch it again.");
        return Described(Encoding.Latin1.GetString(start.Slice(lead, (int)text)), lead + (int)text, path);
    }

    private static NpyHeader Described(string text, int length, string path)
    {
        Dictionary<string, object>? values = PythonDictionary.Parse(text);
        if (values is null || values.Count != 3
            || !values.TryGetValue("descr", out object? descr) || !values.TryGetValue("fortran_order", out object? order) || !values.TryGetValue("shape", out object? shape)
            || order is not bool fortran || shape is not long[] dimensions)
            throw new DataFormatException(DataFault.Magic, path, "has a header that does not describe an array of numbers (descr, fortran_order, shape): save the array again with numpy.save.");
        NpyType type = (descr is string name ? NpyType.Parse(name) : null)
            ?? throw new DataFormatException(DataFault.Type, path, $"holds values of the type {descr}, numbers of the types {NpyType.Known} are read: convert it with astype.");
        if (fortran && dimensions.Length > 1)
            throw new DataFormatException(DataFault.Type, path, "is stored column after column (Fortran order): save numpy.ascontiguousarray of it.");
        return new NpyHeader(type, [.. dimensions], length, Bytes(dimensions, type.Size, path));
    }

    private static long Bytes(long[] dimensions, int size, string path)
    {
        if (Array.IndexOf(dimensions, 0) is var empty and >= 0)
            throw new DataFormatException(DataFault.Empty, path, $"has nothing in it (its dimension {empty} is 0): give at least one sample of at least one value.");
        long bytes = size;
        foreach (long dimension in dimensions)
        {
            if (bytes > long.MaxValue / dimension)
                throw new DataFormatException(DataFault.TooLarge, path, $"claims the shape ({string.Join(", ", dimensions)}), more than any file holds: the header is damaged, write or fetch it again.");
            bytes *= dimension;
        }

        return bytes;
    }
}
