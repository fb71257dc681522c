namespace ClrEngine.Tests.Torch.Native;

public sealed class TorchSearchTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Rids => [.. TorchPlatform.All.Select(platform => platform.Rid)];

    [Fact]
    public void nothing_found_lists_every_place_in_order()
    {
        TorchLibraryNotFoundException missing = Assert.Throws<TorchLibraryNotFoundException>(() => TorchSearch.Find(Environment()));

        Assert.Equal(
            [
                _folder.At("engine/runtimes/linux-x64/native"),
                _folder.At("engine"),
                _folder.At("packages/libtorch-cpu-linux-x64/2.10.0/runtimes/linux-x64/native"),
            ],
            missing.PlacesTried);
        Assert.All(missing.PlacesTried, place => Assert.Contains(place, missing.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void nothing_found_says_what_to_install_or_set()
    {
        TorchLibraryNotFoundException missing = Assert.Throws<TorchLibraryNotFoundException>(() => TorchSearch.Find(Environment()));

        Assert.StartsWith(
            "libtorch was not found: in PowerShell run Install-TorchLibrary; in a project refer to the NuGet package libtorch-cpu-linux-x64 2.10.0; or set CLR_LIBTORCH to a folder with libtorch_cpu.so, such as the lib folder of a Python PyTorch.",
            missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void a_missing_cuda_build_points_to_a_python_pytorch()
    {
        TorchLibraryNotFoundException missing = Assert.Throws<TorchLibraryNotFoundException>(
            () => TorchSearch.Find(Environment() with { Backend = TorchBackend.Cuda }));

        Assert.StartsWith("libtorch with CUDA was not found: in PowerShell run Install-TorchLibrary -Backend cuda, or set CLR_LIBTORCH to the lib folder of a Python PyTorch with CUDA", missing.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.At("packages/libtorch-cuda-*-linux-x64*/2.10.0/runtimes/linux-x64/native"), missing.PlacesTried);
    }

    [Fact]
    public void a_missing_bridge_names_its_package_and_its_places()
    {
        Put("engine/runtimes/linux-x64/native", "libc10.so", "libtorch_cpu.so", "libtorch.so");

        TorchLibraryNotFoundException missing = Assert.Throws<TorchLibraryNotFoundException>(() => TorchSearch.Find(Environment()));

        Assert.StartsWith("TorchSharp's native half, libLibTorchSharp.so, was not found: restore the NuGet package TorchSharp 0.107.0", missing.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.At("packages/torchsharp/0.107.0/runtimes/linux-x64/native"), missing.PlacesTried);
    }

    [Fact]
    public void the_variable_wins_over_all_other_places()
    {
        PutEverywhere();
        TorchFiles files = TorchSearch.Find(Environment() with { LibtorchFolder = _folder.At("python/torch/lib") });

        Assert.Equal(_folder.At("python/torch/lib/libtorch_cpu.so"), files.Core);
    }

    [Fact]
    public void the_variable_may_name_the_folder_above_lib()
    {
        PutEverywhere();
        TorchFiles files = TorchSearch.Find(Environment() with { LibtorchFolder = _folder.At("python/torch") });

        Assert.Equal(_folder.At("python/torch/lib/libtorch_cpu.so"), files.Core);
    }

    [Fact]
    public void a_variable_that_names_no_libtorch_is_an_error_although_others_are_there()
    {
        PutEverywhere();
        TorchLibraryNotFoundException missing = Assert.Throws<TorchLibraryNotFoundException>(
            () => TorchSearch.Find(Environment() with { LibtorchFolder = _folder.At("wrong") }));

        Assert.StartsWith($"CLR_LIBTORCH is {_folder.At("wrong")}, which holds no whole libtorch", missing.Message, StringComparison.Ordinal);
        Assert.Equal([_folder.At("wrong"), _folder.At("wrong/lib")], missing.PlacesTried);
    }

    [Fact]
    public void the_engines_folder_wins_over_packages()
    {
        PutEverywhere();

        Assert.Equal(_folder.At("engine/runtimes/linux-x64/native/libtorch_cpu.so"), TorchSearch.Find(Environment()).Core);
    }

    [Fact]
    public void what_the_user_installed_wins_over_packages_and_cuda_over_the_cpu()
    {
        PutEverywhere();
        Directory.Delete(_folder.At("engine"), recursive: true);
        Put("packages/torchsharp/0.107.0/runtimes/linux-x64/native", "libLibTorchSharp.so");
        TorchEnvironment environment = Environment() with { InstallRoot = _folder.At("user") };
        Put("user/2.10.0-cpu-linux-x64", "libc10.so", "libtorch_cpu.so", "libtorch.so");
        Put("user/2.9.0-cuda-linux-x64", "libc10.so", "libtorch_cpu.so", "libtorch.so");

        Assert.Equal(_folder.At("user/2.10.0-cpu-linux-x64/libtorch_cpu.so"), TorchSearch.Find(environment).Core);

        Put("user/2.10.0-cuda-linux-x64", "libc10.so", "libtorch_cpu.so", "libtorch.so", "libtorch_cuda.so", "libc10_cuda.so");
        Assert.Equal(_folder.At("user/2.10.0-cuda-linux-x64/libtorch_cpu.so"), TorchSearch.Find(environment).Core);
        Assert.Equal("2.10.0", TorchSearch.Find(environment).Version);
    }

    [Fact]
    public void a_place_that_lacks_one_library_is_passed_over()
    {
        PutEverywhere();
        File.Delete(_folder.At("engine/runtimes/linux-x64/native/libtorch.so"));

        Assert.Equal(_folder.At("packages/libtorch-cpu-linux-x64/2.10.0/runtimes/linux-x64/native/libtorch_cpu.so"), TorchSearch.Find(Environment()).Core);
    }

    [Fact]
    public void the_bridge_may_lie_elsewhere_than_libtorch()
    {
        Put("python/torch/lib", "libc10.so", "libtorch_cpu.so", "libtorch.so");
        Put("packages/torchsharp/0.107.0/runtimes/linux-x64/native", "libLibTorchSharp.so");
        TorchFiles files = TorchSearch.Find(Environment() with { LibtorchFolder = _folder.At("python/torch/lib") });

        Assert.Equal(_folder.At("packages/torchsharp/0.107.0/runtimes/linux-x64/native/libLibTorchSharp.so"), files.Bridge);
    }

    [Fact]
    public void a_folder_with_cuda_libraries_is_loaded_with_them_and_before_libtorch()
    {
        Put("python/torch/lib", "libc10.so", "libtorch_cpu.so", "libtorch.so", "libtorch_cuda.so", "libc10_cuda.so", "libLibTorchSharp.so");
        TorchFiles files = TorchSearch.Find(Environment() with { LibtorchFolder = _folder.At("python/torch/lib") });

        Assert.Equal(TorchBackend.Cuda, files.Backend);
        Assert.Equal(
            ["libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so"],
            files.Libraries.Select(Path.GetFileName));
    }

    [Fact]
    public void cuda_packages_make_up_one_place()
    {
        PutCudaPackages();
        TorchFiles files = TorchSearch.Find(Environment() with { Backend = TorchBackend.Cuda });

        Assert.Equal(TorchBackend.Cuda, files.Backend);
        Assert.Equal(_folder.At(CudaPart("part2-primary", "libtorch_cpu.so")), files.Core);
        Assert.Equal(4, files.Place.Folders.Count);
    }

    [Fact]
    public void a_cuda_package_whose_file_still_lies_in_fragments_does_not_count()
    {
        PutCudaPackages();
        _folder.File("packages/libtorch-cuda-12.8-linux-x64-part2-fragment1/2.10.0/fragments/linux-x64/native/libtorch_cpu.so.fragment1");

        Assert.Throws<TorchLibraryNotFoundException>(() => TorchSearch.Find(Environment() with { Backend = TorchBackend.Cuda }));
    }

    [Fact]
    public void the_package_tells_the_version()
    {
        PutEverywhere();
        Directory.Delete(_folder.At("engine"), recursive: true);
        Put("packages/torchsharp/0.107.0/runtimes/linux-x64/native", "libLibTorchSharp.so");

        Assert.Equal("2.10.0", TorchSearch.Find(Environment()).Version);
    }

    [Theory]
    [InlineData("version.py", "__version__ = '2.11.0+cu130'\ndebug = False\n", "2.11.0+cu130")]
    [InlineData("version.py", "from typing import Optional\n__version__ = \"2.9.1\"\n", "2.9.1")]
    [InlineData("build-version", "2.10.0+cpu\n", "2.10.0+cpu")]
    [InlineData("README", "", null)]
    public void a_folder_from_elsewhere_tells_its_version_by_a_file_above(string name, string content, string? version)
    {
        PutEverywhere();
        _folder.File(Path.Combine("python/torch", name), content);

        Assert.Equal(version, TorchSearch.Find(Environment() with { LibtorchFolder = _folder.At("python/torch/lib") }).Version);
    }

    [Theory]
    [MemberData(nameof(Rids))]
    public void every_platform_finds_its_own_file_names(string rid)
    {
        TorchPlatform platform = TorchPlatform.For(rid);
        Put($"packages/libtorch-cpu-{rid}/2.10.0/runtimes/{rid}/native", [.. platform.Libraries.Where(file => !file.IsCuda).Select(file => file.FileName)]);
        Put($"packages/torchsharp/0.107.0/runtimes/{rid}/native", platform.Bridge);

        TorchFiles files = TorchSearch.Find(Environment() with { Platform = platform });

        Assert.Equal(platform.Core, Path.GetFileName(files.Core));
        Assert.Equal(TorchBackend.Cpu, files.Backend);
    }

    [Theory]
    [MemberData(nameof(Rids))]
    public void the_torchsharp_package_holds_each_platforms_bridge(string rid)
    {
        TorchPlatform platform = TorchPlatform.For(rid);

        Assert.Contains(TorchSearch.BridgePlaces(RealPackages.Environment with { Platform = platform }), place => place.Find(platform.Bridge) is not null);
    }

    [Fact]
    public void a_platform_without_libtorch_is_an_error_that_names_those_that_have_one()
    {
        TorchLibraryNotFoundException missing = Assert.Throws<TorchLibraryNotFoundException>(() => TorchPlatform.For("linux-arm64"));

        Assert.Equal("TorchSharp has no libtorch for linux-arm64: train on linux-x64, win-x64, osx-arm64 in a process of that architecture.", missing.Message);
    }

    private TorchEnvironment Environment() => new(
        TorchPlatform.LinuxX64,
        EngineFolder: _folder.At("engine"),
        PackageFolders: [_folder.At("packages")],
        LibtorchVersion: "2.10.0",
        TorchSharpVersion: "0.107.0",
        TorchBackend.Cpu);

    private void PutEverywhere()
    {
        foreach (string folder in (string[])["python/torch/lib", "engine/runtimes/linux-x64/native", "packages/libtorch-cpu-linux-x64/2.10.0/runtimes/linux-x64/native"])
            Put(folder, "libc10.so", "libtorch_cpu.so", "libtorch.so", "libLibTorchSharp.so");
    }

    private void PutCudaPackages()
    {
        Put("packages/torchsharp/0.107.0/runtimes/linux-x64/native", "libLibTorchSharp.so");
        _folder.File(CudaPart("part1", "libc10.so"));
        _folder.File(CudaPart("part1", "libc10_cuda.so"));
        _folder.File(CudaPart("part2-primary", "libtorch_cpu.so"));
        _folder.File(CudaPart("part3-primary", "libtorch_cuda.so"));
        _folder.File(CudaPart("part9", "libtorch.so"));
        Directory.CreateDirectory(_folder.At("packages/libtorch-cuda-12.8-linux-x64-part2-fragment1/2.10.0"));
        Directory.CreateDirectory(_folder.At("packages/libtorch-cuda-12.8-linux-x64-part3-fragment1/2.10.0"));
    }

    private static string CudaPart(string part, string file) => $"packages/libtorch-cuda-12.8-linux-x64-{part}/2.10.0/runtimes/linux-x64/native/{file}";

    private void Put(string folder, params string[] files)
    {
        foreach (string file in files)
            _folder.File(Path.Combine(folder, file));
    }
}
