using System.Security.Cryptography;

namespace ClrEngine.Torch.Native;

/// <summary>The LibTorchSharp to load: the package's own, or a private copy that this system's libstdc++ accepts.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Copy">The private copy, or null where the package's own file serves.</param>
internal sealed record BridgeFile(string Path, CachedLibrary? Copy)
{
    /// <summary>Chooses, and makes the copy where it is needed. The package's own file is never touched.</summary>
    /// <param name="bridge">The full path of the package's file.</param>
    /// <param name="version">TorchSharp's version, part of the copy's key.</param>
    /// <param name="hostOffers">Whether the system's libstdc++ exports a symbol.</param>
    /// <param name="cache">Where copies are kept.</param>
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
