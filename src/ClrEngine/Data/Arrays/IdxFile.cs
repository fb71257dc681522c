using System.Buffers.Binary;
using System.Collections.Immutable;
using System.IO.Compression;
using ClrEngine.Data;

namespace ClrEngine.Data.Arrays;

/// <summary>Reads an IDX file of unsigned bytes, plain or gzipped (told apart by content).</summary>
/// <remarks>Format: the MNIST database, Y. LeCun, C. Cortes and C. Burges. Nothing is allocated on the word of a header alone.</remarks>
internal static class IdxFile
{
    /// <summary>Reads a file; a large plain one is mapped.</summary>
    /// <param name="source">The file.</param>
    /// <param name="dimensions">How many dimensions it must have: 3 for images, 1 for labels.</param>
    /// <exception cref="DataFormatException">The file does not hold exactly what its header promises.</exception>
    public static IdxArray Read(DataStream source, int dimensions)
    {
        if (!source.IsGzip) return ReadPlain(source, dimensions);
        try
        {
            return ReadGzip(source, dimensions);
        }
        catch (InvalidDataException error)
        {
            throw new DataFormatException(DataFault.Compression, source.Path, "is a gzip file that is damaged or cut off: fetch it again.", error);
        }
    }

    private static IdxArray ReadPlain(DataStream source, int dimensions)
    {
        ByteSource bytes = source.Bytes();
        Span<byte> scratch = stackalloc byte[IdxHeader.LongestLength];
        var header = IdxHeader.Read(bytes.Read(0, scratch[..(int)Math.Min(scratch.Length, bytes.Length)]), source.Path, dimensions);
        long follow = bytes.Length - header.Length;
        if (follow < header.Payload) throw Truncated(source.Path, header, follow);
        if (follow > header.Payload) throw Trailing(source.Path, header);
        return new IdxArray(header.Dimensions, bytes, header.Length);
    }

    private static IdxArray ReadGzip(DataStream source, int dimensions)
    {
        using Stream unzipped = source.Open();
        Span<byte> head = stackalloc byte[4 + (4 * dimensions)];
        int read = unzipped.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        var header = IdxHeader.Read(head[..read], source.Path, dimensions);
        if (header.Payload > Array.MaxLength)
            throw new DataFormatException(
                DataFault.TooLarge, source.Path, $"promises {header.Payload} bytes after its header, at most {Array.MaxLength} can be unpacked in memory: unpack it with gunzip, so that it is read from the disk.");
        if (!BoundedRead.CanHold(source.Length, header.Payload))
            throw new DataFormatException(
                DataFault.Truncated, source.Path, $"promises {header.Payload} bytes after its header, more than {source.Length} compressed bytes can hold: fetch it again.");

        ReadOnlyMemory<byte> values = BoundedRead.Read(unzipped, (int)header.Payload, source.Length);
        if (values.Length < header.Payload) throw Truncated(source.Path, header, values.Length);

        // One more read also makes the decompressor compare its checksum.
        return unzipped.ReadByte() < 0 ? new IdxArray(header.Dimensions, new MemoryBytes(values), 0) : throw Trailing(source.Path, header);
    }

    private static DataFormatException Truncated(string path, IdxHeader header, long found) => new(
        DataFault.Truncated, path, $"promises {header.Payload} bytes after its header ({string.Join(" × ", header.Dimensions)}) but holds {found}: fetch it again.");

    private static DataFormatException Trailing(string path, IdxHeader header) => new(
        DataFault.Trailing, path, $"holds more than the {header.Payload} bytes ({string.Join(" × ", header.Dimensions)}) that its header promises: its header is damaged or another file is appended, fetch it again.");
}

/// <summary>An IDX file's contents: unsigned bytes and their dimensions.</summary>
/// <param name="Dimensions">The size of each dimension, the number of samples first; all at least 1.</param>
/// <param name="Bytes">Where the bytes are.</param>
/// <param name="Offset">Where they start there; as many as the dimensions' product.</param>
internal sealed record IdxArray(ImmutableArray<int> Dimensions, ByteSource Bytes, long Offset);

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
