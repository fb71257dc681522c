namespace ClrEngine.Data;

/// <summary>A folder whose files are read: whatever it is called, and wherever its own links and those above it lead, no link in it may lead out.</summary>
internal sealed class FolderLinks(string folder)
{
    // As many as Linux follows.
    private const int MostLinks = 40;

    private readonly string _real = RealPath(folder);

    public DataStream Open(string path)
    {
        Check(path);
        return DataStream.File(path);
    }

    /// <summary>The same for what a walk through the folder meets, where all above it was checked.</summary>
    public void Check(FileSystemInfo item)
    {
        if (item.LinkTarget is not null) Check(item.FullName);
    }

    /// <exception cref="DataFormatException">A file or folder is a link, or lies behind one, that leads out of the folder, to one above it, or nowhere.</exception>
    public void Check(string path)
    {
        string target = RealPath(path);
        if (!Path.Exists(target))
            throw new DataFormatException(DataErrors.Missing, path, $"is a link to '{target}', where nothing lies: mend the link, or remove it.");
        if (!IsWithin(target, _real))
            throw new DataFormatException(DataErrors.Outside, path, $"is a link to '{target}', outside '{folder}': put the files themselves there, or give the folder that holds both.");
        if (new FileInfo(path).LinkTarget is not null && IsWithin(RealPath(Path.GetDirectoryName(Path.GetFullPath(path))!), target))
            throw new DataFormatException(DataErrors.Outside, path, $"is a link to '{target}', in which it lies itself: remove it.");
    }

    private static bool IsWithin(string path, string folder) =>
        path == folder || path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    public static string RealPath(string path)
    {
        string full = Path.GetFullPath(path), real = Path.GetPathRoot(full)!;
        var parts = new Stack<string>(Parts(full[real.Length..]));
        for (int links = 0; parts.TryPop(out string? part);)
        {
            string next = Path.Combine(real, part);
            FileSystemInfo item = Directory.Exists(next) ? new DirectoryInfo(next) : new FileInfo(next);
            if (item.LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MostLinks)
                throw new DataFormatException(DataErrors.Outside, path, "is a link that leads round in a circle: put the file itself there.");
            target = Path.GetFullPath(target, real);
            real = Path.GetPathRoot(target)!;
            foreach (string inner in Parts(target[real.Length..])) parts.Push(inner);
        }

        return real;
    }

    // The last one first, as they are pushed.
    private static IEnumerable<string> Parts(string path) =>
        Enumerable.Reverse(path.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries));
}
