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
        context.ResolvingUnmanagedDll += Resolve;
    }

    private nint Resolve(Assembly assembly, string name) => Handles.GetValueOrDefault(name);
}
