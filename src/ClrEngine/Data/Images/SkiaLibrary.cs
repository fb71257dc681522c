using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using SkiaSharp;

namespace ClrEngine.Data.Images;

/// <summary>Makes Skia's native half ready, when the first image needs it.</summary>
/// <remarks>
/// It lies in <c>runtimes/&lt;rid&gt;/native</c> beside the engine's assembly, as the module's package has it, or where NuGet unpacked
/// SkiaSharp.NativeAssets. Where neither has it, .NET's own search goes on.
/// </remarks>
internal static class SkiaLibrary
{
    private const string Name = "libSkiaSharp";
    private static readonly Lazy<nint> Library = new(Find);

    /// <summary>Loads it if it is not loaded yet; thread-safe.</summary>
    /// <exception cref="ImageLibraryException">No place holds it, or the system refuses it.</exception>
    public static void EnsureLoaded() => _ = Library.Value;

    private static nint Find()
    {
        string[] places = [.. Places()];
        foreach (string path in places.Where(File.Exists))
        {
            if (!NativeLibrary.TryLoad(path, out nint library)) continue;
            AssemblyLoadContext context = AssemblyLoadContext.GetLoadContext(typeof(SKCodec).Assembly) ?? AssemblyLoadContext.Default;
            context.ResolvingUnmanagedDll += (_, name) => name == Name ? library : 0;
            return library;
        }

        return NativeLibrary.TryLoad(Name, typeof(SKCodec).Assembly, null, out nint found) ? found : throw new ImageLibraryException(places);
    }

    private static IEnumerable<string> Places()
    {
        string architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        (string rid, string package, string file) =
            OperatingSystem.IsWindows() ? ($"win-{architecture}", "win32", $"{Name}.dll")
            : OperatingSystem.IsMacOS() ? ("osx", "macos", $"{Name}.dylib")
            : ($"linux-{architecture}", "linux.nodependencies", $"{Name}.so");
        string native = Path.Combine("runtimes", rid, "native", file);
        yield return Path.Combine(FolderOf(typeof(SkiaLibrary).Assembly), native);

        string version = typeof(SKCodec).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
        string skia = FolderOf(typeof(SKCodec).Assembly);
        string[] packages =
        [
            Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { } moved && !string.IsNullOrWhiteSpace(moved)
                ? moved : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".nuget", "packages"),
            // A notebook runs assemblies where NuGet unpacked them: packages/skiasharp/<version>/lib/<framework>.
            Path.GetFullPath(Path.Combine(skia, "..", "..", "..", "..")),
        ];
        foreach (string folder in packages) yield return Path.Combine(folder, $"skiasharp.nativeassets.{package}", version, native);
    }

    private static string FolderOf(Assembly assembly) => Path.GetDirectoryName(assembly.Location) is { Length: > 0 } folder ? folder : AppContext.BaseDirectory;
}

/// <summary>The native library that decodes images was not found, or does not load.</summary>
internal sealed class ImageLibraryException(IReadOnlyList<string> placesTried) : TrainingDataException(
    ImageLibraryNotFound,
    $"Skia's native library, which decodes images, was not found or does not load: install the module again, or restore the NuGet package SkiaSharp.NativeAssets of this system. Places tried:{string.Concat(placesTried.Select(static place => $"{Environment.NewLine}  {place}"))}")
{
    private static readonly ErrorCause ImageLibraryNotFound = new(nameof(ImageLibraryNotFound), ErrorKind.ResourceUnavailable,
        "The native library that decodes images was not found, or does not load on this system.", "Install the module again, or restore the package in the message.");
}
