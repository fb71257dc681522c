using System.Buffers.Binary;
using System.Collections.Immutable;

namespace ClrEngine.Data.Arrays;

/// <summary>An IDX file of unsigned bytes, plain or gzipped (told apart by content).</summary>
/// <param name="Dimensions">The size of each dimension, the number of samples first; all at least 1.</param>
/// <param name="Bytes">Where the bytes are.</param>
/// <param name="Offset">Where they start there; as many as the dimensions' product.</param>
/// <remarks>
/// Format: the MNIST database, Y. LeCun, C. Cortes and C. Burges: two zeros, the type 8, the number of dimensions, then each dimension as a big-endian
/// 32-bit number, then the bytes. Nothing is allocated on the word of a header alone.
/// </remarks>
internal sealed record IdxFile(ImmutableArray<int> Dimensions, ByteSource Bytes, long Offset)
{
    private const byte UnsignedByte = 8;

    /// <summary>Reads a file; a large plain one is mapped.</summary>
    /// <param name="source">The file.</param>
    /// <param name="dimensions">How many dimensions it must have: 3 for images, 1 for labels.</param>
    /// <exception cref="DataFormatException">The file does not hold exactly what its header promises.</exception>
    public static IdxFile Read(DataStream source, int dimensions)
    {
        if (!source.IsGzip) return ReadPlain(source, dimensions);
        try
        {
            return ReadGzip(source, dimensions);
        }
        catch (InvalidDataException error)
        {
            throw new DataFormatException(DataErrors.Compression, source.Path, "is a gzip file that is damaged or cut off: fetch it again.", error);
        }
    }

    private static IdxFile ReadPlain(DataStream source, int dimensions)
    {
        ByteSource bytes = source.Bytes();
        Span<byte> scratch = stackalloc byte[HeaderLength(dimensions)];
        (ImmutableArray<int> sizes, long payload) = ReadHeader(bytes.Read(0, scratch[..(int)Math.Min(scratch.Length, bytes.Length)]), source.Path, dimensions);
        long follow = bytes.Length - HeaderLength(dimensions);
        return follow == payload ? new IdxFile(sizes, bytes, HeaderLength(dimensions)) : throw WrongLength(source.Path, sizes, payload, follow);
    }

    private static IdxFile ReadGzip(DataStream source, int dimensions)
    {
        using Stream unzipped = source.Open();
        Span<byte> head = stackalloc byte[HeaderLength(dimensions)];
        int read = unzipped.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        (ImmutableArray<int> sizes, long payload) = ReadHeader(head[..read], source.Path, dimensions);
        if (payload > Array.MaxLength)
            throw new DataFormatException(
                DataErrors.TooLarge, source.Path, $"promises {payload} bytes after its header, at most {Array.MaxLength} can be unpacked in memory: unpack it with gunzip, so that it is read from the disk.");
        if (!BoundedRead.CanHold(source.Length, payload))
            throw new DataFormatException(
                DataErrors.Truncated, source.Path, $"promises {payload} bytes after its header, more than {source.Length} compressed bytes can hold: fetch it again.");

        ReadOnlyMemory<byte> values = BoundedRead.Read(unzipped, (int)payload, source.Length);
        // One more read also makes the decompressor compare its checksum.
        return values.Length == payload && unzipped.ReadByte() < 0
            ? new IdxFile(sizes, new MemoryBytes(values), 0)
            : throw WrongLength(source.Path, sizes, payload, values.Length < payload ? values.Length : payload + 1);
    }

    private static int HeaderLength(int dimensions) => 4 + (4 * dimensions);

    // The bytes are fewer than the header only where the file has no more.
    private static (ImmutableArray<int> Sizes, long Payload) ReadHeader(ReadOnlySpan<byte> start, string path, int dimensions)
    {
        int length = HeaderLength(dimensions);
        uint expected = (UnsignedByte << 8) | (uint)dimensions;
        if (start.Length < sizeof(uint))
            throw new DataFormatException(DataErrors.Truncated, path, $"has {start.Length} bytes, an IDX file at least {length}: fetch it again.");
        uint magic = BinaryPrimitives.ReadUInt32BigEndian(start);
        if (magic != expected)
            throw new DataFormatException(
                DataErrors.Magic, path, $"starts with 0x{magic:x8}, an IDX file of unsigned bytes in {dimensions} dimension(s) with 0x{expected:x8}: check that this is the right file under this name.");
        if (start.Length < length)
            throw new DataFormatException(DataErrors.Truncated, path, $"ends within its header, after {start.Length} of {length} bytes: fetch it again.");

        var sizes = new int[dimensions];
        for (int i = 0; i < dimensions; i++)
        {
            sizes[i] = BinaryPrimitives.ReadInt32BigEndian(start[(4 + (4 * i))..]);
            if (sizes[i] < 0)
                throw new DataFormatException(DataErrors.Dimension, path, $"claims {sizes[i]} for its dimension {i}, at least 1 was expected: the header is damaged, fetch the file again.");
            if (sizes[i] == 0)
                throw new DataFormatException(DataErrors.Empty, path, $"has nothing in it (its dimension {i} is 0): give at least one sample of at least one value.");
        }

        long sample = 1;
        foreach (int size in sizes[1..])
        {
            sample *= size;
            if (sample > Array.MaxLength)
                throw new DataFormatException(DataErrors.TooLarge, path, $"claims samples of more than {Array.MaxLength} bytes: the header is damaged, fetch the file again.");
        }

        return ([.. sizes], sizes[0] * sample);
    }

    private static DataFormatException WrongLength(string path, ImmutableArray<int> sizes, long promised, long found) => found < promised
        ? new(DataErrors.Truncated, path, $"promises {promised} bytes after its header ({string.Join(" × ", sizes)}) but holds {found}: fetch it again.")
        : new(DataErrors.Trailing, path, $"holds more than the {promised} bytes ({string.Join(" × ", sizes)}) that its header promises: its header is damaged or another file is appended, fetch it again.");
}
