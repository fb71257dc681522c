namespace ClrEngine.Torch.Native;

/// <summary>What the search found, as full paths.</summary>
/// <param name="Platform">File names and load order.</param>
/// <param name="Place">The place that holds libtorch.</param>
/// <param name="Libraries">libtorch's files in load order.</param>
/// <param name="Bridge">LibTorchSharp.</param>
internal sealed record TorchFiles(TorchPlatform Platform, TorchPlace Place, IReadOnlyList<string> Libraries, string Bridge)
{
    /// <summary>The file that tells a libtorch folder.</summary>
    public string Core => Libraries.First(path => Path.GetFileName(path) == Platform.Core);

    /// <summary>CUDA if CUDA's libraries lie with the others.</summary>
    public TorchBackend Backend
        => Platform.Libraries.Any(file => file.IsCuda && Libraries.Any(path => Path.GetFileName(path) == file.FileName))
            ? TorchBackend.Cuda
            : TorchBackend.Cpu;

    /// <summary>libtorch's version where it is known.</summary>
    public string? Version => Place.Version ?? LibtorchVersionFile.Read(Path.GetDirectoryName(Core)!);

    /// <summary>Third-party libraries to load before libtorch, as far as they are there.</summary>
    public IReadOnlyList<string> LoadedFirst =>
        [.. Platform.LoadedFirst.SelectMany(pattern => Place.Folders.SelectMany(folder => Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal)))];
}
