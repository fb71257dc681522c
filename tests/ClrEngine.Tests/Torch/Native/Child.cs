using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ClrEngine.Torch.Native;
using TorchSharp;

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
                return TorchLibrary.EnsureLoaded();
            case LoadOnDemand:
                TorchLibrary.LoadOnDemand();
                Assert.False(TorchLibrary.IsLoaded);
                SumOfOnes();
                return TorchLibrary.Source!;
            case LoadTwice:
                Assert.False(TorchLibrary.IsLoaded);
                Assert.Null(TorchLibrary.Source);
                TorchLibrarySource first = TorchLibrary.EnsureLoaded();
                Assert.True(TorchLibrary.IsLoaded);
                Assert.Same(first, TorchLibrary.EnsureLoaded());
                Assert.Same(first, TorchLibrary.Source);
                return first;
            case LoadCudaPackages:
                LoadedTorch loaded = LoadAlone(environment with { Backend = TorchBackend.Cuda });
                loaded.AnswerTorchSharp();
                return loaded.Source;
            case LoadAfterHost:
                LoadAlone(environment);
                return TorchLibrary.EnsureLoaded();
            case LoadBesideCore:
                foreach (string path in TorchSearch.Find(environment with { LibtorchFolder = null }).Libraries.SkipLast(1))
                    NativeLibrary.Load(path);
                return TorchLibrary.EnsureLoaded();
            default:
                throw new ArgumentOutOfRangeException(nameof(task), task, "no such task");
        }
    }

    private static LoadedTorch LoadAlone(TorchEnvironment environment)
        => TorchLoader.Load(TorchSearch.Find(environment), environment.TorchSharpVersion, HostLibstdcxx.Offers, NativeCache.Current());

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float SumOfOnes() => torch.ones(2, 2).sum().item<float>();

    [DllImport("libc", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint getenv([MarshalAs(UnmanagedType.LPUTF8Str)] string name);
}
