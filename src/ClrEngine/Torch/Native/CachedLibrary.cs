namespace ClrEngine.Torch.Native;

/// <summary>A private copy of a library.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="IsTemporary">True if it lies in a folder of this process alone.</param>
internal sealed record CachedLibrary(string Path, bool IsTemporary)
{
    /// <summary>Removes a temporary copy; once loaded, the system keeps what it has mapped.</summary>
    public void Release()
    {
        if (IsTemporary)
            Directory.Delete(System.IO.Path.GetDirectoryName(Path)!, recursive: true);
    }
}
