using System.Reflection;
using TorchSharp;

namespace ClrEngine.Torch.Native;

/// <summary>Finds libtorch and LibTorchSharp. It reads the file system and loads nothing.</summary>
internal static class TorchSearch
{
    /// <summary>Where libtorch may lie, best first. A set variable is the user's word: then nothing else counts.</summary>
    public static IReadOnlyList<TorchPlace> LibtorchPlaces(TorchEnvironment environment)
        => environment.LibtorchFolder is { } folder
            ? VariablePlaces(folder)
            : [.. BesideEngine(environment), .. Installed(environment), .. environment.PackageFolders.Select(packages => LibtorchPackage(environment, packages)).OfType<TorchPlace>()];

    /// <summary>Where LibTorchSharp may lie, best first. It need not lie with libtorch.</summary>
    public static IReadOnlyList<TorchPlace> BridgePlaces(TorchEnvironment environment) =>
    [
        .. environment.LibtorchFolder is { } folder ? VariablePlaces(folder) : [],
        .. BesideEngine(environment),
        .. environment.PackageFolders.Select(packages => Package(environment, packages, "torchsharp", environment.TorchSharpVersion)),
    ];

    /// <summary>The files to load, from the first place that holds all of libtorch and the first that holds LibTorchSharp.</summary>
    public static TorchFiles Find(TorchEnvironment environment)
    {
        IReadOnlyList<TorchPlace> places = LibtorchPlaces(environment);
        (TorchPlace place, string[] libraries) = places
            .Select(place => (place, Libraries: LibrariesIn(place, environment.Platform)))
            .FirstOrDefault(found => found.Libraries.Length > 0);
        if (libraries is null)
            throw new TorchLibraryNotFoundException(LibtorchRemedy(environment), Descriptions(places));

        IReadOnlyList<TorchPlace> bridgePlaces = BridgePlaces(environment);
        string bridge = bridgePlaces.Select(candidate => candidate.Find(environment.Platform.Bridge)).FirstOrDefault(path => path is not null)
            ?? throw new TorchLibraryNotFoundException(
                $"TorchSharp's native half, {environment.Platform.Bridge}, was not found: restore the NuGet package TorchSharp {environment.TorchSharpVersion} (dotnet restore does).",
                Descriptions(bridgePlaces));
        return new(environment.Platform, place, libraries, bridge);
    }

    private static TorchPlace[] VariablePlaces(string folder)
        => [TorchPlace.At(Path.GetFullPath(folder)), TorchPlace.At(Path.GetFullPath(Path.Combine(folder, "lib")))];

    private static TorchPlace[] BesideEngine(TorchEnvironment environment)
        => [TorchPlace.At(Path.Combine(environment.EngineFolder, "runtimes", environment.Platform.Rid, "native")), TorchPlace.At(environment.EngineFolder)];

    // What Install-TorchLibrary brought; where both are there, CUDA's runs on the CPU too.
    private static IEnumerable<TorchPlace> Installed(TorchEnvironment environment) => environment.InstallRoot is not { } root ? [] :
        from backend in (string[])["cuda", "cpu"]
        where backend == "cpu" || environment.Platform.Libraries.Any(file => file.IsCuda)
        select TorchPlace.At(Path.Combine(root, TorchInstaller.FolderName(environment.LibtorchVersion, backend, environment.Platform.Rid)), environment.LibtorchVersion);

    private static TorchPlace? LibtorchPackage(TorchEnvironment environment, string packages)
    {
        if (environment.Backend == TorchBackend.Cpu)
            return Package(environment, packages, $"libtorch-cpu-{environment.Platform.Rid}", environment.LibtorchVersion);
        return environment.Platform == TorchPlatform.LinuxX64
            ? CudaPackages.In(packages, environment.Platform.Rid, environment.LibtorchVersion)
            : null;
    }

    private static TorchPlace Package(TorchEnvironment environment, string packages, string id, string version)
        => TorchPlace.At(Path.Combine(packages, id, version, "runtimes", environment.Platform.Rid, "native"), version);

    private static string[] LibrariesIn(TorchPlace place, TorchPlatform platform)
    {
        (bool IsCuda, string? Path)[] files = [.. platform.Libraries.Select(file => (file.IsCuda, place.Find(file.FileName)))];
        return files.All(file => file.IsCuda || file.Path is not null) ? [.. files.Select(file => file.Path).OfType<string>()] : [];
    }

    private static string LibtorchRemedy(TorchEnvironment environment)
    {
        string variable = TorchEnvironment.LibtorchVariable;
        string core = environment.Platform.Core;
        if (environment.LibtorchFolder is { } folder)
            return $"{variable} is {folder}, which holds no whole libtorch: point it to a folder with {core}, such as the lib folder of a Python PyTorch, or unset it.";
        return environment.Backend == TorchBackend.Cuda
            ? $"libtorch with CUDA was not found: in PowerShell run Install-TorchLibrary -Backend cuda, or set {variable} to the lib folder of a Python PyTorch with CUDA."
            : $"libtorch was not found: in PowerShell run Install-TorchLibrary; in a project refer to the NuGet package libtorch-cpu-{environment.Platform.Rid} {environment.LibtorchVersion}; or set {variable} to a folder with {core}, such as the lib folder of a Python PyTorch.";
    }

    private static string[] Descriptions(IReadOnlyList<TorchPlace> places) => [.. places.Select(place => place.Description)];
}

