using System.Runtime.InteropServices;

namespace ClrEngine.Torch.Native;

/// <summary>Loads what the search found, each library by its full path, dependencies first.</summary>
internal static class TorchLoader
{
    /// <summary>Loads libtorch and LibTorchSharp into this process.</summary>
    /// <exception cref="TorchLibraryException">A library is refused, cannot be patched, or its copy cannot be written.</exception>
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
