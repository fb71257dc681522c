using System.Security.Cryptography;

namespace ClrEngine.Tests.Torch.Native;

/// <summary>The real libraries, each time in a process of its own.</summary>
public sealed class TorchLibraryTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task a_fresh_process_computes_with_the_restored_packages()
    {
        ChildResult child = await Child.Run(Child.Load);

        Assert.Contains("sum=4", child.Output, StringComparison.Ordinal);
        Assert.Contains($"from {RealPackages.LibtorchFolder}", child.Output, StringComparison.Ordinal);
        Assert.Equal(0, child.ExitCode);
    }

    [Fact]
    public async Task a_tensor_that_is_made_before_anything_is_loaded_brings_libtorch_in_where_that_was_asked_for()
    {
        ChildResult child = await Child.Run(Child.LoadOnDemand);

        Assert.Contains("sum=4", child.Output, StringComparison.Ordinal);
        Assert.Contains($"from {RealPackages.LibtorchFolder}", child.Output, StringComparison.Ordinal);
        Assert.Equal(0, child.ExitCode);
    }

    [Theory]
    [InlineData(null, null, "spins=20000.")]
    [InlineData("7", null, "spins=7.")]
    [InlineData(null, "ACTIVE", "spins=.")]
    public async Task idle_threads_spin_briefly_unless_the_user_has_chosen(string? spins, string? policy, string expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "GNU OpenMP is Linux's.");

        ChildResult child = await Child.Run(Child.Load, (IdleThreads.SpinsVariable, spins), (IdleThreads.PolicyVariable, policy));

        Assert.Contains(expected, child.Output, StringComparison.Ordinal);
        Assert.Equal(0, child.ExitCode);
    }

    [Fact]
    public async Task loading_twice_loads_once()
    {
        ChildResult child = await Child.Run(Child.LoadTwice);

        Assert.Contains("sum=4", child.Output, StringComparison.Ordinal);
        Assert.Equal(0, child.ExitCode);
    }

    [Fact]
    public async Task torchsharp_run_from_a_package_folder_finds_libtorch_there_and_copies_nothing()
    {
        // The layout in which TorchSharp's own search would copy libtorch beside its assembly.
        string libtorch = $"libtorch-cpu-{TorchPlatform.Current().Rid}/{TorchVersions.Libtorch}/runtimes/{TorchPlatform.Current().Rid}/native";
        foreach (string path in RealPackages.CpuLibtorchFiles())
            _folder.Link(Path.Combine(libtorch, Path.GetFileName(path)), path);
        string bridge = TorchSearch.Find(RealPackages.Environment with { Backend = TorchBackend.Cpu }).Bridge;
        _folder.Link($"torchsharp/{TorchVersions.TorchSharp}/runtimes/{TorchPlatform.Current().Rid}/native/{Path.GetFileName(bridge)}", bridge);
        foreach (string path in Directory.GetFiles(AppContext.BaseDirectory))
            File.Copy(path, _folder.File($"torchsharp/{TorchVersions.TorchSharp}/lib/net8.0/{Path.GetFileName(path)}"), overwrite: true);
        string[] before = _folder.AllFiles();

        ChildResult child = await Child.RunFrom(
            _folder.At($"torchsharp/{TorchVersions.TorchSharp}/lib/net8.0"), Child.Load,
            (TorchEnvironment.LibtorchVariable, null), (TorchEnvironment.PackagesVariable, _folder.At("none")));

        Assert.Contains($"from {_folder.At(libtorch)}", child.Output, StringComparison.Ordinal);
        Assert.Contains("sum=4", child.Output, StringComparison.Ordinal);
        Assert.Equal(before.Order(), _folder.AllFiles().Order());
    }

    [Fact]
    public async Task two_processes_that_start_together_leave_nothing_behind()
    {
        (string, string?) cache = (NativeCache.Variable, _folder.Path);
        ChildResult[] children = await Task.WhenAll(Child.Run(Child.Load, cache), Child.Run(Child.Load, cache));

        Assert.All(children, child => Assert.Contains("sum=4", child.Output, StringComparison.Ordinal));
        Assert.Empty(_folder.AllFiles());
    }

    [Fact]
    public async Task a_library_that_somebody_put_into_the_cache_is_not_loaded()
    {
        Linux.OldOnly();
        string key = $"LibTorchSharp-{TorchVersions.TorchSharp}-{Convert.ToHexString(SHA256.HashData(RealPackages.LinuxBridgeBytes())).ToLowerInvariant()}";
        _folder.File($"native/{key}/libLibTorchSharp.so", "another library");
        ChildResult child = await Child.Run(Child.Load, (NativeCache.Variable, _folder.Path));

        Assert.Contains("sum=4", child.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TorchEnvironment.LibtorchVariable, "lib")]
    [InlineData(TorchEnvironment.LibtorchVariable, "./lib")]
    [InlineData(TorchEnvironment.LibtorchVariable, "../lib")]
    [InlineData(TorchEnvironment.LibtorchVariable, "~/lib")]
    [InlineData(TorchEnvironment.PackagesVariable, "packages")]
    [InlineData(NativeCache.Variable, ".")]
    public async Task a_relative_variable_is_refused(string variable, string path)
    {
        ChildResult child = await Child.Run(Child.Load, (variable, path));

        Assert.Equal(3, child.ExitCode);
        Assert.Contains($"RelativeVariableException: The environment variable {variable} is '{path}'", child.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task no_folder_is_needed_where_code_runs_from_memory()
    {
        string file = _folder.File("file");
        ChildResult child = await Child.Run(Child.Load, (NativeCache.Variable, Path.Combine(file, "cache")), ("TMPDIR", Path.Combine(file, "temp")));

        Assert.Contains("sum=4", child.Output, StringComparison.Ordinal);
        Assert.Equal([file], _folder.AllFiles());
    }

    [Fact]
    public async Task a_patched_copy_loads_from_a_folder_too()
    {
        Linux.OldOnly();
        ChildResult child = await Child.Run(Child.LoadFromFolder, (NativeCache.Variable, _folder.Path));

        Assert.Contains("sum=4", child.Output, StringComparison.Ordinal);
        Assert.Empty(_folder.AllFiles());
    }

    [Fact]
    public async Task a_patched_copy_loads_where_no_patch_is_needed_too()
    {
        Linux.Only();
        LinkLibtorch(_ => true);
        File.WriteAllBytes(_folder.At("lib/libLibTorchSharp.so"), ElfSymbolVersionPatch.IosBaseLibraryInit.Apply(RealPackages.LinuxBridgeBytes()));

        ChildResult child = await Child.Run(Child.Load, (TorchEnvironment.LibtorchVariable, _folder.At("lib")));

        Assert.Contains($"LibTorchSharp from {_folder.At("lib/libLibTorchSharp.so")}{Environment.NewLine}", child.Output, StringComparison.Ordinal);
        Assert.Contains("sum=4", child.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_variables_folder_is_the_one_that_is_loaded()
    {
        Linux.Only();
        LinkLibtorch(_ => true);
        _folder.File("version.py", "__version__ = '2.99.0+cu999'\n");

        ChildResult child = await Child.Run(Child.Load, (TorchEnvironment.LibtorchVariable, _folder.At("lib")));

        Assert.Contains($"libtorch 2.99.0+cu999 (LibTorchSharp was built for {TorchVersions.Libtorch}), CPU, from {_folder.At("lib")};", child.Output, StringComparison.Ordinal);
        Assert.Contains("sum=4", child.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_missing_libgomp_is_told_in_the_loaders_words()
    {
        Linux.Only();
        LinkLibtorch(file => !file.StartsWith("libgomp", StringComparison.Ordinal));

        ChildResult child = await Child.Run(Child.Load, (TorchEnvironment.LibtorchVariable, _folder.At("lib")));

        Assert.StartsWith($"TorchLibraryLoadException: {_folder.At("lib/libtorch_cpu.so")} does not load (libgomp", child.Output, StringComparison.Ordinal);
        Assert.Contains("cannot open shared object file", child.Output, StringComparison.Ordinal);
        Assert.Contains("install the library that the loader misses", child.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_broken_library_is_told_in_the_loaders_words()
    {
        LinkLibtorch(_ => true);
        string first = _folder.At(Path.Combine("lib", TorchPlatform.Current().Libraries[0].FileName));
        File.Delete(first);
        File.WriteAllText(first, "no library");

        ChildResult child = await Child.Run(Child.Load, (TorchEnvironment.LibtorchVariable, _folder.At("lib")));

        Assert.StartsWith($"TorchLibraryLoadException: {first} does not load (", child.Output, StringComparison.Ordinal);
        Assert.Contains("restore its package again", child.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task without_packages_the_places_are_listed()
    {
        ChildResult child = await Child.Run(Child.Load, (TorchEnvironment.PackagesVariable, _folder.Path), (TorchEnvironment.LibtorchVariable, null));

        Assert.StartsWith("TorchLibraryNotFoundException: libtorch ", child.Output, StringComparison.Ordinal);
        Assert.Contains(_folder.At("libtorch-"), child.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_libtorch_spread_over_packages_loads_from_a_folder_of_links()
    {
        Linux.Only();
        foreach (string path in RealPackages.CpuLibtorchFiles())
        {
            string part = Path.GetFileName(path) switch { "libtorch_cpu.so" => "part2", "libtorch.so" => "part9", _ => "part1" };
            _folder.Link($"libtorch-cuda-12.8-linux-x64-{part}/{TorchVersions.Libtorch}/runtimes/linux-x64/native/{Path.GetFileName(path)}", path);
        }

        _folder.Link($"torchsharp/{TorchVersions.TorchSharp}/runtimes/linux-x64/native/libLibTorchSharp.so", RealPackages.LinuxBridge);

        ChildResult child = await Child.Run(
            Child.LoadCudaPackages, (TorchEnvironment.LibtorchVariable, null), (TorchEnvironment.PackagesVariable, _folder.Path), (NativeCache.Variable, _folder.At("cache")));

        Assert.Contains($"from {_folder.At("cache/native/libtorch-")}", child.Output, StringComparison.Ordinal);
        Assert.Contains("sum=4", child.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_libtorch_that_the_host_has_loaded_is_used()
    {
        ChildResult child = await Child.Run(Child.LoadAfterHost);

        Assert.Contains("loaded by the host before", child.Output, StringComparison.Ordinal);
        Assert.Contains("sum=4", child.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_libtorch_that_is_in_the_process_is_completed_from_its_own_folder()
    {
        Linux.Only();
        foreach (TorchFile file in TorchPlatform.LinuxX64.Libraries)
            _folder.File(Path.Combine("lib", file.FileName), "another libtorch");

        ChildResult child = await Child.Run(Child.LoadBesideCore, (TorchEnvironment.LibtorchVariable, _folder.At("lib")));

        Assert.Contains("sum=4", child.Output, StringComparison.Ordinal);
    }

    private void LinkLibtorch(Func<string, bool> wanted)
    {
        foreach (string path in RealPackages.CpuLibtorchFiles().Where(path => wanted(Path.GetFileName(path))))
            _folder.Link(Path.Combine("lib", Path.GetFileName(path)), path);
    }
}

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
