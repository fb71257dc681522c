using ClrEngine.Torch.Native;

namespace ClrEngine.Tests.Torch.Native;

public sealed class BridgeFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void where_libstdcxx_is_new_the_packages_file_serves_and_nothing_is_written()
    {
        BridgeFile file = BridgeFile.For(RealPackages.LinuxBridge, "1.0", _ => true, Cache());

        Assert.Equal(RealPackages.LinuxBridge, file.Path);
        Assert.Null(file.Copy);
        Assert.Empty(_folder.AllFiles());
    }

    [Fact]
    public void where_libstdcxx_is_old_a_patched_copy_is_made()
    {
        BridgeFile file = BridgeFile.For(RealPackages.LinuxBridge, "1.0", _ => false, Cache());

        Assert.Equal([file.Path], _folder.AllFiles());
        Assert.Equal(ElfSymbolVersionPatch.IosBaseLibraryInit.Apply(RealPackages.LinuxBridgeBytes()), File.ReadAllBytes(file.Path));
    }

    [Fact]
    public void the_packages_file_is_never_touched()
    {
        byte[] before = RealPackages.LinuxBridgeBytes();
        _ = BridgeFile.For(RealPackages.LinuxBridge, "1.0", _ => false, Cache());

        Assert.Equal(before, RealPackages.LinuxBridgeBytes());
    }

    [Fact]
    public void the_host_is_asked_for_the_symbol_that_the_patch_replaces()
    {
        List<string> asked = [];
        _ = BridgeFile.For(RealPackages.LinuxBridge, "1.0", symbol => { asked.Add(symbol); return true; }, Cache());

        Assert.Equal(["_ZSt21ios_base_library_initv"], asked);
    }

    [Fact]
    public void a_library_that_needs_no_patch_serves_on_an_old_host_too()
    {
        string patched = _folder.Combine("libLibTorchSharp.so");
        File.WriteAllBytes(patched, ElfSymbolVersionPatch.IosBaseLibraryInit.Apply(RealPackages.LinuxBridgeBytes()));

        Assert.Equal(new BridgeFile(patched, null), BridgeFile.For(patched, "1.0", _ => false, Cache()));
    }

    [Fact]
    public void another_version_gets_a_copy_of_its_own()
    {
        string first = BridgeFile.For(RealPackages.LinuxBridge, "1.0", _ => false, Cache()).Path;
        string second = BridgeFile.For(RealPackages.LinuxBridge, "2.0", _ => false, Cache()).Path;

        Assert.NotEqual(first, second);
    }

    [Fact]
    public void another_source_gets_a_copy_of_its_own()
    {
        byte[] changed = RealPackages.LinuxBridgeBytes();
        changed[^1] ^= 1;
        string other = _folder.Combine("other/libLibTorchSharp.so");
        Directory.CreateDirectory(Path.GetDirectoryName(other)!);
        File.WriteAllBytes(other, changed);

        Assert.NotEqual(
            BridgeFile.For(RealPackages.LinuxBridge, "1.0", _ => false, Cache()).Path,
            BridgeFile.For(other, "1.0", _ => false, Cache()).Path);
    }

    private NativeCache Cache() => new(_folder.Combine("cache"), _folder.Combine("temp"));
}
