using System.IO.Compression;

namespace ClrEngine.Data.Arrays;

/// <summary>The arrays of a .npz file: a zip archive of .npy files.</summary>
/// <remarks>Entries are found by name and unpacked in memory: their names never become paths.</remarks>
internal sealed class NpzArchive : IDisposable
{
    private readonly string _path;
    private readonly ZipArchive _zip;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.OrdinalIgnoreCase);

    public NpzArchive(DataStream source)
    {
        _path = source.Path;
        _zip = Guarded(_path, () => new ZipArchive(source.OpenRaw(), ZipArchiveMode.Read));
        foreach (ZipArchiveEntry entry in Guarded(_path, () => _zip.Entries))
        {
            string name = entry.FullName.EndsWith(".npy", StringComparison.OrdinalIgnoreCase) ? entry.FullName[..^4] : entry.FullName;
            if (!_entries.TryAdd(name, entry))
                throw new DataFormatException(DataErrors.Column, _path, $"has two arrays '{name}': give each a name of its own.");
        }
    }

    public IReadOnlyCollection<string> Names => _entries.Keys;

    public NpyArray Read(string name)
    {
        string path = $"{_path}#{name}";
        using StoppableStream stream = Guarded(path, () => Packing.Open(path, _entries[name]));
        return NpyArray.Read(path, stream, plain: null);
    }

    public void Dispose() => _zip.Dispose();

    private static T Guarded<T>(string path, Func<T> read) =>
        FileDamage.Guard(read, error => error is InvalidDataException ? Packing.DamagedZip(path, error) : null);
}
