namespace ClrEngine.Files;

/// <summary>Writes files whole: a reader sees the old one or the new one, never a part.</summary>
public static class WholeFile
{
    /// <summary>Replaces a file by what is written beside it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes to the path that it is given.</param>
    /// <exception cref="FileNotWrittenException">It cannot be written; the old one is still there.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written; the old one is still there.</exception>
    public static void Write(string path, Action<string> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        string beside = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            write(beside);
            File.Move(beside, path, overwrite: true);
        }
        catch (IOException cause)
        {
            throw new FileNotWrittenException(path, cause);
        }
        finally
        {
            if (File.Exists(beside))
                File.Delete(beside);
        }
    }
}
