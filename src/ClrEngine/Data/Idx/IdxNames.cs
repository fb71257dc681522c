namespace ClrEngine.Data;

/// <summary>The names under which the MNIST family's four files are found.</summary>
internal static class IdxNames
{
    public const string TrainImages = "train-images-idx3-ubyte";
    public const string TrainLabels = "train-labels-idx1-ubyte";
    public const string TestImages = "t10k-images-idx3-ubyte";
    public const string TestLabels = "t10k-labels-idx1-ubyte";

    private static readonly string[] All = [TrainImages, TrainLabels, TestImages, TestLabels];

    /// <summary>The folder that a path means: itself, or that of the file it names; null where it is neither.</summary>
    public static string? Folder(string path)
    {
        if (Directory.Exists(path)) return All.Any(name => Find(path, name) is not null) ? path : null;
        string file = Path.GetFileName(path);
        return File.Exists(path) && All.SelectMany(Spellings).Contains(file, StringComparer.Ordinal)
            ? Path.GetDirectoryName(Path.GetFullPath(path))
            : null;
    }

    /// <summary>A file of the set under any of its spellings, the unzipped first; null where there is none.</summary>
    public static string? Find(string folder, string name) =>
        Spellings(name).Select(spelling => Path.Combine(folder, spelling)).FirstOrDefault(File.Exists);

    // Some unpackers write train-images.idx3-ubyte.
    private static string[] Spellings(string name)
    {
        string dotted = name.Replace("-idx", ".idx", StringComparison.Ordinal);
        return [name, dotted, name + ".gz", dotted + ".gz"];
    }
}
