using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ClrEngine.Torch.Native;

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
