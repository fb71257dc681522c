using System.IO.Compression;
using System.Security.Cryptography;

namespace ClrEngine.Tests.Torch.Native;

/// <summary>Small packages stand in for libtorch's, laid out as the published ones with CUDA are.</summary>
public sealed class TorchInstallerTests : IDisposable
{
    private const string Head = "libtorch-cuda-12.8-linux-x64";

    private readonly TempFolder _folder = new();
    private readonly List<string> _asked = [];
    private readonly TorchInstaller _installer = new("cuda", "linux-x64") { FreeSpace = static _ => long.MaxValue };

    public TorchInstallerTests()
    {
        Pack("TorchSharp-cuda-linux", TorchVersions.TorchSharp, ["TorchSharp", Head], []);
        Pack(Head, ["part1", "part2-primary", .. Enumerable.Range(1, 11).Select(i => $"part2-fragment{i}")], []);
        Pack($"{Head}-part1", [], [("libc10.so", "c10"), ("libc10_cuda.so", "c10 cuda"), ("libtorch.so", "torch"), ("libtorch_cpu.so", "cpu"), ("libjitbackend_test.so", "test"), ("libtorch_python.so", "python")]);
        PackFragments("0,1,2,3,4,5,6,7,8,9,10,11,");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void all_parts_become_one_folder()
    {
        TorchInstallation there = Install();

        Assert.Equal(("2.10.0", "cuda", "linux-x64", Target), (there.Version, there.Backend, there.Platform, there.Path));
        Assert.Equal(
            ["LICENSE-LIBTORCH.txt", "installed.txt", "libc10.so", "libc10_cuda.so", "libtorch.so", "libtorch_cpu.so", "libtorch_cuda.so"],
            Directory.GetFiles(Target).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("cpu", File.ReadAllText(Path.Combine(Target, "libtorch_cpu.so")));
    }

    [Fact]
    public void fragments_are_put_together_by_their_numbers()
    {
        Install();

        Assert.Equal("0,1,2,3,4,5,6,7,8,9,10,11,", File.ReadAllText(Path.Combine(Target, "libtorch_cuda.so")));
    }

    [Fact]
    public void nothing_but_the_lock_lies_beside_it_afterwards()
    {
        Install();

        Assert.Equal([".cuda.lock", "cuda"], Directory.GetFileSystemEntries(_folder.At("there")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void what_is_there_is_not_fetched_again()
    {
        Install();
        _asked.Clear();
        Install();

        Assert.Empty(_asked);
    }

    [Fact]
    public void what_is_there_is_fetched_again_where_a_library_is_gone()
    {
        Install();
        File.Delete(Path.Combine(Target, "libtorch.so"));
        Install();

        Assert.Equal("torch", File.ReadAllText(Path.Combine(Target, "libtorch.so")));
    }

    [Fact]
    public void what_is_there_is_replaced_where_that_is_asked_for()
    {
        Install();
        _folder.File("there/cuda/libtorch.so", "damaged");
        Install(replace: true);

        Assert.Equal("torch", File.ReadAllText(Path.Combine(Target, "libtorch.so")));
    }

    [Fact]
    public void a_call_that_was_broken_off_goes_on_with_the_missing_packages()
    {
        int left = 5;
        Assert.Throws<IOException>(() => Install((package, folder) => left-- > 0 ? Copied(package, folder) : throw new IOException("broken off")));
        Assert.False(Directory.Exists(Target));
        _folder.File("there/.cuda.work/new/half.so");
        string[] fetched = [.. _asked];
        _asked.Clear();
        Install(Copied);

        Assert.Equal(5, fetched.Length);
        Assert.Empty(fetched.Intersect(_asked));
        Assert.Equal(15, fetched.Length + _asked.Count);
        Assert.False(File.Exists(Path.Combine(Target, "half.so")));
    }

    [Fact]
    public void a_package_that_was_damaged_since_is_fetched_again()
    {
        int left = 3;
        Assert.Throws<IOException>(() => Install((package, folder) => left-- > 0 ? Copied(package, folder) : throw new IOException("broken off")));
        foreach (string kept in Directory.GetFiles(_folder.At("there/.cuda.work"), "*.nupkg"))
            File.WriteAllText(kept, "damaged");
        Install(Copied);

        Assert.Equal("c10", File.ReadAllText(Path.Combine(Target, "libc10.so")));
    }

    [Fact]
    public async Task calls_at_once_fetch_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Install(), TestContext.Current.CancellationToken)));

        Assert.Equal(15, _asked.Count);
    }

    [Fact]
    public void a_library_is_held_against_the_sum_that_its_package_states()
    {
        Pack($"{Head}-part2-fragment7", [], [], [("libtorch_cuda.so.fragment7", "8,")]);

        Refused("TorchPackageDamaged", "libtorch_cuda.so");
    }

    [Fact]
    public void a_fragment_that_no_package_brings_is_missed()
    {
        Pack(Head, ["part1", "part2-primary", .. Enumerable.Range(1, 10).Select(i => $"part2-fragment{i}")], []);

        Refused("TorchPackageDamaged", "libtorch_cuda.so");
    }

    [Fact]
    public void packages_without_a_library_are_refused_by_its_name()
    {
        Pack($"{Head}-part1", [], [("libc10.so", "c10"), ("libc10_cuda.so", "c10 cuda"), ("libtorch.so", "torch")]);

        Refused("TorchPackageDamaged", "libtorch_cpu.so");
    }

    [Fact]
    public void a_package_under_another_ones_name_is_refused()
    {
        File.Copy(PackageFile($"{Head}-part2-primary"), PackageFile($"{Head}-part1"), overwrite: true);

        Refused("TorchPackageDamaged", $"{Head}-part2-primary 2.10.0");
    }

    [Theory]
    [InlineData("")]
    [InlineData("no archive")]
    public void what_is_no_package_is_refused(string content)
    {
        File.WriteAllText(PackageFile($"{Head}-part1"), content);

        Refused("TorchPackageDamaged", $"{Head}-part1");
    }

    [Fact]
    public void a_package_that_is_cut_off_is_refused()
    {
        byte[] whole = File.ReadAllBytes(PackageFile($"{Head}-part1"));
        File.WriteAllBytes(PackageFile($"{Head}-part1"), whole[..(whole.Length / 2)]);

        Refused("TorchPackageDamaged", $"{Head}-part1");
    }

    [Fact]
    public void a_flipped_bit_is_seen_and_the_package_is_not_kept()
    {
        byte[] sound = File.ReadAllBytes(PackageFile($"{Head}-part1"));
        byte[] flipped = [.. sound];
        flipped[Encoding.Latin1.GetString(sound).IndexOf("c10 cuda", StringComparison.Ordinal)] ^= 1;
        File.WriteAllBytes(PackageFile($"{Head}-part1"), flipped);
        Assert.Equal("TorchPackageDamaged", Assert.ThrowsAny<TorchLibraryException>(() => Install(Copied)).ErrorId);
        File.WriteAllBytes(PackageFile($"{Head}-part1"), sound);
        Install(Copied);

        Assert.Equal("c10 cuda", File.ReadAllText(Path.Combine(Target, "libc10_cuda.so")));
    }

    [Fact]
    public void a_package_for_the_cpu_is_held_against_its_published_hash()
    {
        Pack("libtorch-cpu-linux-x64", [], [("libc10.so", "c10"), ("libtorch.so", "torch"), ("libtorch_cpu.so", "cpu")]);
        TorchLibraryException refused = Assert.ThrowsAny<TorchLibraryException>(
            () => new TorchInstaller("cpu", "linux-x64") { FreeSpace = static _ => long.MaxValue }.Install(Target, InPlace));

        Assert.Equal("TorchPackageDamaged", refused.ErrorId);
        Assert.Contains("SHA-512", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void the_hash_of_every_platform_is_that_of_the_restored_package()
    {
        foreach (TorchPlatform platform in TorchPlatform.All)
        {
            TorchPackage package = new($"libtorch-cpu-{platform.Rid}", TorchVersions.Libtorch);
            string published = TorchPackages.Published[package].Sha512;
            IEnumerable<string> restored = RealPackages.Environment.PackageFolders.Select(folder => Path.Combine(folder, package.Id, package.Version, package.FileName + ".sha512"));
            Assert.All(restored.Where(File.Exists), file => Assert.Equal(published, File.ReadAllText(file).Trim()));
        }
    }

    [Theory]
    [InlineData("cpu", "linux-x64", 630_000_000)]
    [InlineData("cuda", "linux-x64", 9_000_000_000)]
    public void a_disk_without_room_is_refused_before_anything_is_fetched(string backend, string platform, long bytes)
    {
        var installer = new TorchInstaller(backend, platform) { FreeSpace = _ => bytes - 1 };
        TorchLibraryException refused = Assert.ThrowsAny<TorchLibraryException>(() => installer.Install(Target, InPlace));

        Assert.Equal("TorchLibraryNoRoom", refused.ErrorId);
        Assert.Contains($"{bytes / 1_000_000:N0} MB", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_asked);
    }

    [Fact]
    public void a_folder_that_holds_something_else_is_left_alone()
    {
        string file = _folder.File("there/cuda/letter.txt", "dear");

        Refused("TorchLibraryFolderTaken", "something else", replace: true);
        Assert.Equal("dear", File.ReadAllText(file));
    }

    [Fact]
    public void a_folder_of_another_libtorch_is_replaced_only_where_that_is_asked_for()
    {
        _folder.File("there/cuda/installed.txt", "2.9.0 cpu linux-x64");

        Refused("TorchLibraryFolderTaken", "libtorch 2.9.0 for cpu");
        Assert.Equal("cuda", Install(replace: true).Backend);
    }

    [Fact]
    public void an_empty_folder_is_filled()
    {
        Directory.CreateDirectory(Target);

        Assert.Equal(Target, Install().Path);
    }

    [Fact]
    public void a_cancelled_call_leaves_no_folder()
    {
        using CancellationTokenSource stop = new();
        Assert.Throws<OperationCanceledException>(() => _installer.Install(Target, InPlace, report: (_, done, _) => { if (done == 3) stop.Cancel(); }, stop: stop.Token));

        Assert.False(Directory.Exists(Target));
    }

    [Fact]
    public void saved_packages_are_all_that_an_installation_needs()
    {
        _installer.Save(_folder.At("saved"), InPlace);
        Directory.Delete(_folder.At("feed"), recursive: true);

        Assert.Equal(Target, _installer.Install(Target, (package, _) => _folder.At($"saved/{package.FileName}")).Path);
        Assert.Equal(15, Directory.GetFileSystemEntries(_folder.At("saved")).Length);
    }

    [Fact]
    public void packages_are_reported_as_they_become_known()
    {
        List<string> lines = [];
        _installer.Install(Target, InPlace, report: (package, done, known) => lines.Add($"{package.Id} {done}/{known}"));

        Assert.Equal([$"TorchSharp-cuda-linux 0/1", $"{Head} 1/2", $"{Head}-part1 2/15"], lines.Take(3));
    }

    [Theory]
    [InlineData("tpu", null, "InvalidBackend")]
    [InlineData("cuda", "osx-arm64", "InvalidBackend")]
    [InlineData("cpu", "linux-arm64", "InvalidPlatform")]
    public void what_is_not_published_is_refused(string backend, string? platform, string id)
        => Assert.Equal(id, Assert.Throws<InvalidParameterException>(() => new TorchInstaller(backend, platform)).ErrorId);

    private string Target => _folder.At("there/cuda");

    private TorchInstallation Install(TorchPackageSource? source = null, bool replace = false) => _installer.Install(Target, source ?? InPlace, replace);

    private void Refused(string id, string told, bool replace = false)
    {
        TorchLibraryException refused = Assert.ThrowsAny<TorchLibraryException>(() => Install(replace: replace));
        Assert.Equal(id, refused.ErrorId);
        Assert.Contains(told, refused.Message, StringComparison.Ordinal);
    }

    private string InPlace(TorchPackage package, string folder)
    {
        lock (_asked)
            _asked.Add(package.Id);
        return PackageFile(package.Id, package.Version);
    }

    private string Copied(TorchPackage package, string folder)
    {
        string copy = Path.Combine(folder, package.FileName);
        File.Copy(InPlace(package, folder), copy);
        return copy;
    }

    private string PackageFile(string id, string version = "2.10.0") => _folder.At($"feed/{id}.{version}.nupkg");

    private void PackFragments(string library)
    {
        string[] parts = [.. library.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(part => part + ",")];
        string sum = Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(library))).ToLowerInvariant();
        Pack($"{Head}-part2-primary", [], [("libtorch_cuda.so", parts[0]), ("libtorch_cuda.so.sha", sum)]);
        for (int i = 1; i < parts.Length; i++)
            Pack($"{Head}-part2-fragment{i}", [], [], [($"libtorch_cuda.so.fragment{i}", parts[i])]);
    }

    private void Pack(string id, string[] parts, (string Name, string Text)[] natives, (string Name, string Text)[]? fragments = null)
        => Pack(id, "2.10.0", [.. parts.Select(part => $"{Head}-{part}")], natives, fragments);

    private void Pack(string id, string version, string[] dependencies, (string Name, string Text)[] natives, (string Name, string Text)[]? fragments = null)
    {
        Directory.CreateDirectory(_folder.At("feed"));
        File.Delete(PackageFile(id, version));
        using ZipArchive archive = ZipFile.Open(PackageFile(id, version), ZipArchiveMode.Create);
        string needs = string.Concat(dependencies.Select(needed => $"""<dependency id="{needed}" version="[2.10.0, )" />"""));
        Add($"{id}.nuspec", $"""<package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata><id>{id}</id><version>{version}</version><dependencies><group>{needs}</group></dependencies></metadata></package>""");
        Add("LICENSE-LIBTORCH.txt", "terms");
        foreach ((string name, string text) in natives)
            Add($"runtimes/linux-x64/native/{name}", text);
        foreach ((string name, string text) in fragments ?? [])
            Add($"fragments/linux-x64/native/{name}", text);

        void Add(string name, string text)
        {
            using var writer = new StreamWriter(archive.CreateEntry(name, CompressionLevel.NoCompression).Open());
            writer.Write(text);
        }
    }
}
