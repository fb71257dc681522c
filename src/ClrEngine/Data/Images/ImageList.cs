namespace ClrEngine.Data;

/// <summary>The images of one part: a folder a class.</summary>
/// <param name="Folder">The folder of the classes' folders.</param>
/// <param name="Classes">The classes' names, in the order of their code points.</param>
/// <param name="Files">The images, each with the place of its class, in the order of their paths.</param>
internal sealed record ImageList(string Folder, string[] Classes, (string Path, int Class)[] Files)
{
    private const int DeepestFolder = 16;
    private static readonly string[] Endings = [".png", ".jpg", ".jpeg", ".bmp"];
    private static readonly string[] UnreadEndings = [".gif", ".webp", ".tif", ".tiff", ".avif", ".heic", ".jp2", ".jxl"];

    /// <summary>Whether a folder has folders with images; looks at names alone.</summary>
    public static bool Is(string folder) => Directory.EnumerateDirectories(folder).Any(static inner =>
        Directory.EnumerateFiles(inner).Any(static file => HasEnding(file, Endings)));

    /// <summary>Lists the images of a folder's folders.</summary>
    /// <param name="folder">The folder of the classes' folders.</param>
    /// <param name="root">The folder that no link may leave.</param>
    /// <exception cref="DataFormatException">A class has no image, an image is of a kind that is not read, or a link leaves the root.</exception>
    public static ImageList Of(string folder, string root)
    {
        string[] folders = [.. Directory.EnumerateDirectories(folder).Where(static inner => !Path.GetFileName(inner).StartsWith('.')).Order(StringComparer.Ordinal)];
        var files = new List<(string, int)>();
        for (int i = 0; i < folders.Length; i++)
        {
            int before = files.Count;
            files.AddRange(Images(new DirectoryInfo(folders[i]), root, 0).Order(StringComparer.Ordinal).Select(file => (file, i)));
            if (files.Count == before)
                throw new DataFormatException(DataFault.Empty, folders[i], $"is a class without an image: put {string.Join(", ", Endings)} files there, or remove it.");
        }

        return new ImageList(folder, [.. folders.Select(static inner => Path.GetFileName(inner))], [.. files]);
    }

    private static IEnumerable<string> Images(DirectoryInfo folder, string root, int depth)
    {
        CheckLink(folder, root);
        if (depth == DeepestFolder)
            throw new DataFormatException(DataFault.TooLarge, folder.FullName, $"lies more than {DeepestFolder} folders deep: flatten the class's folder.");
        foreach (FileSystemInfo inner in folder.EnumerateFileSystemInfos())
        {
            if (inner.Name.StartsWith('.')) continue;
            if (inner is DirectoryInfo deeper)
            {
                foreach (string file in Images(deeper, root, depth + 1)) yield return file;
            }
            else if (HasEnding(inner.Name, UnreadEndings))
            {
                throw new DataFormatException(DataFault.Type, inner.FullName, $"is an image of a kind that is not read: convert it to {string.Join(", ", Endings)}, or remove it.");
            }
            else if (HasEnding(inner.Name, Endings))
            {
                CheckLink(inner, root);
                yield return inner.FullName;
            }
        }
    }

    private static void CheckLink(FileSystemInfo item, string root)
    {
        if (item.LinkTarget is null) return;
        string target = item.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? item.FullName;
        if (!target.StartsWith(Path.TrimEndingDirectorySeparator(root) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new DataFormatException(DataFault.Outside, item.FullName, $"is a link to '{target}', outside '{root}': put the files themselves there, or give the folder that holds both.");
    }

    private static bool HasEnding(string file, string[] endings) => endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase);
}
