using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using TorchSharp;

namespace ClrEngine.Torch.Native;

/// <summary>One library of libtorch.</summary>
internal sealed record TorchFile(string FileName, bool IsCuda = false);

/// <summary>What differs between the platforms: file names and load order, nothing else.</summary>
internal sealed record TorchPlatform(
    string Rid,
    IReadOnlyList<TorchFile> Libraries,
    string Bridge,
    string Core,
    IReadOnlyList<string> LoadedFirst)
{
    /// <summary>Linux: each library finds third-party ones by its own RPATH.</summary>
    public static TorchPlatform LinuxX64 { get; } = new(
        "linux-x64",
        [new("libc10.so"), new("libtorch_cpu.so"), new("libc10_cuda.so", true), new("libtorch_cuda.so", true), new("libtorch.so")],
        "libLibTorchSharp.so",
        "libtorch_cpu.so",
        []);

    /// <summary>Windows: cuDNN and NVRTC load parts of themselves by bare name, so they come first; asmjit and fbgemm are in CUDA builds only.</summary>
    public static TorchPlatform WindowsX64 { get; } = new(
        "win-x64",
        [new("c10.dll"), new("torch_cpu.dll"), new("c10_cuda.dll", true), new("torch_cuda.dll", true), new("torch.dll")],
        "LibTorchSharp.dll",
        "torch_cpu.dll",
        ["libiomp5md.dll", "uv.dll", "asmjit.dll", "fbgemm.dll", "zlibwapi.dll", "nvrtc*64_*.dll", "cudnn*64_*.dll"]);

    /// <summary>macOS on Apple silicon.</summary>
    public static TorchPlatform MacOSArm64 { get; } = new(
        "osx-arm64",
        [new("libc10.dylib"), new("libtorch_cpu.dylib"), new("libtorch.dylib")],
        "libLibTorchSharp.dylib",
        "libtorch_cpu.dylib",
        ["libomp.dylib"]);

    /// <summary>All that libtorch is built for.</summary>
    public static IReadOnlyList<TorchPlatform> All { get; } = [LinuxX64, WindowsX64, MacOSArm64];

    /// <summary>The platform of this process.</summary>
    public static TorchPlatform Current()
    {
        string system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : OperatingSystem.IsLinux() ? "linux" : "other";
        return For($"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}");
    }

    /// <summary>The platform with this name.</summary>
    public static TorchPlatform For(string rid)
        => All.FirstOrDefault(platform => platform.Rid == rid)
            ?? throw new TorchLibraryNotFoundException(
                $"TorchSharp has no libtorch for {rid}: train on {string.Join(", ", All.Select(platform => platform.Rid))} in a process of that architecture.", []);
}

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

/// <summary>Reads the version that a Python PyTorch (<c>version.py</c>) or a libtorch archive (<c>build-version</c>) keeps above its lib folder.</summary>
internal static partial class LibtorchVersionFile
{
    /// <summary>The version, such as <c>2.11.0+cu130</c>; null where neither file is there.</summary>
    public static string? Read(string libFolder)
    {
        string python = Path.Combine(libFolder, "..", "version.py");
        if (File.Exists(python) && PythonVersion().Match(File.ReadAllText(python)) is { Success: true } match)
            return match.Groups[1].Value;
        string archive = Path.Combine(libFolder, "..", "build-version");
        return File.Exists(archive) ? File.ReadLines(archive).FirstOrDefault()?.Trim() : null;
    }

    [GeneratedRegex("""^__version__\s*=\s*['"]([^'"]+)['"]""", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex PythonVersion();
}
