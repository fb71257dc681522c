using System.IO.Compression;

namespace ClrEngine.Data;

/// <summary>The arrays of a .npz file: a zip archive of .npy files.</summary>
/// <remarks>Entries are found by name and unpacked in memory: their names never become paths.</remarks>
internal sealed class NpzArchive : IDisposable
{
    private readonly string _path;
    private readonly ZipArchive _zip;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Opens an archive.</summary>
    /// <exception cref="DataFormatException">It is no zip archive, or it names an array twice.</exception>
    public NpzArchive(DataStream source)
    {
        _path = source.Path;
        _zip = Guarded(source.Path, () => new ZipArchive(source.OpenRaw(), ZipArchiveMode.Read));
        foreach (ZipArchiveEntry entry in Guarded(_path, () => _zip.Entries))
        {
            string name = entry.FullName.EndsWith(".npy", StringComparison.OrdinalIgnoreCase) ? entry.FullName[..^4] : entry.FullName;
            if (!_entries.TryAdd(name, entry))
                throw new DataFormatException(DataFault.Column, _path, $"has two arrays '{name}': give each a name of its own.");
        }
    }

    /// <summary>The arrays' names.</summary>
    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>Unpacks one array.</summary>
    /// <exception cref="DataFormatException">It does not hold exactly what its header promises.</exception>
    public NpyArray Read(string name)
    {
        ZipArchiveEntry entry = _entries[name];
        string path = $"{_path}#{name}";
        return Guarded(path, () =>
        {
            using Stream unzipped = entry.Open();
            // The head is read to its own end, as the stream cannot go back.
            var head = new byte[NpyHeader.Longest];
            int lead = unzipped.ReadAtLeast(head.AsSpan(0, 12), 12, throwOnEndOfStream: false);
            int length = HeadLength(head, lead);
            int read = lead + unzipped.ReadAtLeast(head.AsSpan(lead, length - lead), length - lead, throwOnEndOfStream: false);
            var header = NpyHeader.Read(head.AsSpan(0, read), path);
            NpyArray.CheckLength(path, header, entry.Length - header.Length);
            if (header.Payload > Array.MaxLength)
                throw new DataFormatException(DataFault.TooLarge, path, $"has {header.Payload} bytes, at most {Array.MaxLength} can be unpacked in memory: save it as a .npy file of its own.");
            if (!BoundedRead.CanHold(entry.CompressedLength, header.Payload))
                throw new DataFormatException(DataFault.Truncated, path, $"promises {header.Payload} bytes, more than {entry.CompressedLength} compressed bytes can hold: write or fetch it again.");
            ReadOnlyMemory<byte> values = BoundedRead.Read(unzipped, (int)header.Payload, entry.CompressedLength);
            NpyArray.CheckLength(path, header, values.Length + (unzipped.ReadByte() < 0 ? 0 : 1));
            return new NpyArray(path, header, new MemoryBytes(values), 0);
        });
    }

    public void Dispose() => _zip.Dispose();

    private static int HeadLength(ReadOnlySpan<byte> head, int read)
    {
        if (read < 12) return read;
        long length = head[6] == 1 ? 10 + head[8] + (256 * head[9]) : 12 + BitConverter.ToUInt32(head[8..]);
        return (int)Math.Clamp(length, read, NpyHeader.Longest);
    }

    private static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException error)
        {
            throw new DataFormatException(DataFault.Compression, path, "is a zip archive that is damaged, cut off or none: write or fetch it again.", error);
        }
    }
}
