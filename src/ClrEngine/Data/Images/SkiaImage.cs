using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using SkiaSharp;

namespace ClrEngine.Data.Images;

/// <summary>Decodes images by Skia, which is told to give all of the pixels or none.</summary>
internal static class SkiaImage
{
    private const int Eighths = 8;

    public static (byte[] Pixels, int Height, int Width) Decode(byte[] file, string path, ImageHead head, ImageSize? size)
    {
        SkiaLibrary.EnsureLoaded();
        using SKData data = SKData.CreateCopy(file);
        using SKCodec codec = SKCodec.Create(data) ?? throw ImageDamage.Wrong(head.Kind, path, "no decoder takes it");
        if (codec.Info.Width != head.Width || codec.Info.Height != head.Height)
            throw ImageDamage.Wrong(head.Kind, path, $"it claims {head.Width} × {head.Height} pixels and has {codec.Info.Width} × {codec.Info.Height}");
        SKSizeI scaled = Scaled(codec, head, size);
        bool isGrey = codec.Info.ColorType == SKColorType.Gray8;
        // Without a colour space nothing is converted: pixels are what the file says.
        var info = new SKImageInfo(scaled.Width, scaled.Height, isGrey ? SKColorType.Gray8 : SKColorType.Rgba8888, isGrey ? SKAlphaType.Opaque : SKAlphaType.Unpremul, null);
        var pixels = new byte[info.BytesSize64];
        GCHandle pin = GCHandle.Alloc(pixels, GCHandleType.Pinned);
        try
        {
            SKCodecResult result = codec.GetPixels(info, pin.AddrOfPinnedObject());
            if (result == SKCodecResult.IncompleteInput) throw ImageDamage.CutOff(head.Kind, path);
            if (result != SKCodecResult.Success) throw ImageDamage.Wrong(head.Kind, path, $"{result}");
            // A packed bitmap may end early, or jump: what it does not set comes as transparent.
            if (head.Kind == ImageKind.Bmp && file[BmpParts.BitsPlace] <= 8 && HasTransparent(pixels)) throw ImageDamage.Wrong(head.Kind, path, "it does not set all of its pixels");
        }
        finally
        {
            pin.Free();
        }

        return (isGrey ? pixels : Pack(pixels, head.Channels), scaled.Height, scaled.Width);
    }

    // A JPEG decodes in eighths of its size, at a fraction of the work: the smallest that still has all the pixels wanted.
    private static SKSizeI Scaled(SKCodec codec, ImageHead head, ImageSize? size)
    {
        if (head.Kind != ImageKind.Jpeg || head.Lying(size) is not (int height, int width)) return codec.Info.Size;
        return Enumerable.Range(1, Eighths).Select(i => codec.GetScaledDimensions((float)i / Eighths)).FirstOrDefault(scaled => scaled.Height >= height && scaled.Width >= width, codec.Info.Size);
    }

    private static bool HasTransparent(byte[] pixels)
    {
        for (int i = 3; i < pixels.Length; i += 4)
        {
            if (pixels[i] == 0) return true;
        }

        return false;
    }

    // Four bytes a pixel into three, or into one where all three are alike.
    private static byte[] Pack(byte[] pixels, int channels)
    {
        int count = pixels.Length / 4;
        if (channels == 1)
        {
            var grey = new byte[count];
            for (int i = 0; i < count; i++) grey[i] = pixels[4 * i];
            return grey;
        }

        // In place: what is written lies before what is read.
        for (int from = 0, to = 0; from < pixels.Length; from += 4, to += 3) (pixels[to], pixels[to + 1], pixels[to + 2]) = (pixels[from], pixels[from + 1], pixels[from + 2]);
        return pixels;
    }
}

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
            Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { } moved && Path.IsPathFullyQualified(moved)
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
