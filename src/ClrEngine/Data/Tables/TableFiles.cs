namespace ClrEngine.Data;

/// <summary>Finds the tables that a path means: one file, or a folder with one file for each part.</summary>
internal static class TableFiles
{
    private static readonly string[] TrainNames = ["train", "training"];
    private static readonly string[] ValidationNames = ["validation", "valid", "val", "test"];

    /// <summary>The tables; null where the path means none.</summary>
    /// <param name="path">A file or a folder.</param>
    /// <param name="endings">The endings of the format's file names, with their points.</param>
    public static (string Train, string? Validation)? Find(string path, string[] endings)
    {
        if (File.Exists(path))
            return endings.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) ? (path, null) : null;
        return Directory.Exists(path) && Named(TrainNames) is { } train ? (train, Named(ValidationNames)) : null;

        string? Named(string[] names) => names
            .SelectMany(name => endings.Select(ending => Path.Combine(path, name + ending)))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>A data set's name: the folder's, or the file's up to its first ending.</summary>
    public static string Name(string path, string[] endings)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        string? ending = endings.FirstOrDefault(ending => name.Length > ending.Length && name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
        return ending is null ? name : name[..^ending.Length];
    }
}
