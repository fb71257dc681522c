using System.Buffers.Binary;
using System.Collections.Immutable;

namespace ClrEngine.Data;

/// <summary>The head of an IDX file of unsigned bytes: two zeros, the type 8, the number of dimensions, then each dimension as a big-endian 32-bit number.</summary>
/// <param name="Dimensions">The size of each dimension, all at least 1.</param>
/// <param name="Payload">The dimensions' product: how many bytes must follow.</param>
internal sealed record IdxHeader(ImmutableArray<int> Dimensions, long Payload)
{
    /// <summary>How many bytes the head of a file of images takes.</summary>
    public const int LongestLength = 16;

    private const byte UnsignedByte = 8;

    /// <summary>How many bytes the head takes.</summary>
    public int Length => 4 + (4 * Dimensions.Length);

    /// <summary>Reads and checks the head.</summary>
    /// <param name="start">The (decompressed) file's first bytes; fewer than the head only where the file has no more.</param>
    /// <param name="path">The file's path, for errors.</param>
    /// <param name="dimensions">How many dimensions the file must have.</param>
    /// <exception cref="DataFormatException">The head is not that of such a file.</exception>
    public static IdxHeader Read(ReadOnlySpan<byte> start, string path, int dimensions)
    {
        int length = 4 + (4 * dimensions);
        uint expected = (UnsignedByte << 8) | (uint)dimensions;
        if (start.Length < sizeof(uint))
            throw new DataFormatException(DataFault.Truncated, path, $"has {start.Length} bytes, an IDX file at least {length}: fetch it again.");
        uint magic = BinaryPrimitives.ReadUInt32BigEndian(start);
        if (magic != expected)
            throw new DataFormatException(
                DataFault.Magic, path, $"starts with 0x{magic:x8}, an IDX file of unsigned bytes in {dimensions} dimension(s) with 0x{expected:x8}: check that this is the right file under this name.");
        if (start.Length < length)
            throw new DataFormatException(DataFault.Truncated, path, $"ends within its header, after {start.Length} of {length} bytes: fetch it again.");

        var sizes = new int[dimensions];
        for (int i = 0; i < dimensions; i++) sizes[i] = BinaryPrimitives.ReadInt32BigEndian(start[(4 + (4 * i))..]);
        return new IdxHeader([.. sizes], Product(sizes, path));
    }

    private static long Product(ReadOnlySpan<int> sizes, string path)
    {
        for (int i = 0; i < sizes.Length; i++)
        {
            if (sizes[i] < 0)
                throw new DataFormatException(DataFault.Dimension, path, $"claims {sizes[i]} for its dimension {i}, at least 1 was expected: the header is damaged, fetch the file again.");
            if (sizes[i] == 0)
                throw new DataFormatException(DataFault.Empty, path, $"has nothing in it (its dimension {i} is 0): give at least one sample of at least one value.");
        }

        long sample = 1;
        foreach (int size in sizes[1..])
        {
            sample *= size;
            if (sample > Array.MaxLength)
                throw new DataFormatException(DataFault.TooLarge, path, $"claims samples of more than {Array.MaxLength} bytes: the header is damaged, fetch the file again.");
        }

        return sizes[0] * sample;
    }
}
