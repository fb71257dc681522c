using System.IO.Compression;
using Snappier;
using ZstdSharp;

namespace ClrEngine.Data;

/// <summary>Unpacks the pages of Parquet files.</summary>
internal static class ParquetCodec
{
    private const int None = 0, SnappyCodec = 1, Gzip = 2, Brotli = 4, Zstandard = 6;

    /// <summary>Unpacks a page.</summary>
    /// <param name="packed">The packed bytes.</param>
    /// <param name="codec">The codec by the format's own number.</param>
    /// <param name="length">How many bytes it shall give; what was packed can hold as many.</param>
    /// <exception cref="InvalidDataException">It gives more or fewer bytes, or the codec is none that is read.</exception>
    public static byte[] Unpack(byte[] packed, int codec, int length)
    {
        if (codec == None) return packed.Length == length ? packed : throw new InvalidDataException("a page that is not packed has two sizes");
        if (length == 0) return [];
        var unpacked = new byte[length];
        int found = codec switch
        {
            SnappyCodec => Snappy.GetUncompressedLength(packed) == length ? Snappy.Decompress(packed, unpacked) : -1,
            Gzip => Fill(new GZipStream(new MemoryStream(packed), CompressionMode.Decompress), unpacked),
            Brotli => BrotliDecoder.TryDecompress(packed, unpacked, out int written) ? written : -1,
            Zstandard => Unzstd(packed, unpacked),
            _ => throw new InvalidDataException($"pages are packed by the codec {codec}, which is not read: write it with snappy, gzip, brotli or zstd"),
        };
        return found == length ? unpacked : throw new InvalidDataException("a page does not unpack to its size");
    }

    private static int Fill(Stream stream, byte[] target)
    {
        using (stream) return stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) == target.Length && stream.ReadByte() < 0 ? target.Length : -1;
    }

    private static int Unzstd(byte[] packed, byte[] target)
    {
        using var decompressor = new Decompressor();
        try
        {
            return decompressor.Unwrap(packed, target, 0);
        }
        catch (ZstdException error)
        {
            throw new InvalidDataException(error.Message, error);
        }
    }
}
