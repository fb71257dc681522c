using ClrEngine.Torch.Native;

namespace ClrEngine.Tests.Torch.Native;

public sealed class NativeCacheTests : IDisposable
{
    private static readonly byte[] Content = [1, 2, 3, 4];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void an_empty_cache_gets_the_whole_file_and_nothing_else()
    {
        CachedLibrary stored = Cache().Store("key", "a.so", Content);

        Assert.Equal(_folder.Combine("cache/key/a.so"), stored.Path);
        Assert.Equal([stored.Path], _folder.AllFiles());
        Assert.Equal(Content, File.ReadAllBytes(stored.Path));
    }

    [Fact]
    public void a_copy_that_is_there_is_used_as_it_is()
    {
        string path = Cache().Store("key", "a.so", Content).Path;
        DateTime written = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(path, written);

        Assert.Equal(path, Cache().Store("key", "a.so", Content).Path);
        Assert.Equal(written, File.GetLastWriteTimeUtc(path));
    }

    [Theory]
    [InlineData(new byte[] { 1, 2 })]
    [InlineData(new byte[] { 1, 2, 3, 5 })]
    [InlineData(new byte[] { })]
    public void a_corrupt_copy_is_replaced(byte[] corrupt)
    {
        string path = Cache().Store("key", "a.so", Content).Path;
        File.WriteAllBytes(path, corrupt);

        Cache().Store("key", "a.so", Content);

        Assert.Equal(Content, File.ReadAllBytes(path));
        Assert.Equal([path], _folder.AllFiles());
    }

    [Fact]
    public void a_cache_that_cannot_be_written_gives_way_to_a_folder_of_this_process()
    {
        CachedLibrary stored = Unwritable().Store("key", "a.so", Content);

        Assert.True(stored.IsTemporary);
        Assert.StartsWith(_folder.Combine("temp"), stored.Path, StringComparison.Ordinal);
        Assert.Equal(Content, File.ReadAllBytes(stored.Path));
    }

    [Fact]
    public void a_user_without_folders_gets_a_folder_of_this_process()
        => Assert.True((Cache() with { Folder = null }).Store("key", "a.so", Content).IsTemporary);

    [Fact]
    public void a_temporary_copy_is_gone_once_released()
    {
        CachedLibrary stored = Unwritable().Store("key", "a.so", Content);
        stored.Release();

        Assert.False(Directory.Exists(Path.GetDirectoryName(stored.Path)));
    }

    [Fact]
    public void a_cached_copy_stays_when_released()
    {
        CachedLibrary stored = Cache().Store("key", "a.so", Content);
        stored.Release();

        Assert.True(File.Exists(stored.Path));
    }

