using System.IO.Compression;

namespace ClrEngine.Data;

/// <summary>Reads an IDX file of unsigned bytes, plain or gzipped (told apart by content).</summary>
/// <remarks>Format: the MNIST database, Y. LeCun, C. Cortes and C. Burges. Nothing is allocated on the word of a header alone.</remarks>
internal static class IdxFile
{
    private const int GzipMagic = 0x1F8B;

    // Deflate never shrinks more than 1,032-fold; a promise beyond that cannot be kept.
    private const long MaxDeflateRatio = 1032;
    private const long UsualRatio = 4;
    private const long SmallestBuffer = 65536;

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dimensions">How many dimensions it must have: 3 for images, 1 for labels.</param>
    /// <exception cref="DataFormatException">The file does not hold exactly what its header promises.</exception>
    public static IdxArray Read(string path, int dimensions)
    {
        using FileStream file = File.OpenRead(path);
        int magic = (file.ReadByte() << 8) | file.ReadByte();
        file.Position = 0;
        if (magic != GzipMagic) return ReadPlain(file, path, dimensions);

        try
        {
            return ReadGzip(file, path, dimensions);
        }
        catch (InvalidDataException error)
        {
            throw new DataFormatException(DataFault.Compression, path, "is a gzip file that is damaged or cut off: fetch it again.", error);
        }
    }

    private static IdxArray ReadPlain(FileStream file, string path, int dimensions)
    {
        var header = IdxHeader.Read(file, path, dimensions);
        long follow = file.Length - header.Length;
        if (follow < header.Payload) throw Truncated(path, header, follow);
        if (follow > header.Payload) throw Trailing(path, header);
        var values = new byte[header.Payload];
        int read = file.ReadAtLeast(values, values.Length, throwOnEndOfStream: false);
        return read == values.Length ? new IdxArray(header.Dimensions, values) : throw Truncated(path, header, read);
    }

    private static IdxArray ReadGzip(FileStream file, string path, int dimensions)
    {
        using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        var header = IdxHeader.Read(unzipped, path, dimensions);
        if (header.Payload > file.Length * MaxDeflateRatio)
            throw new DataFormatException(
                DataFault.Truncated, path, $"promises {header.Payload} bytes after its header, more than {file.Length} compressed bytes can hold: fetch it again.");

        // The buffer grows as data really comes, so that a lying header costs no more memory than a true one.
        var values = new byte[Math.Min(header.Payload, Math.Max(SmallestBuffer, UsualRatio * file.Length))];
        int filled = 0;
        while (true)
        {
            filled += unzipped.ReadAtLeast(values.AsSpan(filled), values.Length - filled, throwOnEndOfStream: false);
            if (filled < values.Length) throw Truncated(path, header, filled);
            if (filled == header.Payload) break;
            Array.Resize(ref values, (int)Math.Min(header.Payload, 2L * values.Length));
        }

        // One more read also makes the decompressor compare its checksum.
        return unzipped.ReadByte() < 0 ? new IdxArray(header.Dimensions, values) : throw Trailing(path, header);
    }

    private static DataFormatException Truncated(string path, IdxHeader header, long found) => new(
        DataFault.Truncated, path, $"promises {header.Payload} bytes after its header ({string.Join(" × ", header.Dimensions)}) but holds {found}: fetch it again.");

    private static DataFormatException Trailing(string path, IdxHeader header) => new(
        DataFault.Trailing, path, $"holds more than the {header.Payload} bytes ({string.Join(" × ", header.Dimensions)}) that its header promises: its header is damaged or another file is appended, fetch it again.");
}
