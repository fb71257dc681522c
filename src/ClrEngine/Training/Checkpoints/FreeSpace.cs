namespace ClrEngine.Training.Checkpoints;

/// <summary>Free space of the disk that a folder lies on.</summary>
internal static class FreeSpace
{
    /// <summary>Bytes that this user may still write.</summary>
    /// <param name="folder">A folder that is there.</param>
    public static long Of(string folder) =>
        // Elsewhere a drive is any folder, and the call asks the file system that it lies on.
        new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(Path.GetFullPath(folder))! : folder).AvailableFreeSpace;
}
