using System.Reflection;
using System.Runtime.InteropServices;
using ClrEngine.Torch.Native;

namespace ClrEngine.Torch;

/// <summary>What a run ran on.</summary>
public static class EngineVersions
{
    /// <summary>The versions of this engine, TorchSharp, libtorch and .NET, on one line.</summary>
    public static string Line { get; } =
        $"Clr {typeof(EngineVersions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]}, TorchSharp {TorchVersions.TorchSharp}, libtorch {TorchVersions.Libtorch}, {RuntimeInformation.FrameworkDescription}";
}
