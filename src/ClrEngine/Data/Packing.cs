using System.Buffers.Binary;
using System.IO.Compression;
using ICSharpCode.SharpZipLib.BZip2;
using ICSharpCode.SharpZipLib.Checksum;
using ICSharpCode.SharpZipLib.GZip;

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
    /// <exception cref="DataFormatException">It is packed in a way that is not read, or an archive of several files.</exception>
    public static StoppableStream Open(string path, Stream raw)
    {
        try
        {
            Span<byte> room = stackalloc byte[10];
            ReadOnlySpan<byte> start = room[..raw.ReadAtLeast(room, room.Length, throwOnEndOfStream: false)];
            raw.Position = 0;
            if (start.StartsWith<byte>([0x1F, 0x8B])) return new StoppableStream(new WholeGzip(raw), Damaged("gzip file"));
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

    public static DataFormatException DamagedZip(string path, Exception error) =>
        new(DataErrors.Compression, path, "is a zip archive that is damaged, cut off, locked or none: write or fetch it again.", error);

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

        protected override long Place { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    }

    // The framework's reader takes a file that is cut off for one that ends.
    private sealed class WholeGzip(Stream raw) : ForwardStream
    {
        private readonly GZipStream _unpacked = new(raw, CompressionMode.Decompress, leaveOpen: true);
        private long _total;

        public override int Read(Span<byte> buffer)
        {
            int read = _unpacked.Read(buffer);
            _total += read;
            if (read == 0 && !buffer.IsEmpty && !HasTotalAtEnd()) CheckSlowly();
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _unpacked.Dispose();
                raw.Dispose();
            }

            base.Dispose(disposing);
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

        private void CheckSlowly()
        {
            raw.Position = 0;
            using var strict = new GZipInputStream(raw) { IsStreamOwner = false };
            var scratch = new byte[1 << 16];
            long total = 0;
            for (int read = 1; read > 0; total += read)
            {
                ReadStop.Check();
                read = strict.Read(scratch, 0, scratch.Length);
            }

            if (total != _total) throw new InvalidDataException("It is cut off.");
        }
    }

    // Packers that work in parallel write one member after another.
    private sealed class BzipMembers(Stream raw) : ForwardStream
    {
        private readonly byte[] _block = new byte[1 << 16];
        private BZip2InputStream? _member;

        public override int Read(Span<byte> buffer)
        {
            if (buffer.IsEmpty) return 0;
            while (true)
            {
                _member ??= new BZip2InputStream(raw) { IsStreamOwner = false };
                int read = _member.Read(_block, 0, Math.Min(_block.Length, buffer.Length));
                if (read > 0)
                {
                    _block.AsSpan(0, read).CopyTo(buffer);
                    return read;
                }

                if (raw.Position == raw.Length) return 0;
                _member = null;
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _member?.Dispose();
                raw.Dispose();
            }

            base.Dispose(disposing);
        }
    }

    // The framework's reader compares no checksum.
    private sealed class WholeEntry(ZipArchiveEntry entry, IDisposable? owner) : ForwardStream
    {
        private readonly Stream _unpacked = entry.Open();
        private readonly Crc32 _checksum = new();
        private readonly byte[] _block = new byte[1 << 16];

        public override int Read(Span<byte> buffer)
        {
            if (buffer.IsEmpty) return 0;
            int read = _unpacked.Read(_block, 0, Math.Min(_block.Length, buffer.Length));
            _checksum.Update(new ArraySegment<byte>(_block, 0, read));
            if (read == 0 && (uint)_checksum.Value != entry.Crc32) throw new InvalidDataException("Its checksum is wrong.");
            _block.AsSpan(0, read).CopyTo(buffer);
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _unpacked.Dispose();
                owner?.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
