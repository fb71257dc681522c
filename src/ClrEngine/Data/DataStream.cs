using System.IO.Compression;

namespace ClrEngine.Data;

/// <summary>A file, or bytes, that can be read from its start several times; gzip is told by content and unpacked.</summary>
/// <param name="Path">The name for errors.</param>
/// <param name="OpenRaw">Opens it at its start; the stream can seek.</param>
internal sealed record DataStream(string Path, Func<Stream> OpenRaw)
{
    private const int GzipMagic = 0x1F8B;

    /// <summary>A file.</summary>
    public static DataStream File(string path) => new(path, () => System.IO.File.OpenRead(path));

    /// <summary>A resource of this library.</summary>
    public static DataStream Resource(string name) => new(name, () =>
        typeof(DataStream).Assembly.GetManifestResourceStream(name)
        ?? throw new InvalidOperationException($"ClrEngine.dll lacks its resource {name}: build it again from a whole checkout."));

    /// <summary>Opens it, unpacked.</summary>
    public Stream Open()
    {
        Stream raw = OpenRaw();
        int magic = (raw.ReadByte() << 8) | raw.ReadByte();
        raw.Position = 0;
        return magic == GzipMagic ? new GZipStream(raw, CompressionMode.Decompress) : raw;
    }
}
