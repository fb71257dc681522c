namespace ClrEngine.Torch.Native;

/// <summary>A private copy of a library can be written nowhere.</summary>
public sealed class NativeCacheException : TorchLibraryException
{
    internal NativeCacheException(IReadOnlyList<string> foldersTried, Exception cause)
        : base(
            $"What libtorch needs on this system can be written to none of {string.Join(", ", foldersTried)} ({cause.Message}): set {NativeCache.Variable} to a folder that can be written to.",
            cause)
        => FoldersTried = foldersTried;

    /// <summary>The folders that were tried, in order.</summary>
    public IReadOnlyList<string> FoldersTried { get; }

    /// <inheritdoc/>
    public override string ErrorId => "NativeCacheNotWritable";
}
