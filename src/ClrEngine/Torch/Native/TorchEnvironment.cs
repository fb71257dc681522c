using TorchSharp;

namespace ClrEngine.Torch.Native;

/// <summary>All that the search depends on, taken once, so that the search itself asks the process nothing.</summary>
internal sealed record TorchEnvironment
{
    /// <summary>The variable that points to a folder with libtorch, such as the lib folder of a Python PyTorch.</summary>
    public const string LibtorchVariable = "CLR_LIBTORCH";

    /// <summary>NuGet's own variable for its global packages folder.</summary>
    public const string PackagesVariable = "NUGET_PACKAGES";

    /// <summary>File names and load order.</summary>
    public required TorchPlatform Platform { get; init; }

    /// <summary>The value of <see cref="LibtorchVariable"/>, or null.</summary>
    public string? LibtorchFolder { get; init; }

    /// <summary>The folder of the engine's assembly.</summary>
    public required string EngineFolder { get; init; }

    /// <summary>Folders in which NuGet unpacks packages.</summary>
    public required IReadOnlyList<string> PackageFolders { get; init; }

    /// <summary>The libtorch package's version.</summary>
    public required string LibtorchVersion { get; init; }

    /// <summary>The TorchSharp package's version.</summary>
    public required string TorchSharpVersion { get; init; }

    /// <summary>Which libtorch packages count.</summary>
    public required TorchBackend Backend { get; init; }

    /// <summary>The environment of this process, now.</summary>
    /// <exception cref="TorchLibraryNotFoundException">libtorch has no build for this platform.</exception>
    public static TorchEnvironment Current()
    {
        string torchSharpFolder = FolderOf(typeof(torch).Assembly.Location);
        return new()
        {
            Platform = TorchPlatform.Current(),
            LibtorchFolder = Variable(LibtorchVariable),
            EngineFolder = FolderOf(typeof(TorchEnvironment).Assembly.Location),
            PackageFolders = [.. PackageFoldersOf(torchSharpFolder).Distinct()],
            LibtorchVersion = TorchVersions.Libtorch,
            TorchSharpVersion = TorchVersions.TorchSharp,
            Backend = TorchVersions.Backend,
        };
    }

    /// <summary>A variable's value; null where it is unset or blank.</summary>
    internal static string? Variable(string name)
        => Environment.GetEnvironmentVariable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;

    private static string FolderOf(string location)
        => Path.GetDirectoryName(location) is { Length: > 0 } folder ? folder : AppContext.BaseDirectory;

    private static IEnumerable<string> PackageFoldersOf(string torchSharpFolder)
    {
        yield return Variable(PackagesVariable)
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".nuget", "packages");

        // A notebook runs assemblies where NuGet unpacked them: packages/torchsharp/<version>/lib/<framework>.
        string package = Path.GetFullPath(Path.Combine(torchSharpFolder, "..", "..", ".."));
        if (string.Equals(Path.GetFileName(package), "torchsharp", StringComparison.OrdinalIgnoreCase))
            yield return Path.GetDirectoryName(package)!;
    }
}
