using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using TorchSharp;

namespace ClrEngine.Torch.Native;

/// <summary>
/// Makes libtorch ready. Whatever touches <c>TorchSharp.torch</c> calls <see cref="EnsureLoaded"/> before, and so keeps
/// TorchSharp from its own search, which copies half a gigabyte beside its assembly.
/// </summary>
/// <remarks>
/// It looks in the folder that the environment variable <c>CLR_LIBTORCH</c> names, such as the <c>lib</c> folder of a
/// Python PyTorch (the simple way to CUDA); without that variable in <c>runtimes/&lt;rid&gt;/native</c> beside the
/// engine's assembly, then in NuGet's global packages folder. On Linux with a libstdc++ older than GCC 13 it loads a
/// patched private copy of LibTorchSharp, kept in the user's cache folder, which <c>CLR_CACHE</c> moves.
/// </remarks>
public static class TorchLibrary
{
    private static readonly object Gate = new();
    private static volatile TorchLibrarySource? _source;
    private static LoadedTorch? _loaded;
    private static bool _onDemand;

    /// <summary>True once libtorch is loaded.</summary>
    public static bool IsLoaded => _source is not null;

    /// <summary>Where the loaded libtorch came from; null before it is loaded.</summary>
    public static TorchLibrarySource? Source => _source;

    /// <summary>Loads libtorch if it is not loaded yet; thread-safe. After a failure the next call tries again.</summary>
    /// <returns>Where it came from.</returns>
    /// <exception cref="TorchLibraryNotFoundException">No place holds it.</exception>
    /// <exception cref="TorchLibraryLoadException">The system's loader refuses a library.</exception>
    /// <exception cref="ElfPatchException">LibTorchSharp needs the patch for older systems and is not as expected.</exception>
    /// <exception cref="NativeCacheException">The patched copy can be written nowhere.</exception>
    public static TorchLibrarySource EnsureLoaded()
    {
        if (_source is { } source)
            return source;
        lock (Gate)
        {
            if (_source is null)
            {
                LoadedTorch loaded = HostTorch.Find(TorchPlatform.Current()) ?? Load();
                loaded.AnswerTorchSharp();
                HostMemory.KeepFreed();
                _loaded = loaded;
                _source = loaded.Source;
            }

            return _source;
        }
    }

    /// <summary>
    /// Loads libtorch when TorchSharp is first used, by whomever: a script may make a tensor before anything of the engine runs.
    /// Loads nothing now.
    /// </summary>
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
        return _loaded!.Handles.TryGetValue(name, out nint handle) ? handle : 0;
    }

    private static LoadedTorch Load()
    {
        TorchEnvironment environment = TorchEnvironment.Current();
        // What an earlier, failed call or the host has loaded stays: another copy beside it would end the process.
        if (HostTorch.FolderOfCore(environment.Platform) is { } folder)
            environment = environment with { LibtorchFolder = folder };
        IdleThreads.SpinBriefly();
        return TorchLoader.Load(TorchSearch.Find(environment), environment.TorchSharpVersion, HostLibstdcxx.Offers, NativeCache.Current());
    }
}

/// <summary>Where the loaded libtorch came from. <see cref="ToString"/> is one line for a verbose message.</summary>
/// <param name="Folder">The folder of libtorch_cpu.</param>
/// <param name="Backend">Whether CUDA kernels were loaded.</param>
/// <param name="Version">libtorch's version where the folder tells it, such as <c>2.11.0+cu130</c>; otherwise null.</param>
/// <param name="Bridge">The full path of the LibTorchSharp that was loaded: TorchSharp's native half.</param>
/// <param name="IsPatched">True if <paramref name="Bridge"/> is a private copy, patched for this system's older libstdc++.</param>
/// <param name="WasLoadedByHost">True if the process had loaded it before, so that nothing was searched.</param>
public sealed record TorchLibrarySource(
    string Folder,
    TorchBackend Backend,
    string? Version,
    string Bridge,
    bool IsPatched,
    bool WasLoadedByHost)
{
    /// <summary>One line: version, back end, folders, and what is out of the ordinary.</summary>
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

/// <summary>The kind of libtorch that is loaded.</summary>
public enum TorchBackend
{
    /// <summary>A libtorch that computes on the CPU only.</summary>
    Cpu,

    /// <summary>A libtorch with CUDA kernels; whether a device is there is another question.</summary>
    Cuda,
}

/// <summary>Loaded libraries.</summary>
internal sealed record LoadedTorch(TorchLibrarySource Source, IReadOnlyDictionary<string, nint> Handles)
{
    /// <summary>Answers TorchSharp when it asks for a native library that probing does not find.</summary>
    public void AnswerTorchSharp()
    {
        AssemblyLoadContext context = AssemblyLoadContext.GetLoadContext(typeof(torch).Assembly) ?? AssemblyLoadContext.Default;
        context.ResolvingUnmanagedDll += Resolve;
    }

    private nint Resolve(Assembly assembly, string name)
        => Handles.TryGetValue(name, out nint handle) ? handle : 0;
}

/// <summary>A libtorch that is in the process before the engine loads one: a host may use TorchSharp or PyTorch itself.</summary>
internal static class HostTorch
{
    /// <summary>The loaded TorchSharp, or null. A second libtorch beside it would end the process, since operators register once.</summary>
    public static LoadedTorch? Find(TorchPlatform platform)
    {
        Dictionary<string, string> loaded = LoadedModules();
        if (!loaded.TryGetValue(platform.Bridge, out string? bridge) || !loaded.TryGetValue(platform.Core, out string? core))
            return null;

        Dictionary<string, nint> handles = [];
        foreach (string file in platform.Libraries.Select(library => library.FileName).Append(platform.Bridge))
        {
            if (loaded.TryGetValue(file, out string? path) && NativeLibrary.TryLoad(path, out nint handle))
                handles.Add(TorchLoader.NameOf(path), handle);
        }

        string folder = Path.GetDirectoryName(core)!;
        bool cuda = platform.Libraries.Any(library => library.IsCuda && loaded.ContainsKey(library.FileName));
        return new(
            new(folder, cuda ? TorchBackend.Cuda : TorchBackend.Cpu, LibtorchVersionFile.Read(folder), bridge, IsPatched: false, WasLoadedByHost: true),
            handles);
    }

    /// <summary>The folder of a loaded libtorch, with or without TorchSharp; null where there is none.</summary>
    public static string? FolderOfCore(TorchPlatform platform)
        => LoadedModules().TryGetValue(platform.Core, out string? core) ? Path.GetDirectoryName(core) : null;

    private static Dictionary<string, string> LoadedModules()
    {
        using Process process = Process.GetCurrentProcess();
        Dictionary<string, string> paths = new(StringComparer.OrdinalIgnoreCase);
        foreach (ProcessModule module in process.Modules)
            paths.TryAdd(module.ModuleName, module.FileName);
        return paths;
    }
}
