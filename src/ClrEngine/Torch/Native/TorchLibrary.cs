using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Security.Cryptography;
using System.Text;
using TorchSharp;

namespace ClrEngine.Torch.Native;

/// <summary>
/// Makes libtorch ready. Whatever touches <c>TorchSharp.torch</c> calls <see cref="EnsureLoaded"/> before, and so keeps
/// TorchSharp from its own search, which copies half a gigabyte beside its assembly.
/// </summary>
/// <remarks>
/// It looks in the folder that the environment variable <c>CLR_LIBTORCH</c> names, such as the <c>lib</c> folder of a
/// Python PyTorch (the simple way to CUDA); without that variable in <c>runtimes/&lt;rid&gt;/native</c> beside the
/// engine's assembly, in the folder of this user that <see cref="TorchInstaller"/> fills, then in NuGet's global packages folder. On Linux with a
/// libstdc++ older than GCC 13 it loads a patched copy of LibTorchSharp from memory, or where the system runs no code from there, from a folder of
/// the process alone, in the user's cache folder, which <c>CLR_CACHE</c> moves. A relative path in either variable is refused.
/// </remarks>
public static class TorchLibrary
{
    private static readonly object Gate = new();
    private static volatile LoadedTorch? _loaded;
    private static bool _onDemand;

    /// <summary>Whether libtorch is loaded.</summary>
    public static bool IsLoaded => _loaded is not null;

    internal static TorchLibrarySource? Source => _loaded?.Source;

    /// <summary>Loads libtorch if it is not loaded yet; thread-safe. After a failure the next call tries again.</summary>
    /// <exception cref="TorchLibraryException">No place holds it, the system's loader refuses a library, or a copy that this system needs cannot be made.</exception>
    public static void EnsureLoaded()
    {
        if (IsLoaded)
            return;
        lock (Gate)
        {
            if (IsLoaded)
                return;
            LoadedTorch loaded = FindHostTorch(TorchPlatform.Current()) ?? Load();
            loaded.AnswerTorchSharp();
            HostMemory.KeepFreed();
            _loaded = loaded;
        }
    }

    /// <summary>Loads libtorch when TorchSharp is first used, by whomever: a script may make a tensor before anything of the engine runs.</summary>
    public static void LoadOnDemand()
    {
        lock (Gate)
        {
            if (_onDemand)
                return;
            _onDemand = true;
        }
        AssemblyLoadContext context = AssemblyLoadContext.GetLoadContext(typeof(TorchLibrary).Assembly) ?? AssemblyLoadContext.Default;
        context.ResolvingUnmanagedDll += Demanded;
    }

    /// <summary>The system's handle of a library that is loaded, by its bare name such as <c>torch_cpu</c>.</summary>
    internal static nint Handle(string name)
    {
        EnsureLoaded();
        return _loaded!.Handles[name];
    }

    private static nint Demanded(Assembly assembly, string name)
    {
        if (assembly.GetName().Name != "TorchSharp")
            return 0;
        EnsureLoaded();
        return _loaded!.Handles.GetValueOrDefault(name);
    }

    private static LoadedTorch Load()
    {
        TorchEnvironment environment = TorchEnvironment.Current();
        // What an earlier, failed call or the host has loaded stays: another copy beside it would end the process.
        if (LoadedModules().TryGetValue(environment.Platform.Core, out string? core))
            environment = environment with { LibtorchFolder = Path.GetDirectoryName(core) };
        IdleThreads.SpinBriefly();
        return TorchLoader.Load(TorchSearch.Find(environment));
    }

    // A second libtorch beside one that the host has loaded would end the process, since operators register once.
    private static LoadedTorch? FindHostTorch(TorchPlatform platform)
    {
        Dictionary<string, string> loaded = LoadedModules();
        if (!loaded.TryGetValue(platform.Bridge, out string? bridge) || !loaded.TryGetValue(platform.Core, out string? core))
            return null;
        Dictionary<string, nint> handles = [];
        foreach (string file in platform.Libraries.Select(library => library.FileName).Append(platform.Bridge))
        {
            // What was loaded from memory has no path, and is found by its name.
            if (loaded.TryGetValue(file, out string? path) && (NativeLibrary.TryLoad(path, out nint handle) || NativeLibrary.TryLoad(file, out handle)))
                handles.Add(TorchLoader.NameOf(file), handle);
        }
        string folder = Path.GetDirectoryName(core)!;
        bool cuda = platform.Libraries.Any(library => library.IsCuda && loaded.ContainsKey(library.FileName));
        return new(
            new(folder, cuda ? TorchBackend.Cuda : TorchBackend.Cpu, LibtorchVersionFile.Read(folder), bridge, IsPatched: false, WasLoadedByHost: true),
            handles);
    }

    private static Dictionary<string, string> LoadedModules()
    {
        using Process process = Process.GetCurrentProcess();
        Dictionary<string, string> paths = new(StringComparer.OrdinalIgnoreCase);
        foreach (ProcessModule module in process.Modules)
            paths.TryAdd(NameOf(module.ModuleName), module.FileName);
        return paths;

        // So Linux writes what was loaded from memory.
        static string NameOf(string module) => module.StartsWith("memfd:", StringComparison.Ordinal) ? module[6..].Split(' ')[0] : module;
    }
}

/// <summary>Where the loaded libtorch came from: the folder of libtorch_cpu, libtorch's version where the folder tells it, and LibTorchSharp.</summary>
internal sealed record TorchLibrarySource(string Folder, TorchBackend Backend, string? Version, string Bridge, bool IsPatched, bool WasLoadedByHost)
{
    public override string ToString()
    {
        string version = Version ?? "of unknown version";
        string mismatch = Version is null || Version.Split('+')[0] == TorchVersions.Libtorch ? "" : $" (LibTorchSharp was built for {TorchVersions.Libtorch})";
        string copy = IsPatched ? " (a copy patched for this system's libstdc++)" : "";
        string host = WasLoadedByHost ? ", loaded by the host before" : "";
        string backend = Backend == TorchBackend.Cuda ? "CUDA" : "CPU";
        return $"libtorch {version}{mismatch}, {backend}, from {Folder}; LibTorchSharp from {Bridge}{copy}{host}";
    }
}

/// <summary>A libtorch that computes on the CPU only, or one with CUDA kernels; whether a device is there is another question.</summary>
internal enum TorchBackend
{
    Cpu,
    Cuda,
}

/// <summary>Loaded libraries: the system's handle of each, by the bare name that TorchSharp imports.</summary>
internal sealed record LoadedTorch(TorchLibrarySource Source, IReadOnlyDictionary<string, nint> Handles)
{
    public void AnswerTorchSharp()
    {
        AssemblyLoadContext context = AssemblyLoadContext.GetLoadContext(typeof(torch).Assembly) ?? AssemblyLoadContext.Default;
        context.ResolvingUnmanagedDll += (_, name) => Handles.GetValueOrDefault(name);
    }
}

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
