using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using TorchSharp;

namespace ClrEngine.Torch.Native;

/// <summary>One library of libtorch; some are in CUDA builds only.</summary>
internal sealed record TorchFile(string FileName, bool IsCuda = false);

/// <summary>
/// What differs between the platforms: TorchSharp's native half, loaded last; the library that tells a libtorch folder; libtorch's libraries in
/// load order, dependencies first; and patterns of third-party libraries that the loader does not find by itself.
/// </summary>
internal sealed record TorchPlatform(string Rid, string Bridge, string Core, IReadOnlyList<TorchFile> Libraries, IReadOnlyList<string> LoadedFirst)
{
    /// <summary>Linux: each library finds third-party ones by its own RPATH.</summary>
    public static TorchPlatform LinuxX64 { get; } = new("linux-x64", "libLibTorchSharp.so", "libtorch_cpu.so",
        [new("libc10.so"), new("libtorch_cpu.so"), new("libc10_cuda.so", true), new("libtorch_cuda.so", true), new("libtorch.so")], []);

    /// <summary>Windows: cuDNN and NVRTC load parts of themselves by bare name, so they come first; asmjit and fbgemm are in CUDA builds only.</summary>
    public static TorchPlatform WindowsX64 { get; } = new("win-x64", "LibTorchSharp.dll", "torch_cpu.dll",
        [new("c10.dll"), new("torch_cpu.dll"), new("c10_cuda.dll", true), new("torch_cuda.dll", true), new("torch.dll")],
        ["libiomp5md.dll", "uv.dll", "asmjit.dll", "fbgemm.dll", "zlibwapi.dll", "nvrtc*64_*.dll", "cudnn*64_*.dll"]);

    public static TorchPlatform MacOSArm64 { get; } = new("osx-arm64", "libLibTorchSharp.dylib", "libtorch_cpu.dylib",
        [new("libc10.dylib"), new("libtorch_cpu.dylib"), new("libtorch.dylib")], ["libomp.dylib"]);

    public static IReadOnlyList<TorchPlatform> All { get; } = [LinuxX64, WindowsX64, MacOSArm64];

    public static TorchPlatform Current()
    {
        string system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : OperatingSystem.IsLinux() ? "linux" : "other";
        return For($"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}");
    }

    public static TorchPlatform For(string rid)
        => All.FirstOrDefault(platform => platform.Rid == rid)
            ?? throw new TorchLibraryNotFoundException(
                $"TorchSharp has no libtorch for {rid}: train on {string.Join(", ", All.Select(platform => platform.Rid))} in a process of that architecture.", []);
}

/// <summary>The versions that this engine was built with, as the build wrote them into the assemblies.</summary>
internal static class TorchVersions
{
    public static string Libtorch { get; } = Metadata("LibtorchVersion");

    public static string TorchSharp { get; } = VersionOf(typeof(torch).Assembly);

    public static string Engine { get; } = VersionOf(typeof(TorchVersions).Assembly);

    public static TorchBackend Backend { get; } = Enum.Parse<TorchBackend>(Metadata("TorchBackend"), ignoreCase: true);

    private static string VersionOf(Assembly assembly) => assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

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
