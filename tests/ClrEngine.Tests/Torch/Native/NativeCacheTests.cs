using System.Diagnostics;

// Other systems are skipped.
#pragma warning disable CA1416

namespace ClrEngine.Tests.Torch.Native;

public sealed class NativeCacheTests : IDisposable
{
    private const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Everybodys = (UnixFileMode)0b111_111_111;

    private static readonly byte[] Content = [1, 2, 3, 4];
    private readonly TempFolder _folder = new();
    private readonly List<string> _loaded = [];

    public NativeCacheTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "The cache is Linux's.");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void what_is_loaded_from_memory_is_the_bytes_and_stays_so()
    {
        Assert.Equal(7, Cache().Load("a.so", Content, path =>
        {
            Assert.StartsWith("/proc/self/fd/", path, StringComparison.Ordinal);
            Assert.Equal(Content, File.ReadAllBytes(path));
            Assert.ThrowsAny<Exception>(() => File.WriteAllBytes(path, [5, 6]));
            Assert.Equal(Content, File.ReadAllBytes(path));
            return 7;
        }));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void where_no_code_runs_from_memory_a_file_is_loaded()
    {
        Assert.Equal(7, Cache().Load("a.so", Content, path => path.StartsWith("/proc", StringComparison.Ordinal)
            ? throw new TorchLibraryLoadException(path, new DllNotFoundException("failed to map segment"))
            : 7));
    }

    [Fact]
    public void two_libraries_in_memory_have_paths_of_their_own()
    {
        Cache().Load("a.so", Content, Loaded);
        Cache().Load("a.so", [9], Loaded);
        Assert.Equal(2, _loaded.Distinct().Count());
    }

    [Fact]
    public void a_file_lies_in_a_folder_of_this_user_alone_while_it_is_loaded()
    {
        InFolder().Load("a.so", Content, path =>
        {
            Assert.Equal(_folder.At("cache"), Path.GetDirectoryName(Path.GetDirectoryName(path)));
            Assert.Equal(Content, File.ReadAllBytes(path));
            Assert.Equal(Mine, File.GetUnixFileMode(Path.GetDirectoryName(path)!));
            Assert.Equal(Mine, File.GetUnixFileMode(_folder.At("cache")));
            return 7;
        });
        Assert.Empty(_folder.AllFiles());
        Assert.Empty(Directory.GetDirectories(_folder.At("cache")));
    }

    [Fact]
    public void no_name_comes_twice()
    {
        InFolder().Load("a.so", Content, Loaded);
        InFolder().Load("a.so", Content, Loaded);
        Assert.Equal(2, _loaded.Distinct().Count());
    }

    [Theory]
    [InlineData(0b111_111_111)]
    [InlineData(0b111_111_101)]
    [InlineData(0b111_000_010)]
    public void a_folder_that_others_can_write_to_is_passed_over(int mode)
    {
        Directory.CreateDirectory(_folder.At("cache"), Mine);
        File.SetUnixFileMode(_folder.At("cache"), (UnixFileMode)mode);
        InFolder().Load("a.so", Content, Loaded);
        Assert.Equal(_folder.At("temp"), PlaceOf(_loaded[0]));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.At("cache")));
    }

    [Theory]
    [InlineData(false, "temp")]
    [InlineData(true, "shared/cache")]
    public void a_parent_that_others_can_write_to_counts_unless_it_is_sticky(bool isSticky, string place)
    {
        Directory.CreateDirectory(_folder.At("shared"));
        File.SetUnixFileMode(_folder.At("shared"), Everybodys | (isSticky ? UnixFileMode.StickyBit : 0));
        (InFolder() with { Folder = _folder.At("shared/cache") }).Load("a.so", Content, Loaded);
        Assert.Equal(_folder.At(place), PlaceOf(_loaded[0]));
    }

    [Fact]
    public void a_folder_of_another_user_is_passed_over()
    {
        Directory.CreateDirectory(_folder.At("cache"), Mine);
        User.GiveAway(_folder.At("cache"));
        InFolder().Load("a.so", Content, Loaded);
        Assert.Equal(_folder.At("temp"), PlaceOf(_loaded[0]));
    }

    [Theory]
    [InlineData(0b111_000_000, "target")]
    [InlineData(0b111_111_111, "temp")]
    public void a_link_is_judged_by_where_it_leads(int mode, string place)
    {
        Directory.CreateDirectory(_folder.At("target"));
        File.SetUnixFileMode(_folder.At("target"), (UnixFileMode)mode);
        _folder.Link("cache", _folder.At("target"));
        InFolder().Load("a.so", Content, Loaded);
        Assert.Equal(_folder.At(place), PlaceOf(_loaded[0]));
    }

    [Fact]
    public void where_no_folder_will_do_the_error_names_the_variable_and_the_folders()
    {
        string file = _folder.File("file");
        Directory.CreateDirectory(_folder.At("open"));
        File.SetUnixFileMode(_folder.At("open"), Everybodys);
        NativeCache cache = new(Path.Combine(file, "cache"), _folder.At("open/temp")) { UsesMemory = false };

        NativeCacheException refused = Assert.Throws<NativeCacheException>(() => cache.Load("a.so", Content, Loaded));

        Assert.Equal(2, refused.FoldersTried.Count);
        Assert.All(refused.FoldersTried, folder => Assert.Contains(folder, refused.Message, StringComparison.Ordinal));
        Assert.Contains($"Others can write to '{_folder.At("open")}'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("set CLR_CACHE to a folder that you can write to, and nobody else", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.At("open")));
    }

    [Fact]
    public void a_user_without_folders_gets_a_folder_of_this_process()
    {
        (InFolder() with { Folder = null }).Load("a.so", Content, Loaded);
        Assert.Equal(_folder.At("temp"), PlaceOf(_loaded[0]));
        Assert.Contains("this user has none", Assert.Throws<NativeCacheException>(() => (Cache() with { Folder = null }).Link("key", [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void its_own_variable_moves_the_cache_before_all_others()
        => Assert.Equal(_folder.At("moved/native"), FolderWith(("CLR_CACHE", _folder.At("moved")), ("XDG_CACHE_HOME", _folder.At("xdg"))));

    [Fact]
    public void the_desktops_variable_moves_the_cache()
        => Assert.Equal(_folder.At("xdg/Clr/native"), FolderWith(("XDG_CACHE_HOME", _folder.At("xdg"))));

    [Fact]
    public void a_relative_desktop_variable_is_ignored()
        => Assert.Equal(FolderWith(), FolderWith(("XDG_CACHE_HOME", "relative")));

    [Theory]
    [InlineData("cache")]
    [InlineData("./cache")]
    [InlineData("../cache")]
    [InlineData("~/cache")]
    public void a_relative_variable_of_its_own_is_refused(string path)
    {
        RelativeVariableException refused = Assert.Throws<RelativeVariableException>(() => FolderWith(("CLR_CACHE", path)));
        Assert.Contains($"CLR_CACHE is '{path}'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("give it the full path", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void files_that_lie_apart_are_linked_into_one_folder_of_this_user_alone()
    {
        string[] files = [_folder.File("one/a.so", "a"), _folder.File("two/b.so", "b")];
        string folder = Cache().Link("key", files);

        Assert.Equal("a", File.ReadAllText(Path.Combine(folder, "a.so")));
        Assert.Equal(files[1], new FileInfo(Path.Combine(folder, "b.so")).LinkTarget);
        Assert.Equal(2, Directory.GetFiles(folder).Length);
        Assert.Equal(Mine, File.GetUnixFileMode(folder));
    }

    [Fact]
    public void a_link_to_another_file_is_replaced_and_what_else_lies_there_goes()
    {
        Directory.CreateDirectory(_folder.At("cache/key"), Mine);
        string stale = _folder.Link("cache/key/a.so", _folder.File("old/a.so", "old"));
        _folder.File("cache/key/libgomp.so.1", "foreign");
        string folder = Cache().Link("key", [_folder.File("new/a.so", "new")]);

        Assert.Equal("new", File.ReadAllText(stale));
        Assert.Equal("old", File.ReadAllText(_folder.At("old/a.so")));
        Assert.Equal([stale], Directory.GetFiles(folder));
    }

    [Fact]
    public void links_in_a_folder_that_others_can_write_to_are_refused()
    {
        Directory.CreateDirectory(_folder.At("cache/key"));
        File.SetUnixFileMode(_folder.At("cache/key"), Everybodys);
        Assert.Contains("Others can write to", Assert.Throws<NativeCacheException>(() => Cache().Link("key", [_folder.File("a.so")])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0b111_000_000, false)]
    [InlineData(0b111_101_101, false)]
    [InlineData(0b111_111_111, true)]
    [InlineData(0b111_101_111, true)]
    public void an_installed_library_is_refused_where_others_can_put_theirs(int mode, bool isRefused)
    {
        string library = _folder.File("libtorch/2.10.0/libtorch_cpu.so");
        File.SetUnixFileMode(_folder.At("libtorch/2.10.0"), (UnixFileMode)mode);
        NativeCache.RequireTrusted(library, _folder.At("elsewhere"));
        if (isRefused)
            Assert.Contains("Others can write to", Assert.Throws<NativeCacheException>(() => NativeCache.RequireTrusted(library, _folder.At("libtorch"))).Message, StringComparison.Ordinal);
        else
            NativeCache.RequireTrusted(library, _folder.At("libtorch"));
    }

    [Fact]
    public void links_that_cannot_be_made_name_the_variable()
        => Assert.Contains("set CLR_CACHE to", Assert.Throws<NativeCacheException>(() => Unwritable().Link("key", [_folder.File("a.so")])).Message, StringComparison.Ordinal);

    private static string? FolderWith(params (string Name, string Value)[] variables)
        => NativeCache.FolderOf(name => variables.FirstOrDefault(variable => variable.Name == name).Value);

    private static string? PlaceOf(string path) => Path.GetDirectoryName(Path.GetDirectoryName(path));

    private nint Loaded(string path)
    {
        _loaded.Add(path);
        return 7;
    }

    private NativeCache Cache() => new(_folder.At("cache"), _folder.At("temp"));

    private NativeCache InFolder() => Cache() with { UsesMemory = false };

    // A folder below a file cannot be made, not even by a user whom permissions do not bind.
    private NativeCache Unwritable() => Cache() with { Folder = Path.Combine(_folder.File("file"), "cache") };
}

/// <summary>What needs another user, and so one who may give files away.</summary>
internal static class User
{
    public static void GiveAway(string path)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "needs root, who alone can give files to others");
        using Process chown = Process.Start("chown", ["65534:65534", path])!;
        chown.WaitForExit();
        Assert.Equal(0, chown.ExitCode);
    }
}

public sealed class PatchedBridgeTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void where_libstdcxx_is_new_the_packages_file_serves()
        => Assert.Null(TorchLoader.PatchedBridge(RealPackages.LinuxBridge, _ => true));

    [Fact]
    public void where_libstdcxx_is_old_it_is_patched_and_the_packages_file_is_never_touched()
    {
        byte[] before = RealPackages.LinuxBridgeBytes();

        Assert.Equal(ElfSymbolVersionPatch.IosBaseLibraryInit.Apply(before), TorchLoader.PatchedBridge(RealPackages.LinuxBridge, _ => false));
        Assert.Equal(before, RealPackages.LinuxBridgeBytes());
    }

    [Fact]
    public void the_host_is_asked_for_the_symbol_that_the_patch_replaces()
    {
        List<string> asked = [];
        _ = TorchLoader.PatchedBridge(RealPackages.LinuxBridge, symbol => { asked.Add(symbol); return true; });

        Assert.Equal(["_ZSt21ios_base_library_initv"], asked);
    }

    [Fact]
    public void a_library_that_needs_no_patch_serves_on_an_old_host_too()
    {
        string patched = _folder.At("libLibTorchSharp.so");
        File.WriteAllBytes(patched, ElfSymbolVersionPatch.IosBaseLibraryInit.Apply(RealPackages.LinuxBridgeBytes()));

        Assert.Null(TorchLoader.PatchedBridge(patched, _ => false));
    }
}
