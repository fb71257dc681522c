namespace ClrEngine.Data.Images;

/// <summary>A file below a folder of images: its path, that path seen from the folder, with slashes, and the first folder on it, empty where there is none.</summary>
internal sealed record ImageEntry(string Path, string Relative, string Top);

/// <summary>Lists what lies in folders of images, at any depth, and never outside of them.</summary>
internal static class ImageTree
{
    private const int DeepestFolder = 16;
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
        var links = new FolderLinks(root);
        if (folder != root) links.Check(new DirectoryInfo(folder));
        return [.. Files(new DirectoryInfo(folder), links, 0)
            .Select(file => (file, Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/')))
            .Select(static pair => new ImageEntry(pair.file, pair.Item2, pair.Item2.Contains('/') ? pair.Item2[..pair.Item2.IndexOf('/')] : ""))
            .OrderBy(static entry => entry.Top, StringComparer.Ordinal).ThenBy(static entry => entry.Path, StringComparer.Ordinal)];
    }

    private static IEnumerable<string> Files(DirectoryInfo folder, FolderLinks links, int depth)
    {
        if (depth == DeepestFolder)
            throw new DataFormatException(DataErrors.TooLarge, folder.FullName, $"lies more than {DeepestFolder} folders deep: flatten the class's folder.");
        foreach (FileSystemInfo inner in folder.EnumerateFileSystemInfos())
        {
            ReadStop.Check();
            if (IsHousekeeping(inner.Name)) continue;
            links.Check(inner);
            if (inner is DirectoryInfo deeper)
            {
                foreach (string file in Files(deeper, links, depth + 1)) yield return file;
            }
            else
            {
                yield return inner.FullName;
            }
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
