using System.IO.Compression;

namespace ClrEngine.Data;

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
