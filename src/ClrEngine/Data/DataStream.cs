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

    public static DataStream File(string path) => new(path, () => OpenFile(path));

    /// <summary>Opens a file that has a start and an end; not one that another program is still to write, such as a pipe.</summary>
    /// <exception cref="DataFormatException">It is a pipe or a device.</exception>
    public static FileStream OpenFile(string path)
    {
        ReadStop.Check();
        // To open a pipe waits for its other end, perhaps for ever, unless it is opened for writing too. No pipe has a length.
        if (new FileInfo(path) is { Exists: true, Length: 0 } && !OperatingSystem.IsWindows() && IsPipe(path))
            throw new DataFormatException(DataErrors.Pipe, path, "is a pipe or a device, and files are read more than once: write it to a file, and give that.");
        return System.IO.File.OpenRead(path);
    }

    private static bool IsPipe(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
            return !file.CanSeek;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>A resource of this library.</summary>
    public static DataStream Resource(string name) => new(name, () =>
        typeof(DataStream).Assembly.GetManifestResourceStream(name)
        ?? throw new InvalidOperationException($"ClrEngine.dll lacks its resource {name}: build it again from a whole checkout."));

    /// <summary>Opens it, unpacked.</summary>
    public StoppableStream Open()
    {
        Stream raw = OpenRaw();
        bool isGzip = raw.ReadByte() == 0x1F && raw.ReadByte() == 0x8B;
        raw.Position = 0;
        return isGzip ? new StoppableStream(new GZipStream(raw, CompressionMode.Decompress), raw.Length) : new StoppableStream(raw);
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
}

/// <summary>Whether the user ended the reading that this thread, or the one that started it, is at.</summary>
/// <remarks>Readers look here at least every second: streams of <see cref="DataStream.Open"/> do at each block.</remarks>
internal static class ReadStop
{
    private static readonly AsyncLocal<CancellationToken> Current = new();

    public static CancellationToken Token => Current.Value;

    /// <exception cref="OperationCanceledException">The reading was ended.</exception>
    public static void Check() => Token.ThrowIfCancellationRequested();

    /// <summary>Reads with a token that can end it.</summary>
    public static T During<T>(CancellationToken token, Func<T> read)
    {
        CancellationToken before = Current.Value;
        Current.Value = token;
        try
        {
            return read();
        }
        finally
        {
            Current.Value = before;
        }
    }
}

/// <summary>Passes on another stream's bytes in blocks, and ends between two when the reading is ended.</summary>
/// <param name="inner">The other stream, which is closed with this one.</param>
/// <param name="packed">How many compressed bytes it is unpacked from; null where it is not.</param>
internal sealed class StoppableStream(Stream inner, long? packed = null) : SeekingStream
{
    private const int LargestBlock = 1 << 20;

    /// <summary>How many compressed bytes it is unpacked from; null where it is not.</summary>
    public long? Packed => packed;

    public override bool CanSeek => inner.CanSeek;

    public override long Length => inner.Length;

    protected override long Place { get => inner.Position; set => inner.Position = value; }

    public override int Read(Span<byte> buffer)
    {
        ReadStop.Check();
        return inner.Read(buffer[..Math.Min(buffer.Length, LargestBlock)]);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>Bytes that are read by their place: in memory, or of a file that is mapped into it.</summary>
/// <remarks>Any number of threads may read at once.</remarks>
internal abstract class ByteSource
{
    public abstract long Length { get; }

    /// <summary>The bytes from an offset, as many as the scratch has, which is used where they are not in memory already.</summary>
    public abstract ReadOnlySpan<byte> Read(long offset, Span<byte> scratch);
}

internal sealed class MemoryBytes(ReadOnlyMemory<byte> bytes) : ByteSource
{
    public override long Length => bytes.Length;

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

    public override long Length { get; }

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

    /// <summary>Unpacks what a header promises, and tells how many bytes there are: one more than promised stands for all that come behind.</summary>
    /// <remarks>The buffer grows as data really comes, so that a lying header costs no more memory than a true one.</remarks>
    /// <exception cref="DataFormatException">The promise is too large to keep.</exception>
    public static (ReadOnlyMemory<byte> Values, long Found) Unpack(string path, Stream stream, long promised, long compressed, string remedy)
    {
        if (promised > Array.MaxLength)
            throw new DataFormatException(DataErrors.TooLarge, path, $"promises {promised} bytes, at most {Array.MaxLength} can be unpacked in memory: {remedy}.");
        if (!CanHold(compressed, promised))
            throw new DataFormatException(DataErrors.Truncated, path, $"promises {promised} bytes, more than {compressed} compressed bytes can hold: fetch it again.");
        var values = new byte[Math.Min(promised, Math.Max(SmallestBuffer, UsualRatio * compressed))];
        for (int filled = 0; ; Array.Resize(ref values, (int)Math.Min(promised, 2L * values.Length)))
        {
            filled += stream.ReadAtLeast(values.AsSpan(filled), values.Length - filled, throwOnEndOfStream: false);
            // One more read also makes the decompressor compare its checksum.
            if (filled < values.Length || filled == promised) return (values.AsMemory(0, filled), stream.ReadByte() < 0 ? filled : filled + 1);
        }
    }
}

/// <summary>What streams that guard a library share: they are read and sought, never written.</summary>
internal abstract class SeekingStream : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Position { get => Place; set => Place = value; }

    /// <summary>Where the next byte is read; set, it refuses a place that no sound file refers to.</summary>
    protected abstract long Place { get; set; }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) =>
        Place = offset + (origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => Place, _ => Length });

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>Turns what a library throws on damaged files into errors that name the file.</summary>
internal static class FileDamage
{
    public static T Guard<T>(Func<T> read, Func<Exception, DataFormatException?> damage)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is not OperationCanceledException && damage(error) is { } named)
        {
            throw named;
        }
    }

    public static DataFormatException Gzip(string path, Exception error) =>
        new(DataErrors.Compression, path, "is a gzip file that is damaged or cut off: fetch it again.", error);
}
