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

    /// <summary>Reads a file of so many dimensions: 3 for images, 1 for labels. A large plain one is mapped.</summary>
    /// <exception cref="DataFormatException">The file does not hold exactly what its header promises.</exception>
    public static IdxFile Read(DataStream source, int dimensions) =>
        FileDamage.Guard(() => ReadWhole(source, dimensions), error => error is InvalidDataException ? FileDamage.Gzip(source.Path, error) : null);

    private static IdxFile ReadWhole(DataStream source, int dimensions)
    {
        using StoppableStream stream = source.Open();
        Span<byte> head = stackalloc byte[4 + (4 * dimensions)];
        int read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        ImmutableArray<int> sizes = ReadHeader(head[..read], head.Length, source.Path, dimensions);
        long promised = sizes.Aggregate(1L, static (product, size) => product * size);
        if (stream.Packed is not { } packed)
        {
            ByteSource bytes = source.Bytes();
            return CheckLength(new IdxFile(sizes, bytes, head.Length), bytes.Length - head.Length);
        }

        (ReadOnlyMemory<byte> values, long found) = BoundedRead.Unpack(
            source.Path, stream, promised, packed, "unpack it with gunzip, so that it is read from the disk");
        return CheckLength(new IdxFile(sizes, new MemoryBytes(values), 0), found);

        IdxFile CheckLength(IdxFile file, long found) => found == promised ? file : throw (found < promised
            ? new DataFormatException(DataErrors.Truncated, source.Path, $"promises {promised} bytes after its header ({string.Join(" × ", sizes)}) but holds {found}: fetch it again.")
            : new DataFormatException(DataErrors.Trailing, source.Path, $"holds more than the {promised} bytes ({string.Join(" × ", sizes)}) that its header promises: its header is damaged or another file is appended, fetch it again."));
    }

    // The bytes are fewer than the header's length only where the file has no more.
    private static ImmutableArray<int> ReadHeader(ReadOnlySpan<byte> start, int length, string path, int dimensions)
    {
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

        return [.. sizes];
    }
}
