using System.IO.Compression;
using System.IO.MemoryMappedFiles;

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

/// <summary>Bytes that are read by their place: in memory, or of a file that is mapped into it.</summary>
/// <remarks>Any number of threads may read at once.</remarks>
internal abstract class ByteSource
{
    /// <summary>How many bytes there are.</summary>
    public abstract long Length { get; }

    /// <summary>Some of the bytes.</summary>
    /// <param name="offset">Where they start.</param>
    /// <param name="scratch">As long as wanted; used where the bytes are not in memory already.</param>
    public abstract ReadOnlySpan<byte> Read(long offset, Span<byte> scratch);
}

/// <summary>Bytes in memory.</summary>
internal sealed class MemoryBytes(ReadOnlyMemory<byte> bytes) : ByteSource
{
    /// <inheritdoc/>
    public override long Length => bytes.Length;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Read(long offset, Span<byte> scratch) => bytes.Span.Slice(checked((int)offset), scratch.Length);
}

/// <summary>A file that is mapped, not read: the system fetches what is used, and may drop it again.</summary>
/// <remarks>The mapping ends when nothing refers to it any more. The file must stay as it is until then: a system ends a process that reads where a mapped file was cut off.</remarks>
internal sealed class MappedBytes : ByteSource
{
    private readonly MemoryMappedViewAccessor _view;

    /// <summary>Maps an open file, and closes it with the mapping.</summary>
    public MappedBytes(FileStream file)
    {
        Length = file.Length;
        using var map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = map.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
    }

    /// <inheritdoc/>
    public override long Length { get; }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Read(long offset, Span<byte> scratch)
    {
        if (offset < 0 || offset > Length - scratch.Length) throw new ArgumentOutOfRangeException(nameof(offset), offset, $"There are {Length} bytes.");
        _view.SafeMemoryMappedViewHandle.ReadSpan((ulong)offset, scratch);
        return scratch;
    }
}

/// <summary>Reads what a header promises out of a stream whose length is not known, such as an unpacked one.</summary>
internal static class BoundedRead
{
    // Deflate never shrinks more than 1,032-fold; a promise beyond that cannot be kept.
    private const long MaxDeflateRatio = 1032;
    private const long UsualRatio = 4;
    private const long SmallestBuffer = 65536;

    /// <summary>Whether that many bytes can come out of so many compressed ones.</summary>
    public static bool CanHold(long compressed, long promised) => promised <= Math.Max(SmallestBuffer, compressed * MaxDeflateRatio);

    /// <summary>Reads exactly the promised bytes; fewer where the stream ends before.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="promised">How many bytes were promised.</param>
    /// <param name="compressed">How many compressed bytes they come from.</param>
    /// <remarks>The buffer grows as data really comes, so that a lying header costs no more memory than a true one.</remarks>
    public static ReadOnlyMemory<byte> Read(Stream stream, int promised, long compressed)
    {
        var values = new byte[Math.Min(promised, Math.Max(SmallestBuffer, UsualRatio * compressed))];
        int filled = 0;
        while (true)
        {
            filled += stream.ReadAtLeast(values.AsSpan(filled), values.Length - filled, throwOnEndOfStream: false);
            if (filled < values.Length || filled == promised) return values.AsMemory(0, filled);
            Array.Resize(ref values, (int)Math.Min(promised, 2L * values.Length));
        }
    }
}
