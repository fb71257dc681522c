using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.Runtime.Intrinsics.X86;

namespace ClrEngine.Data;

/// <summary>Bytes that are read by their place: in memory, or of a file that is mapped into it.</summary>
/// <remarks>Any number of threads may read at once.</remarks>
internal abstract class ByteSource
{
    private const int CacheLine = 64, MostPrefetched = 4096;

    public abstract long Length { get; }

    /// <summary>Whether they lie in memory, and no longer depend on files.</summary>
    public virtual bool IsInMemory => true;

    /// <summary>Whether reading is work, such as decoding, whose result shall not be kept.</summary>
    public virtual bool IsStreamed => false;

    /// <summary>The file that a row is; null where it is but a part of one.</summary>
    public virtual string? FileOf(long row) => null;

    /// <summary>The bytes from an offset, as many as the scratch has, which is used where they are not in memory already.</summary>
    public abstract ReadOnlySpan<byte> Read(long offset, Span<byte> scratch);

    /// <summary>Hands over rows of one length by their numbers, each with its place in the destination.</summary>
    public virtual void ReadRows(ReadOnlySpan<long> rows, long offset, long stride, int length, Span<float> destination, WidenBytes widen)
    {
        byte[] scratch = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            for (int i = 0; i < rows.Length; i++)
            {
                if (IsInMemory && i + 1 < rows.Length) Prefetch(Read(offset + (rows[i + 1] * stride), scratch.AsSpan(0, length)));
                int place = i * (destination.Length / rows.Length);
                widen(Read(offset + (rows[i] * stride), scratch.AsSpan(0, length)), destination.Slice(place, destination.Length / rows.Length));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    /// <summary>Adds the sums of a row's whole numbers and of their squares, channel by channel, and gives the number that reads as 1; null where they are not known.</summary>
    public virtual double? AddSums(long row, Span<Int128> sums, Span<Int128> squares) => null;

    // Rows in any order: no processor guesses the next. What follows its beginning it does guess.
    private static void Prefetch(ReadOnlySpan<byte> row)
    {
        if (!Sse.IsSupported) return;
        int end = Math.Min(row.Length, MostPrefetched);
        for (int i = 0; i < end; i += CacheLine)
        {
            unsafe
            {
                fixed (byte* line = &row[i]) Sse.Prefetch0(line);
            }
        }
    }
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

    public override bool IsInMemory => false;

    public override ReadOnlySpan<byte> Read(long offset, Span<byte> scratch)
    {
        if (offset < 0 || offset > Length - scratch.Length) throw new ArgumentOutOfRangeException(nameof(offset), offset, $"There are {Length} bytes.");
        _view.SafeMemoryMappedViewHandle.ReadSpan((ulong)offset, scratch);
        return scratch;
    }
}

/// <summary>Rows of one length, each an array of its own, so that no array limits how many there are.</summary>
internal class RowBytes(IReadOnlyList<byte[]> rows, int size) : ByteSource
{
    public override long Length => (long)rows.Count * size;

    public override ReadOnlySpan<byte> Read(long offset, Span<byte> scratch)
    {
        (int row, int within) = ((int)(offset / size), (int)(offset % size));
        if (scratch.Length <= size - within) return rows[row].AsSpan(within, scratch.Length);
        for (Span<byte> rest = scratch; !rest.IsEmpty; row++, within = 0)
        {
            int length = Math.Min(rest.Length, size - within);
            rows[row].AsSpan(within, length).CopyTo(rest);
            rest = rest[length..];
        }

        return scratch;
    }
}

/// <summary>Bytes that came out of a stream, in pieces, so that none is ever copied to make room; the last piece may be shorter.</summary>
internal sealed class PieceBytes : RowBytes
{
    private const int Piece = 1 << 20;

    private PieceBytes(List<byte[]> pieces, long length)
        : base(pieces, Piece) => Length = length;

    public override long Length { get; }

    /// <summary>Takes what a header promises out of an unpacked stream, and tells how many bytes there are: one more than promised stands for all that come behind.</summary>
    /// <remarks>Memory is taken as data really comes, so that a lying header costs no more than a true one.</remarks>
    public static (PieceBytes Values, long Found) Read(string path, Stream stream, long promised)
    {
        long memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (promised > memory)
            throw new DataFormatException(
                DataErrors.TooLarge, path, $"claims {promised} bytes, more than this machine's memory of {memory}: unpack it, so that it is read from the disk; if it has not so many, its header is damaged, write or fetch it again.");
        var pieces = new List<byte[]>();
        long length = 0;
        byte[]? spare = null;
        while (length < promised)
        {
            int size = (int)Math.Min(Piece, promised - length);
            byte[] piece = spare?.Length == size ? spare : new byte[size];
            int filled = stream.ReadAtLeast(piece, piece.Length, throwOnEndOfStream: false);
            // What unpacks to a thousand times its size repeats itself.
            spare = pieces is [.., var before] && before.AsSpan().SequenceEqual(piece) ? piece : null;
            pieces.Add(spare is null ? piece : pieces[^1]);
            length += filled;
            if (filled < piece.Length) return (new PieceBytes(pieces, length), length);
        }

        // One more read also makes the decompressor compare its checksum.
        return (new PieceBytes(pieces, length), stream.ReadByte() < 0 ? promised : promised + 1);
    }
}

/// <summary>What compressed bytes can hold, for headers that promise more.</summary>
internal static class BoundedRead
{
    // Deflate never shrinks more than 1,032-fold; a promise beyond that cannot be kept.
    private const long MaxDeflateRatio = 1032;
    private const long SmallestBuffer = 65536;

    /// <summary>Whether that many bytes can come out of so many compressed ones.</summary>
    public static bool CanHold(long compressed, long promised) => promised <= Math.Max(SmallestBuffer, compressed * MaxDeflateRatio);
}
