using System.Security.Cryptography;
using System.Text;

namespace ClrEngine.Torch.Native;

/// <summary>A libtorch whose files lie in several package folders.</summary>
internal static class SpreadLibtorch
{
    /// <summary>
    /// The same files in one folder of links. The loader looks beside the path by which a library was opened, and
    /// loading dependencies before is not enough: some have another soname than the name that libtorch asks for.
    /// </summary>
    /// <returns>The input itself where one folder holds all.</returns>
    /// <exception cref="NativeCacheException">The folder cannot be written.</exception>
    public static TorchFiles Gather(TorchFiles files, NativeCache cache)
    {
        IReadOnlyList<string> folders = files.Place.Folders;
        if (folders.Count == 1)
            return files;

        string hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', folders)))).ToLowerInvariant();
        string gathered = cache.Link($"libtorch-{files.Version}-{hash}", folders.SelectMany(Directory.EnumerateFiles).DistinctBy(Path.GetFileName));
        return files with
        {
            Place = new(gathered, [gathered], files.Version),
            Libraries = [.. files.Libraries.Select(path => Path.Combine(gathered, Path.GetFileName(path)))],
        };
    }
}
