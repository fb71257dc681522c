using ClrEngine.Torch.Native;

namespace ClrEngine.Tests.Torch.Native;

public sealed class TorchLibrarySourceTests
{
    private static readonly TorchLibrarySource Plain = new("/a", TorchBackend.Cpu, TorchVersions.Libtorch, "/b/libLibTorchSharp.so", false, false);

    [Fact]
    public void a_plain_source_is_told_in_one_line()
        => Assert.Equal($"libtorch {TorchVersions.Libtorch}, CPU, from /a; LibTorchSharp from /b/libLibTorchSharp.so", Plain.ToString());

    [Fact]
    public void a_local_version_label_is_no_mismatch()
        => Assert.DoesNotContain("was built for", (Plain with { Version = $"{TorchVersions.Libtorch}+cu128" }).ToString(), StringComparison.Ordinal);

    [Fact]
    public void all_that_is_out_of_the_ordinary_is_told()
        => Assert.Equal(
            $"libtorch 1.0.0 (LibTorchSharp was built for {TorchVersions.Libtorch}), CUDA, from /a; LibTorchSharp from /b/libLibTorchSharp.so (a copy patched for this system's libstdc++), loaded by the host before",
            (Plain with { Version = "1.0.0", Backend = TorchBackend.Cuda, IsPatched = true, WasLoadedByHost = true }).ToString());

    [Fact]
    public void an_unknown_version_is_told_as_such()
        => Assert.StartsWith("libtorch of unknown version, CPU", (Plain with { Version = null }).ToString(), StringComparison.Ordinal);
}
