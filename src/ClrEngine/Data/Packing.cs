using System.Buffers.Binary;
using System.IO.Compression;
using ICSharpCode.SharpZipLib.BZip2;
using ICSharpCode.SharpZipLib.Checksum;
using ICSharpCode.SharpZipLib.Zip.Compression;

namespace ClrEngine.Data;

/// <summary>How one file may be packed: gzip, bzip2, or a zip archive of nothing else; told by its first bytes, whatever its name.</summary>
internal static class Packing
{
    /// <summary>What packed files' names end in, the names of unpacked ones first.</summary>
    public static readonly string[] Endings = ["", ".gz", ".bz2", ".zip", ".xz", ".zst", ".7z"];

    private static readonly (byte[] Start, string Name, string Remedy)[] Unread =
    [
        ([0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0], "xz", "unxz"),
        ([0x28, 0xB5, 0x2F, 0xFD], "Zstandard", "unzstd"),
        ([(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C], "7-Zip", "7z x"),
        ([.. "Rar!"u8, 0x1A, 7], "RAR", "unrar x"),
    ];

    /// <summary>Unpacks a file from its start; a plain one is passed on as it is.</summary>
    public static StoppableStream Open(string path, Stream raw)
    {
        try
        {
            Span<byte> room = stackalloc byte[10];
            ReadOnlySpan<byte> start = room[..raw.ReadAtLeast(room, room.Length, throwOnEndOfStream: false)];
            raw.Position = 0;
            if (start.StartsWith<byte>([0x1F, 0x8B])) return new StoppableStream(new WholeGzip(path, raw), Damaged("gzip file"));
            if (start is [(byte)'B', (byte)'Z', (byte)'h', _, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59]) return new StoppableStream(new BzipMembers(raw), Damaged("bzip2 file"));
            if (start.StartsWith("PK\x03\x04"u8)) return OnlyEntry(path, raw);
            foreach ((byte[] magic, string name, string remedy) in Unread)
            {
                if (start.StartsWith(magic))
                    throw new DataFormatException(DataErrors.Packed, path, $"is packed with {name}, which is not read: unpack it with {remedy}, or pack it with gzip.");
            }

            return new StoppableStream(raw);
        }
        catch
        {
            raw.Dispose();
            throw;
        }

        Func<Exception, DataFormatException> Damaged(string kind) =>
            error => new DataFormatException(DataErrors.Compression, path, $"is a {kind} that is damaged or cut off: fetch it again.", error);
    }

    /// <summary>Unpacks one entry of a zip archive, and holds it against its checksum.</summary>
    public static StoppableStream Open(string path, ZipArchiveEntry entry, IDisposable? owner = null) =>
        new(new WholeEntry(entry, owner), error => DamagedZip(path, error));

    // The framework's words alone say which method an entry is packed by.
    public static DataFormatException DamagedZip(string path, Exception error) => error.Message.Contains("compress", StringComparison.OrdinalIgnoreCase)
        ? new(DataErrors.Packed, path, $"is a zip archive whose method is not read ({error.Message.TrimEnd('.')}): pack it with deflate, as numpy.savez_compressed does and zip does of itself.", error)
        : new(DataErrors.Compression, path, "is a zip archive that is damaged, cut off, locked or none: write or fetch it again.", error);

    private static StoppableStream OnlyEntry(string path, Stream raw) => FileDamage.Guard(
        () =>
        {
            var archive = new ZipArchive(raw, ZipArchiveMode.Read);
            ZipArchiveEntry[] files = [.. archive.Entries.Where(static entry => entry.Name.Length > 0 && !entry.FullName.StartsWith("__MACOSX/", StringComparison.Ordinal))];
            return files.Length == 1 ? Open(path, files[0], archive) : throw new DataFormatException(
                DataErrors.Packed, path, $"is a zip archive of {files.Length} files ({string.Join(", ", files.Take(3).Select(static file => file.FullName))}): unpack it, and give the file or folder.");
        },
        error => error is InvalidDataException ? DamagedZip(path, error) : null);

    /// <summary>A stream that only goes forward, and at whose end something is checked.</summary>
    private abstract class ForwardStream : SeekingStream
    {
        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        /// <summary>What is closed with it.</summary>
        protected abstract IEnumerable<IDisposable?> Owned { get; }

        protected override void Dispose(bool disposing)
        {
            foreach (IDisposable? owned in disposing ? Owned : []) owned?.Dispose();
            base.Dispose(disposing);
        }
    }

    // The framework's reader takes a file that is cut off for one that ends.
    private sealed class WholeGzip(string path, Stream raw) : ForwardStream
    {
        private readonly GZipStream _unpacked = new(raw, CompressionMode.Decompress);
        private long _total;

        protected override IEnumerable<IDisposable?> Owned => [_unpacked];

        public override int Read(Span<byte> buffer)
        {
            int read = _unpacked.Read(buffer);
            if (_total == 0 && buffer[..read].StartsWith<byte>([0x1F, 0x8B]))
                throw new DataFormatException(DataErrors.Packed, path, "is a gzip file within a gzip file: unpack it once.");
            _total += read;
            if (read == 0 && !buffer.IsEmpty && !HasTotalAtEnd()) CheckSlowly();
            return read;
        }

        // A whole file ends with the length of what was packed, if it was packed in one go.
        private bool HasTotalAtEnd()
        {
            Span<byte> tail = stackalloc byte[sizeof(uint)];
            if (raw.Length < tail.Length) return false;
            raw.Position = raw.Length - tail.Length;
            raw.ReadExactly(tail);
            return BinaryPrimitives.ReadUInt32LittleEndian(tail) == (uint)_total;
        }

        // Goes through all members, to tell where the last one ends.
        private void CheckSlowly()
        {
            const int Footer = 8;
            raw.Position = 0;
            var inflater = new Inflater(noHeader: true);
            byte[] packed = new byte[1 << 16], scratch = new byte[1 << 16];
            long total = 0;
            while (SkipHead())
            {
                inflater.Reset();
                while (!inflater.IsFinished)
                {
                    ReadStop.Check();
                    if (inflater.IsNeedingInput) inflater.SetInput(packed, 0, raw.Read(packed) is var read and > 0 ? read : throw new InvalidDataException("It is cut off."));
                    total += inflater.Inflate(scratch);
                }

                raw.Position += Footer - inflater.RemainingInput;
            }

            if (total != _total || raw.Position > raw.Length) throw new InvalidDataException("It is cut off.");
        }

        // False at the end; tapes fill their last block with zeros.
        private bool SkipHead()
        {
            const int Checked = 2, Extra = 4, Name = 8, Comment = 16;
            long start = raw.Position;
            if (start >= raw.Length) return false;
            Span<byte> head = stackalloc byte[10];
            int length = raw.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            if (length < head.Length || !head.StartsWith<byte>([0x1F, 0x8B, 8]))
            {
                if (start == 0) throw new InvalidDataException("It is cut off.");
                raw.Position = start;
                for (int next = raw.ReadByte(); next >= 0; next = raw.ReadByte())
                {
                    if (next > 0) throw new DataFormatException(DataErrors.Trailing, path, $"is a gzip file that ends at byte {start}, and {raw.Length - start} bytes stand behind it: fetch it again, or cut them off.");
                }

                return false;
            }

            if ((head[3] & Extra) != 0) raw.Position += raw.ReadByte() | (raw.ReadByte() << 8);
            foreach (int text in new[] { Name, Comment })
            {
                if ((head[3] & text) == 0) continue;
                while (raw.ReadByte() > 0) ReadStop.Check();
            }

            if ((head[3] & Checked) != 0) raw.Position += sizeof(ushort);
            return true;
        }
    }

    // Packers that work in parallel write one member after another.
    private sealed class BzipMembers(Stream raw) : ForwardStream
    {
        private BZip2InputStream? _member;

        protected override IEnumerable<IDisposable?> Owned => [_member, raw];

        public override int Read(byte[] buffer, int offset, int count)
        {
            while (count > 0)
            {
                _member ??= new BZip2InputStream(raw) { IsStreamOwner = false };
                int read = _member.Read(buffer, offset, count);
                if (read > 0) return read;
                if (raw.Position == raw.Length) break;
                _member = null;
            }

            return 0;
        }
    }

    // The framework's reader compares no checksum.
    private sealed class WholeEntry(ZipArchiveEntry entry, IDisposable? owner) : ForwardStream
    {
        private readonly Stream _unpacked = entry.Open();
        private readonly Crc32 _checksum = new();

        protected override IEnumerable<IDisposable?> Owned => [_unpacked, owner];

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = _unpacked.Read(buffer, offset, count);
            _checksum.Update(new ArraySegment<byte>(buffer, offset, read));
            if (read == 0 && count > 0 && (uint)_checksum.Value != entry.Crc32) throw new InvalidDataException("Its checksum is wrong.");
            return read;
        }
    }
}
