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

    /// <summary>The environment of a plain user, without variables that the developer may have set.</summary>
    public static TorchEnvironment Environment => TorchEnvironment.Current() with { LibtorchFolder = null };

    /// <summary>The folder of this platform's libtorch package.</summary>
    public static string LibtorchFolder => Path.GetDirectoryName(TorchSearch.Find(Environment).Core)!;

    public static byte[] LinuxBridgeBytes() => File.ReadAllBytes(LinuxBridge);
}
