using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace ClrEngine.Torch.Native;

/// <summary>Loads what the search found, each library by its full path, dependencies first.</summary>
internal static class TorchLoader
{
    public static LoadedTorch Load(TorchFiles files, NativeCache? folders = null)
    {
        NativeCache cache = folders ?? NativeCache.Current();
        NativeCache.RequireTrusted(files.Core, TorchEnvironment.UserRoot());
        files = Gather(files, cache);
        // What does not load may serve nothing here; if it is needed, the loader names it when libtorch itself is loaded.
        foreach (string path in files.LoadedFirst)
            NativeLibrary.TryLoad(path, out _);
        Dictionary<string, nint> handles = files.Libraries.ToDictionary(NameOf, Load);

        // Asked only now, since libtorch has brought in the libstdc++ that LibTorchSharp will meet.
        byte[]? patched = files.Platform == TorchPlatform.LinuxX64 ? PatchedBridge(files.Bridge, HostOffers) : null;
        handles.Add(NameOf(files.Bridge), patched is null ? Load(files.Bridge) : cache.Load(Path.GetFileName(files.Bridge), patched, Load));
        return new(new(Path.GetDirectoryName(files.Core)!, files.Backend, files.Version, files.Bridge, patched is not null, WasLoadedByHost: false), handles);
    }

    /// <summary>The name by which TorchSharp imports a library: LibTorchSharp, torch_cpu.</summary>
    public static string NameOf(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        return !OperatingSystem.IsWindows() && name.StartsWith("lib", StringComparison.Ordinal) ? name[3..] : name;
    }

    /// <summary>
    /// LibTorchSharp as a libstdc++ accepts it which does not offer all symbols; null where the package's own file serves, which is never touched.
    /// </summary>
    public static byte[]? PatchedBridge(string bridge, Func<string, bool> hostOffers)
    {
        ElfSymbolVersionPatch patch = ElfSymbolVersionPatch.IosBaseLibraryInit;
        if (hostOffers(patch.Symbol))
            return null;
        byte[] source = File.ReadAllBytes(bridge);
        return patch.IsNeededBy(source) ? patch.Apply(source) : null;
    }

    /// <summary>
    /// True if the C++ runtime of this process exports the symbol. Asked of the loaded library itself, the answer also holds where Python or
    /// conda brought their own. A system without libstdc++ gets true: then the loader's own words tell more than a patch would.
    /// </summary>
    public static bool HostOffers(string symbol)
        => !NativeLibrary.TryLoad("libstdc++.so.6", out nint library) || NativeLibrary.TryGetExport(library, symbol, out _);

    // A libtorch whose files lie in several package folders, in one folder of links. The loader looks beside the path by which a library
    // was opened, and loading dependencies before is not enough: some have another soname than the name that libtorch asks for.
    private static TorchFiles Gather(TorchFiles files, NativeCache cache)
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

    private static nint Load(string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception refused) when (refused is DllNotFoundException or BadImageFormatException)
        {
            throw new TorchLibraryLoadException(path, refused);
        }
    }
}
