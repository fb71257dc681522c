namespace ClrEngine.Data.Images;

/// <summary>A file below a folder of images: its path, that path seen from the folder, with slashes, and the first folder on it, empty where there is none.</summary>
internal sealed record ImageEntry(string Path, string Relative, string Top);

/// <summary>Lists what lies in folders of images, at any depth, and never outside of them.</summary>
internal static class ImageTree
{
    private const int DeepestFolder = 16;
    private const int MostLinks = 64;
    private const int ProbedFiles = 256;

    // What systems and programs put beside a user's files.
    private static readonly string[] Housekeeping =
        ["Thumbs.db", "ehthumbs.db", "desktop.ini", "Icon\r", "__MACOSX", "@eaDir", "#recycle", "$RECYCLE.BIN", "System Volume Information", "lost+found", "__pycache__"];

    private static readonly string[] NoteEndings = [".txt", ".csv", ".tsv", ".json", ".jsonl", ".xml", ".md", ".rst", ".html", ".htm", ".yaml", ".yml", ".toml", ".ini", ".log", ".url", ".license", ".pbtxt", ".names"];

    /// <summary>Whether a name is none of the user's: hidden, or a system's housekeeping.</summary>
    public static bool IsHousekeeping(string name) => name.StartsWith('.') || Housekeeping.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a file that is no image may lie among images: a text of notes, boxes or labels.</summary>
    public static bool IsNote(string path) =>
        NoteEndings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase) || Path.GetFileName(path) is "LICENSE" or "README" or "COPYING" or "LICENCE";

    /// <summary>Whether a folder, or one in it, has an image; looks at some names and first bytes alone.</summary>
    public static bool HasImage(string folder) => Directory
        .EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = DeepestFolder, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true })
        .Where(static file => !IsHousekeeping(Path.GetFileName(file)))
        .Take(ProbedFiles)
        .Any(static file => ImageKinds.HasEnding(file) || Kind(file) is not null);

    /// <summary>Whether one of a folder's folders has an image.</summary>
    public static bool HasFolders(string folder) =>
        Directory.EnumerateDirectories(folder).Any(static inner => !IsHousekeeping(Path.GetFileName(inner)) && HasImage(inner));

    /// <summary>All files below a folder in the order of their paths, except housekeeping; no link may leave the root.</summary>
    /// <exception cref="DataFormatException">A link leaves the root or leads back, or folders lie too deep.</exception>
    public static ImageEntry[] Files(string folder, string root)
    {
        string real = RealPath(root);
        CheckLink(new DirectoryInfo(folder), real);
        return [.. Files(new DirectoryInfo(folder), real, 0)
            .Select(file => (file, Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/')))
            .Select(static pair => new ImageEntry(pair.file, pair.Item2, pair.Item2.Contains('/') ? pair.Item2[..pair.Item2.IndexOf('/')] : ""))
            .OrderBy(static entry => entry.Top, StringComparer.Ordinal).ThenBy(static entry => entry.Path, StringComparer.Ordinal)];
    }

    private static IEnumerable<string> Files(DirectoryInfo folder, string root, int depth)
    {
        if (depth == DeepestFolder)
            throw new DataFormatException(DataErrors.TooLarge, folder.FullName, $"lies more than {DeepestFolder} folders deep: flatten the class's folder.");
        foreach (FileSystemInfo inner in folder.EnumerateFileSystemInfos())
        {
            ReadStop.Check();
            if (IsHousekeeping(inner.Name)) continue;
            CheckLink(inner, root);
            if (inner is DirectoryInfo deeper)
            {
                foreach (string file in Files(deeper, root, depth + 1)) yield return file;
            }
            else
            {
                yield return inner.FullName;
            }
        }
    }

    private static void CheckLink(FileSystemInfo item, string root)
    {
        if (item.LinkTarget is null) return;
        string target = RealPath(item.FullName);
        if (!Path.Exists(target))
            throw new DataFormatException(DataErrors.Missing, item.FullName, $"is a link to '{target}', where nothing lies: mend the link, or remove it.");
        if (!IsWithin(target, root))
            throw new DataFormatException(DataErrors.Outside, item.FullName, $"is a link to '{target}', outside '{root}': put the files themselves there, or give the folder that holds both.");
        if (IsWithin(RealPath(Path.GetDirectoryName(item.FullName)!), target))
            throw new DataFormatException(DataErrors.Outside, item.FullName, $"is a link to '{target}', in which it lies itself: remove it.");
    }

    private static bool IsWithin(string path, string folder) =>
        path == folder || path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>A path without links: those in it, above it and in what they lead to are followed.</summary>
    private static string RealPath(string path)
    {
        int links = 0;
        string real = Path.GetPathRoot(path)!;
        var rest = new Stack<string>();
        Push(path);
        while (rest.TryPop(out string? name))
        {
            string next = Path.Combine(real, name);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MostLinks) throw new DataFormatException(DataErrors.Outside, path, "is a link that leads to itself: remove it.");
            string full = Path.GetFullPath(target, real);
            real = Path.GetPathRoot(full)!;
            Push(full);
        }

        return real;

        void Push(string full)
        {
            string[] names = full[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
            for (int i = names.Length; i-- > 0;) rest.Push(names[i]);
        }
    }

    private static ImageKind? Kind(string path)
    {
        // A pipe has no length, and waits for its writer when it is opened.
        if (new FileInfo(path).Length == 0) return null;
        using FileStream file = File.OpenRead(path);
        Span<byte> start = stackalloc byte[ImageKinds.TellingBytes];
        return ImageKinds.Tell(start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)]);
    }
}
