using System.Reflection;
using System.Runtime.Loader;

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
