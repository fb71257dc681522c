namespace ClrEngine.Data;

/// <summary>A file, or bytes, that can be read from its start several times, by streams that can seek; its path names it in errors.</summary>
internal sealed record DataStream(string Path, Func<Stream> OpenRaw, ByteSource? Held = null)
{
    // Smaller files are read at once: they stay free for others, and nothing depends on them later.
    private const long SmallestMapped = 64 << 20;

    public static DataStream File(string path) => new(path, () => OpenFile(path));

    /// <summary>Opens a file that has a start and an end; not one that another program is still to write, such as a pipe.</summary>
    public static FileStream OpenFile(string path)
    {
        ReadStop.Check();
        if (IsPipe(path))
            throw new DataFormatException(DataErrors.Pipe, path, "is a pipe or a device, and files are read more than once: write it to a file, and give that.");
        return System.IO.File.OpenRead(path);
    }

    public static bool IsPipe(string path)
    {
        // To open a pipe waits for its other end, perhaps for ever, unless it is opened for writing too. No pipe has a length.
        if (OperatingSystem.IsWindows())
            return false;
        try
        {
            // A link has a length of its own.
            if ((System.IO.File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path)) is not FileInfo { Exists: true, Length: 0 })
                return false;
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
            // Some devices have a place, and bytes at it, and still no length.
            return !file.CanSeek || file.ReadByte() >= 0;
        }
        // Whoever opens it says what is wrong, a link that leads nowhere too.
        catch (Exception unseen) when (unseen is UnauthorizedAccessException or IOException)
        {
            return false;
        }
    }

    public static DataStream Of(string path, ByteSource bytes) => new(path, () => throw new NotSupportedException(), bytes);

    public static DataStream Resource(string name) => new(name, () =>
        typeof(DataStream).Assembly.GetManifestResourceStream(name)
        ?? throw new InvalidOperationException($"ClrEngine.dll lacks its resource {name}: build it again from a whole checkout."));

    /// <summary>Opens it, unpacked where its first bytes say that it is packed.</summary>
    public StoppableStream Open() => Packing.Open(Path, OpenRaw());

    /// <summary>Its bytes as they are: those of a large file stay on the disk.</summary>
    public ByteSource Bytes()
    {
        if (Held is not null) return Held;
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

/// <summary>Whether the user ended the reading, or the writing to a pipe, that this thread, or the one that started it, is at.</summary>
/// <remarks>Readers look here at least every second: streams of <see cref="DataStream.Open"/> do at each block.</remarks>
internal static class ReadStop
{
    private static readonly AsyncLocal<CancellationToken> Current = new();

    public static CancellationToken Token => Current.Value;

    public static void Check() => Token.ThrowIfCancellationRequested();

    public static T During<T>(Func<T> read, CancellationToken token)
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
/// <param name="damage">Names what an unpacking library throws on damaged input; null where nothing is unpacked.</param>
internal sealed class StoppableStream(Stream inner, Func<Exception, DataFormatException>? damage = null) : SeekingStream
{
    private const int LargestBlock = 1 << 20;

    /// <summary>Whether it is unpacked as it is read: its length is not known.</summary>
    public bool IsUnpacked => damage is not null;

    public override bool CanSeek => inner.CanSeek;

    public override long Length => inner.Length;

    public override long Position { get => inner.Position; set => inner.Position = value; }

    public override int Read(Span<byte> buffer)
    {
        ReadStop.Check();
        try
        {
            return inner.Read(buffer[..Math.Min(buffer.Length, LargestBlock)]);
        }
        catch (Exception error) when (damage is not null && IsDamage(error))
        {
            throw damage(error);
        }
    }

    // Unpackers throw what they please, and a disk that fails is no damage of the file. The framework's own error of packing is one of reading, too.
    private static bool IsDamage(Exception error) => error is not (OperationCanceledException or OutOfMemoryException or IOException or DataFormatException)
        || error is EndOfStreamException || error.GetType().Namespace == typeof(System.IO.Compression.GZipStream).Namespace;

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>What streams that guard a library share: they are read and sought, never written.</summary>
internal abstract class SeekingStream : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = offset + (origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => Position, _ => Length });

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
}
