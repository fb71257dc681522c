namespace ClrEngine.Torch.Native;

/// <summary>Finds libtorch and LibTorchSharp. It reads the file system and loads nothing.</summary>
internal static class TorchSearch
{
    /// <summary>Where libtorch may lie, best first. A set variable is the user's word: then nothing else counts.</summary>
    public static IReadOnlyList<TorchPlace> LibtorchPlaces(TorchEnvironment environment)
        => environment.LibtorchFolder is { } folder
            ? VariablePlaces(folder)
            : [.. BesideEngine(environment), .. environment.PackageFolders.Select(packages => LibtorchPackage(environment, packages)).OfType<TorchPlace>()];

    /// <summary>Where LibTorchSharp may lie, best first. It need not lie with libtorch.</summary>
    public static IReadOnlyList<TorchPlace> BridgePlaces(TorchEnvironment environment) =>
    [
        .. environment.LibtorchFolder is { } folder ? VariablePlaces(folder) : [],
        .. BesideEngine(environment),
        .. environment.PackageFolders.Select(packages => Package(environment, packages, "torchsharp", environment.TorchSharpVersion)),
    ];

    /// <summary>The files to load, from the first place that holds all of libtorch and the first that holds LibTorchSharp.</summary>
    /// <exception cref="TorchLibraryNotFoundException">No place holds them.</exception>
    public static TorchFiles Find(TorchEnvironment environment)
    {
        IReadOnlyList<TorchPlace> places = LibtorchPlaces(environment);
        (TorchPlace place, IReadOnlyList<string> libraries) = places
            .Select(place => (place, Libraries: LibrariesIn(place, environment)))
            .FirstOrDefault(found => found.Libraries.Count > 0);
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

    private static List<string> LibrariesIn(TorchPlace place, TorchEnvironment environment)
    {
        List<string> paths = [];
        foreach (TorchFile file in environment.Platform.Libraries)
        {
            if (place.Find(file.FileName) is { } path)
                paths.Add(path);
            else if (!file.IsCuda)
                return [];
        }

        return paths;
    }

    private static string LibtorchRemedy(TorchEnvironment environment)
    {
        string variable = TorchEnvironment.LibtorchVariable;
        string core = environment.Platform.Core;
        if (environment.LibtorchFolder is { } folder)
            return $"{variable} is {folder}, which holds no whole libtorch: point it to a folder with {core}, such as the lib folder of a Python PyTorch, or unset it.";
        return environment.Backend == TorchBackend.Cuda
            ? $"libtorch with CUDA was not found: set {variable} to the lib folder of a Python PyTorch with CUDA."
            : $"libtorch was not found: restore the NuGet package libtorch-cpu-{environment.Platform.Rid} {environment.LibtorchVersion} (dotnet restore does), or set {variable} to a folder with {core}, such as the lib folder of a Python PyTorch.";
    }

    private static string[] Descriptions(IReadOnlyList<TorchPlace> places) => [.. places.Select(place => place.Description)];
}