/// <summary>
/// All that the search depends on, taken once, so that the search itself asks the process nothing: folders in which NuGet unpacks packages,
/// versions of packages, which libtorch packages count, and the folder that <see cref="LibtorchVariable"/> names,
/// and the one that Install-TorchLibrary installs to.
/// </summary>
internal sealed record TorchEnvironment(
    TorchPlatform Platform, string EngineFolder, IReadOnlyList<string> PackageFolders, string LibtorchVersion, string TorchSharpVersion, TorchBackend Backend, string? LibtorchFolder = null, string? InstallRoot = null)
{
    /// <summary>The variable that points to a folder with libtorch, such as the lib folder of a Python PyTorch.</summary>
    public const string LibtorchVariable = "CLR_LIBTORCH";
    public const string PackagesVariable = "NUGET_PACKAGES";

    public static TorchEnvironment Current() => new(
        TorchPlatform.Current(),
        FolderOf(typeof(TorchEnvironment).Assembly),
        [.. KnownPackageFolders().Distinct()],
        TorchVersions.Libtorch,
        TorchVersions.TorchSharp,
        TorchVersions.Backend,
        Variable(LibtorchVariable) is { } folder ? RequireFull(LibtorchVariable, folder) : null,
        UserRoot());

    /// <summary>A variable's value; null where it is unset or blank.</summary>
    internal static string? Variable(string name)
        => Environment.GetEnvironmentVariable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;

    /// <summary>A variable's path, as it is; one that depends on where the process was started is refused, for whoever can write there would choose the code that runs.</summary>
    internal static string RequireFull(string variable, string path) => Path.IsPathFullyQualified(path) ? path : throw new RelativeVariableException(variable, path);

    /// <summary>The folder of this user's installed libtorch, which the cache's variable moves; null for a user without a folder.</summary>
    internal static string? UserRoot()
        => Variable(NativeCache.Variable) is { } moved ? Path.Combine(RequireFull(NativeCache.Variable, moved), "libtorch")
            : Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } user ? Path.Combine(user, "Clr", "libtorch")
            : null;

    private static string FolderOf(Assembly assembly)
        => Path.GetDirectoryName(assembly.Location) is { Length: > 0 } folder ? folder : AppContext.BaseDirectory;

    private static IEnumerable<string> KnownPackageFolders()
    {
        yield return Variable(PackagesVariable) is { } moved
            ? RequireFull(PackagesVariable, moved)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".nuget", "packages");

        // A notebook runs assemblies where NuGet unpacked them: packages/torchsharp/<version>/lib/<framework>.
        string package = Path.GetFullPath(Path.Combine(FolderOf(typeof(torch).Assembly), "..", "..", ".."));
        if (string.Equals(Path.GetFileName(package), "torchsharp", StringComparison.OrdinalIgnoreCase))
            yield return Path.GetDirectoryName(package)!;
    }
}

/// <summary>One place that may hold libtorch: one folder, or more where packages hold parts.</summary>
internal sealed record TorchPlace(string Description, IReadOnlyList<string> Folders, string? Version = null)
{
    public static TorchPlace At(string folder, string? version = null) => new(folder, [folder], version);

    public string? Find(string fileName)
        => Folders.Select(folder => Path.GetFullPath(Path.Combine(folder, fileName))).FirstOrDefault(File.Exists);
}

/// <summary>What the search found, as full paths: libtorch's files in load order, and LibTorchSharp.</summary>
internal sealed record TorchFiles(TorchPlatform Platform, TorchPlace Place, IReadOnlyList<string> Libraries, string Bridge)
{
    public string Core => Libraries.First(path => Path.GetFileName(path) == Platform.Core);

    public TorchBackend Backend
        => Libraries.IntersectBy(Platform.Libraries.Where(file => file.IsCuda).Select(file => file.FileName), Path.GetFileName).Any() ? TorchBackend.Cuda : TorchBackend.Cpu;

    public string? Version => Place.Version ?? LibtorchVersionFile.Read(Path.GetDirectoryName(Core)!);

    public IReadOnlyList<string> LoadedFirst =>
        [.. Platform.LoadedFirst.SelectMany(pattern => Place.Folders.SelectMany(folder => Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal)))];
}

/// <summary>
/// libtorch with CUDA from NuGet: about twenty packages (<c>libtorch-cuda-12.8-linux-x64-part1</c>, <c>…-part2-primary</c>,
/// <c>…-part2-fragment1</c>, …). Large files come in fragments, which a build that references the packages puts together
/// inside the <c>-primary</c> package. Only Linux loads them from there. On a CUDA machine the simple way is the variable that points to a Python PyTorch.
/// </summary>
internal static class CudaPackages
{
    private const string Primary = "-primary";

    /// <summary>The place that all parts make up together; without folders where nothing is restored.</summary>
    public static TorchPlace In(string packageFolder, string rid, string version)
    {
        string pattern = $"libtorch-cuda-*-{rid}*";
        string[] folders = !Directory.Exists(packageFolder) ? [] :
        [
            .. Directory.EnumerateDirectories(packageFolder, pattern)
                .Where(package => IsWhole(package, version))
                .Select(package => Path.Combine(package, version, "runtimes", rid, "native"))
                .Where(Directory.Exists)
                .Order(StringComparer.Ordinal),
        ];
        return new(Path.Combine(packageFolder, pattern, version, "runtimes", rid, "native"), folders, version);
    }

    // Putting a file together deletes its fragments; before that, the file in the primary package is only its head.
    private static bool IsWhole(string package, string version)
    {
        if (!package.EndsWith(Primary, StringComparison.Ordinal))
            return true;
        string fragment = Path.Combine(string.Concat(package.AsSpan(0, package.Length - Primary.Length), "-fragment1"), version);
        return Directory.Exists(fragment) && !Directory.EnumerateFiles(fragment, "*.fragment1", SearchOption.AllDirectories).Any();
    }
}
