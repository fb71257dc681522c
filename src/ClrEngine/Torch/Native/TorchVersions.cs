using System.Reflection;
using TorchSharp;

namespace ClrEngine.Torch.Native;

/// <summary>The versions that this engine was built with, as the build wrote them into the assemblies.</summary>
internal static class TorchVersions
{
    /// <summary>The libtorch that TorchSharp's native half was built against.</summary>
    public static string Libtorch { get; } = Metadata("LibtorchVersion");

    /// <summary>The version of the TorchSharp package.</summary>
    public static string TorchSharp { get; } = typeof(torch).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>The back end whose packages the build restored.</summary>
    public static TorchBackend Backend { get; } = Enum.Parse<TorchBackend>(Metadata("TorchBackend"), ignoreCase: true);

    private static string Metadata(string key) => typeof(TorchVersions).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(entry => entry.Key == key).Value!;
}
