using ClrEngine.Torch.Native;

namespace ClrEngine.Tests.Torch.Native;

/// <summary>Says aloud that a test needs a kind of host that this one is not.</summary>
internal static class Linux
{
    /// <summary>True where libstdc++ is of GCC 13 or newer, so that no patch is made.</summary>
    public static bool OffersTheSymbol => HostLibstdcxx.Offers(ElfSymbolVersionPatch.IosBaseLibraryInit.Symbol);

    public static void Only()
        => Assert.SkipUnless(TorchPlatform.Current() == TorchPlatform.LinuxX64, "needs Linux x64");

    public static void OldOnly()
    {
        Only();
        Assert.SkipWhen(OffersTheSymbol, "needs a libstdc++ older than GCC 13's");
    }
}
