using ClrEngine.Torch.Native;

namespace ClrEngine.Tests.Torch.Native;

public sealed class TorchLibraryLoadExceptionTests
{
    [Theory]
    [InlineData("/lib/libc.so.6: version `GLIBC_2.34' not found (required by /a.so)", "C library is too old")]
    [InlineData("/lib/libstdc++.so.6: version `GLIBCXX_3.4.30' not found (required by /a.so)", "install a newer libstdc++6")]
    [InlineData("/a.so: failed to map segment from shared object", "set CLR_CACHE to another folder")]
    [InlineData("libgomp.so.1: cannot open shared object file: No such file or directory", "install the library that the loader misses")]
    [InlineData("/a.so: file too short", "restore its package again")]
    public void the_loaders_words_decide_on_the_remedy(string loaderText, string remedy)
    {
        TorchLibraryLoadException refused = new("/a.so", new DllNotFoundException($"Unable to load shared library '/a.so'.\n{loaderText}\n"));

        Assert.Equal(loaderText, refused.LoaderText);
        Assert.StartsWith($"/a.so does not load ({loaderText}): ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void a_message_of_one_line_is_kept_whole()
        => Assert.Equal("bad image", new TorchLibraryLoadException("a.dll", new BadImageFormatException("bad image")).LoaderText);
}
