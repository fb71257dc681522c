using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ClrEngine.Tests.Torch.Native;

/// <summary>What a child process printed, and its exit code.</summary>
internal sealed record ChildResult(int ExitCode, string Output);

/// <summary>
/// Runs this test program again as a process of its own, in which nothing is loaded yet. With the variable set it does
/// one task and ends before any test starts.
/// </summary>
internal static class Child
{
    public const string Load = "load";
    public const string LoadCudaPackages = "load-cuda-packages";
    public const string LoadAfterHost = "load-after-host";
    public const string LoadBesideCore = "load-beside-core";
    public const string LoadOnDemand = "load-on-demand";
    public const string LoadTwice = "load-twice";
    public const string LoadFromFolder = "load-from-folder";

    private const string TaskVariable = "CLR_TEST_CHILD";

    public static Task<ChildResult> Run(string task, params (string Name, string? Value)[] variables)
        => RunFrom(AppContext.BaseDirectory, task, variables);

    /// <summary>Runs a copy of this test program from another folder.</summary>
    public static async Task<ChildResult> RunFrom(string folder, string task, params (string Name, string? Value)[] variables)
    {
        string assembly = Path.Combine(folder, Path.GetFileName(typeof(Child).Assembly.Location));
        // The runtime lies in shared/Microsoft.NETCore.App/<version> below the host that runs it.
        string host = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        ProcessStartInfo start = new(host, ["exec", assembly]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove(NativeCache.Variable);
        start.Environment[TaskVariable] = task;
        foreach ((string name, string? value) in variables)
            start.Environment[name] = value;

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new(process.ExitCode, await output + await error);
    }

    [ModuleInitializer]
    internal static void RunTaskInsteadOfTests()
    {
        if (Environment.GetEnvironmentVariable(TaskVariable) is not { } task)
            return;
        try
        {
            Console.WriteLine(Do(task));
            if (OperatingSystem.IsLinux())
                Console.WriteLine($"spins={Marshal.PtrToStringUTF8(getenv(IdleThreads.SpinsVariable))}.");
            Console.WriteLine($"sum={SumOfOnes().ToString(CultureInfo.InvariantCulture)}");
            Environment.Exit(0);
        }
        catch (TorchLibraryException refused)
        {
            Console.WriteLine($"{refused.GetType().Name}: {refused.Message}");
            Environment.Exit(3);
        }
    }

    private static TorchLibrarySource Do(string task)
    {
        TorchEnvironment environment = TorchEnvironment.Current();
        switch (task)
        {
            case Load:
                break;
            case LoadOnDemand:
                TorchLibrary.LoadOnDemand();
                Assert.False(TorchLibrary.IsLoaded);
                SumOfOnes();
                break;
            case LoadTwice:
                Assert.False(TorchLibrary.IsLoaded);
                Assert.Null(TorchLibrary.Source);
                TorchLibrary.EnsureLoaded();
                TorchLibrarySource first = TorchLibrary.Source!;
                Assert.True(TorchLibrary.IsLoaded);
                TorchLibrary.EnsureLoaded();
                Assert.Same(first, TorchLibrary.Source);
                break;
            case LoadCudaPackages:
                LoadedTorch loaded = LoadAlone(environment with { Backend = TorchBackend.Cuda });
                loaded.AnswerTorchSharp();
                return loaded.Source;
            case LoadFromFolder:
                LoadedTorch fromFolder = TorchLoader.Load(TorchSearch.Find(environment), NativeCache.Current() with { UsesMemory = false });
                fromFolder.AnswerTorchSharp();
                return fromFolder.Source;
            case LoadAfterHost:
                LoadAlone(environment);
                break;
            case LoadBesideCore:
                foreach (string path in TorchSearch.Find(environment with { LibtorchFolder = null }).Libraries.SkipLast(1))
                    NativeLibrary.Load(path);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(task), task, "no such task");
        }
        TorchLibrary.EnsureLoaded();
        return TorchLibrary.Source!;
    }

    private static LoadedTorch LoadAlone(TorchEnvironment environment)
        => TorchLoader.Load(TorchSearch.Find(environment));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float SumOfOnes() => torch.ones(2, 2).sum().item<float>();

    [DllImport("libc", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint getenv([MarshalAs(UnmanagedType.LPUTF8Str)] string name);
}

/// <summary>The NuGet packages that the build restored.</summary>
internal static class RealPackages
{
    /// <summary>The Linux build of LibTorchSharp; the package holds it on every platform.</summary>
    public static string LinuxBridge => TorchSearch
        .BridgePlaces(Environment with { Platform = TorchPlatform.LinuxX64 })
        .Select(place => place.Find(TorchPlatform.LinuxX64.Bridge))
        .First(path => path is not null)!;

    /// <summary>The environment without the variable that the developer may have set.</summary>
    public static TorchEnvironment Environment => TorchEnvironment.Current() with { LibtorchFolder = null };

    /// <summary>The folder that a plain call loads from: a package's, or the one that the developer's variable names.</summary>
    public static string LibtorchFolder => Path.GetDirectoryName(TorchSearch.Find(TorchEnvironment.Current()).Core)!;

    /// <summary>The CPU package's files, which depend on nothing outside their folder.</summary>
    public static string[] CpuLibtorchFiles()
    {
        TorchPlace? package = TorchSearch.LibtorchPlaces(Environment with { Backend = TorchBackend.Cpu })
            .FirstOrDefault(place => place.Find(TorchPlatform.Current().Core) is not null);
        Assert.SkipWhen(package is null, "needs the CPU package, which this build did not restore");
        return Directory.GetFiles(package!.Folders[0]);
    }

    public static byte[] LinuxBridgeBytes() => File.ReadAllBytes(LinuxBridge);
}

/// <summary>Says aloud that a test needs a kind of host that this one is not.</summary>
internal static class Linux
{
    /// <summary>True where libstdc++ is of GCC 13 or newer, so that no patch is made.</summary>
    public static bool OffersTheSymbol => TorchLoader.HostOffers(ElfSymbolVersionPatch.IosBaseLibraryInit.Symbol);

    public static void Only()
        => Assert.SkipUnless(TorchPlatform.Current() == TorchPlatform.LinuxX64, "needs Linux x64");

    public static void OldOnly()
    {
        Only();
        Assert.SkipWhen(OffersTheSymbol, "needs a libstdc++ older than GCC 13's");
    }
}
