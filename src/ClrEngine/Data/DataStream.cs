using System.IO.Compression;

namespace ClrEngine.Data;

/// <summary>A file, or bytes, that can be read from its start several times; gzip is told by content.</summary>
/// <param name="Path">The name for errors.</param>
/// <param name="OpenRaw">Opens it at its start; the stream can seek.</param>
internal sealed record DataStream(string Path, Func<Stream> OpenRaw)
{
    // Smaller files are read at once: they stay free for others, and nothing depends on them later.
    private const long SmallestMapped = 64 << 20;

    /// <summary>A file.</summary>
    public static DataStream File(string path) => new(path, () => System.IO.File.OpenRead(path));

    /// <summary>A resource of this library.</summary>
    public static DataStream Resource(string name) => new(name, () =>
        typeof(DataStream).Assembly.GetManifestResourceStream(name)
        ?? throw new InvalidOperationException($"ClrEngine.dll lacks its resource {name}: build it again from a whole checkout."));

    /// <summary>How many bytes it has, packed as it is.</summary>
    public long Length
    {
        get
        {
            using Stream raw = OpenRaw();
            return raw.Length;
        }
    }

    /// <summary>Whether it is gzipped.</summary>
    public bool IsGzip
    {
        get
        {
            using Stream raw = OpenRaw();
            return StartsAsGzip(raw);
        }
    }

    /// <summary>Opens it, unpacked.</summary>
    public Stream Open()
    {
        Stream raw = OpenRaw();
        return StartsAsGzip(raw) ? new GZipStream(raw, CompressionMode.Decompress) : raw;
    }

    /// <summary>Its bytes as they are: those of a large file stay on the disk.</summary>
    public ByteSource Bytes()
    {
        Stream raw = OpenRaw();
        if (raw is FileStream file && file.Length >= SmallestMapped) return new MappedBytes(file);
        using (raw)
        {
            var bytes = new byte[raw.Length];
            raw.ReadExactly(bytes);
            return new MemoryBytes(bytes);
        }
    }

    private static bool StartsAsGzip(Stream raw)
    {
        bool gzip = raw.ReadByte() == 0x1F && raw.ReadByte() == 0x8B;
        raw.Position = 0;
        return gzip;
    }
}
