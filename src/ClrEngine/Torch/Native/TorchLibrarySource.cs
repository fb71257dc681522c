namespace ClrEngine.Torch.Native;

/// <summary>Where the loaded libtorch came from. <see cref="ToString"/> is one line for a verbose message.</summary>
/// <param name="Folder">The folder of libtorch_cpu.</param>
/// <param name="Backend">Whether CUDA kernels were loaded.</param>
/// <param name="Version">libtorch's version where the folder tells it, such as <c>2.11.0+cu130</c>; otherwise null.</param>
/// <param name="Bridge">The full path of the LibTorchSharp that was loaded: TorchSharp's native half.</param>
/// <param name="IsPatched">True if <paramref name="Bridge"/> is a private copy, patched for this system's older libstdc++.</param>
/// <param name="WasLoadedByHost">True if the process had loaded it before, so that nothing was searched.</param>
public sealed record TorchLibrarySource(
    string Folder,
    TorchBackend Backend,
    string? Version,
    string Bridge,
    bool IsPatched,
    bool WasLoadedByHost)
{
    /// <summary>One line: version, back end, folders, and what is out of the ordinary.</summary>
    public override string ToString()
    {
        string version = Version ?? "of unknown version";
        string mismatch = Version is null || Version.Split('+')[0] == TorchVersions.Libtorch ? "" : $" (LibTorchSharp was built for {TorchVersions.Libtorch})";
        string copy = IsPatched ? " (a copy patched for this system's libstdc++)" : "";
        string host = WasLoadedByHost ? ", loaded by the host before" : "";
        string backend = Backend == TorchBackend.Cuda ? "CUDA" : "CPU";
        return $"libtorch {version}{mismatch}, {backend}, from {Folder}; LibTorchSharp from {Bridge}{copy}{host}";
    }
}