    [Fact]
    public void where_nothing_can_be_written_the_error_names_the_variable_and_the_folders()
    {
        string file = _folder.File("file");
        NativeCache cache = new(Path.Combine(file, "cache"), Path.Combine(file, "temp"));

        NativeCacheException refused = Assert.Throws<NativeCacheException>(() => cache.Store("key", "a.so", Content));

        Assert.Equal(2, refused.FoldersTried.Count);
        Assert.All(refused.FoldersTried, folder => Assert.Contains(folder, refused.Message, StringComparison.Ordinal));
        Assert.Contains("set CLR_CACHE to", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void its_own_variable_moves_the_cache_before_all_others()
        => Assert.Equal(_folder.Combine("moved/native"), FolderWith(("CLR_CACHE", _folder.Combine("moved")), ("XDG_CACHE_HOME", _folder.Combine("xdg"))));

    [Fact]
    public void the_desktops_variable_moves_the_cache()
        => Assert.Equal(_folder.Combine("xdg/Clr/native"), FolderWith(("XDG_CACHE_HOME", _folder.Combine("xdg"))));

    [Fact]
    public void a_relative_desktop_variable_is_ignored()
        => Assert.Equal(FolderWith(), FolderWith(("XDG_CACHE_HOME", "relative")));

    [Fact]
    public void files_that_lie_apart_are_linked_into_one_folder()
    {
        string[] files = [_folder.File("one/a.so", "a"), _folder.File("two/b.so", "b")];
        string folder = Cache().Link("key", files);

        Assert.Equal("a", File.ReadAllText(Path.Combine(folder, "a.so")));
        Assert.Equal(files[1], new FileInfo(Path.Combine(folder, "b.so")).LinkTarget);
        Assert.Equal(2, Directory.GetFiles(folder).Length);
    }

    [Fact]
    public void a_link_to_another_file_is_replaced()
    {
        string stale = _folder.Link("cache/key/a.so", _folder.File("old/a.so", "old"));
        Cache().Link("key", [_folder.File("new/a.so", "new")]);

        Assert.Equal("new", File.ReadAllText(stale));
        Assert.Equal("old", File.ReadAllText(_folder.Combine("old/a.so")));
    }

    [Fact]
    public void links_that_cannot_be_made_name_the_variable()
        => Assert.Contains("set CLR_CACHE to", Assert.Throws<NativeCacheException>(() => Unwritable().Link("key", [_folder.File("a.so")])).Message, StringComparison.Ordinal);

    private static string? FolderWith(params (string Name, string Value)[] variables)
        => NativeCache.FolderOf(name => variables.FirstOrDefault(variable => variable.Name == name).Value);

    private NativeCache Cache() => new(_folder.Combine("cache"), _folder.Combine("temp"));

    // A folder below a file cannot be made, not even by a user whom permissions do not bind.
    private NativeCache Unwritable() => Cache() with { Folder = Path.Combine(_folder.File("file"), "cache") };
}

public sealed class PatchedBridgeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void where_libstdcxx_is_new_the_packages_file_serves_and_nothing_is_written()
    {
        Assert.Null(TorchLoader.PatchedBridge(RealPackages.LinuxBridge, "1.0", _ => true, Cache()));
        Assert.Empty(_folder.AllFiles());
    }

    [Fact]
    public void where_libstdcxx_is_old_a_patched_copy_is_made()
    {
        CachedLibrary file = TorchLoader.PatchedBridge(RealPackages.LinuxBridge, "1.0", _ => false, Cache())!;

        Assert.Equal([file.Path], _folder.AllFiles());
        Assert.Equal(ElfSymbolVersionPatch.IosBaseLibraryInit.Apply(RealPackages.LinuxBridgeBytes()), File.ReadAllBytes(file.Path));
    }

    [Fact]
    public void the_packages_file_is_never_touched()
    {
        byte[] before = RealPackages.LinuxBridgeBytes();
        _ = TorchLoader.PatchedBridge(RealPackages.LinuxBridge, "1.0", _ => false, Cache());

        Assert.Equal(before, RealPackages.LinuxBridgeBytes());
    }

    [Fact]
    public void the_host_is_asked_for_the_symbol_that_the_patch_replaces()
    {
        List<string> asked = [];
        _ = TorchLoader.PatchedBridge(RealPackages.LinuxBridge, "1.0", symbol => { asked.Add(symbol); return true; }, Cache());

        Assert.Equal(["_ZSt21ios_base_library_initv"], asked);
    }

    [Fact]
    public void a_library_that_needs_no_patch_serves_on_an_old_host_too()
    {
        string patched = _folder.Combine("libLibTorchSharp.so");
        File.WriteAllBytes(patched, ElfSymbolVersionPatch.IosBaseLibraryInit.Apply(RealPackages.LinuxBridgeBytes()));

        Assert.Null(TorchLoader.PatchedBridge(patched, "1.0", _ => false, Cache()));
    }

    [Fact]
    public void another_version_gets_a_copy_of_its_own()
    {
        string first = TorchLoader.PatchedBridge(RealPackages.LinuxBridge, "1.0", _ => false, Cache())!.Path;
        string second = TorchLoader.PatchedBridge(RealPackages.LinuxBridge, "2.0", _ => false, Cache())!.Path;

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
            TorchLoader.PatchedBridge(RealPackages.LinuxBridge, "1.0", _ => false, Cache())!.Path,
            TorchLoader.PatchedBridge(other, "1.0", _ => false, Cache())!.Path);
    }

    private NativeCache Cache() => new(_folder.Combine("cache"), _folder.Combine("temp"));
}
