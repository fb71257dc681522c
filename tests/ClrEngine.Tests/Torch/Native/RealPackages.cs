using ClrEngine.Torch.Native;

namespace ClrEngine.Tests.Torch.Native;

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
