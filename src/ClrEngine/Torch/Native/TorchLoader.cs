using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace ClrEngine.Torch.Native;

/// <summary>Loads what the search found, each library by its full path, dependencies first.</summary>
internal static class TorchLoader
{
    /// <summary>Loads libtorch and LibTorchSharp into this process.</summary>
    public static LoadedTorch Load(TorchFiles files, string torchSharpVersion, Func<string, bool> hostOffers, NativeCache cache)
    {
        files = SpreadLibtorch.Gather(files, cache);
        Preload(files.LoadedFirst);
        Dictionary<string, nint> handles = files.Libraries.ToDictionary(NameOf, Load);

        // Asked only now, since libtorch has brought in the libstdc++ that LibTorchSharp will meet.
        BridgeFile bridge = files.Platform == TorchPlatform.LinuxX64
            ? BridgeFile.For(files.Bridge, torchSharpVersion, hostOffers, cache)
            : new(files.Bridge, null);
        try
        {
            handles.Add(NameOf(files.Bridge), Load(bridge.Path));
        }
        finally
        {
            bridge.Copy?.Release();
        }

        TorchLibrarySource source = new(
            Path.GetDirectoryName(files.Core)!, files.Backend, files.Version, bridge.Path, bridge.Copy is not null, WasLoadedByHost: false);
        return new(source, handles);
    }

    // What does not load may serve nothing here; if it is needed, the loader names it when libtorch itself is loaded.
    private static void Preload(IReadOnlyList<string> libraries)
    {
        foreach (string path in libraries)
            NativeLibrary.TryLoad(path, out _);
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

    // TorchSharp imports by bare names: LibTorchSharp, torch_cpu.
    internal static string NameOf(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        return !OperatingSystem.IsWindows() && name.StartsWith("lib", StringComparison.Ordinal) ? name[3..] : name;
    }
}

/// <summary>A libtorch whose files lie in several package folders.</summary>
internal static class SpreadLibtorch
{
    /// <summary>
    /// The same files in one folder of links. The loader looks beside the path by which a library was opened, and
    /// loading dependencies before is not enough: some have another soname than the name that libtorch asks for.
    /// </summary>
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

/// <summary>The LibTorchSharp to load: the package's own, or a private copy that this system's libstdc++ accepts.</summary>
internal sealed record BridgeFile(string Path, CachedLibrary? Copy)
{
    /// <summary>Chooses, and makes the copy where it is needed. The package's own file is never touched.</summary>
    public static BridgeFile For(string bridge, string version, Func<string, bool> hostOffers, NativeCache cache)
    {
        ElfSymbolVersionPatch patch = ElfSymbolVersionPatch.IosBaseLibraryInit;
        if (hostOffers(patch.Symbol))
            return new(bridge, null);
        byte[] source = File.ReadAllBytes(bridge);
        if (!patch.IsNeededBy(source))
            return new(bridge, null);

        string hash = Convert.ToHexString(SHA256.HashData(source)).ToLowerInvariant();
        CachedLibrary copy = cache.Store($"LibTorchSharp-{version}-{hash}", System.IO.Path.GetFileName(bridge), patch.Apply(source));
        return new(copy.Path, copy);
    }
}

/// <summary>The C++ runtime that the system's loader gives to this process.</summary>
internal static class HostLibstdcxx
{
    /// <summary>
    /// True if it exports the symbol. Asked of the loaded library itself, the answer also holds where Python or conda
    /// brought their own. A system without libstdc++ gets true: then the loader's own words tell more than a patch would.
    /// </summary>
    public static bool Offers(string symbol)
        => !NativeLibrary.TryLoad("libstdc++.so.6", out nint library) || NativeLibrary.TryGetExport(library, symbol, out _);
}
