using System.Runtime.InteropServices;

namespace ClrEngine.Torch.Native;

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
