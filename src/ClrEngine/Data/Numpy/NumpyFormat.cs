namespace ClrEngine.Data;

/// <summary>Arrays that NumPy saved: one .npz file, or a folder of .npy files.</summary>
/// <remarks>Arrays of features are named x, x_train and x_test or their like, arrays of labels y, y_train and y_test. Pickled objects are never read.</remarks>
public sealed class NumpyFormat : IDataFormat
{
    private const string Array = ".npy";
    private const string Archive = ".npz";

    /// <inheritdoc/>
    public string Name => "numpy";

    /// <inheritdoc/>
    public string Description => "a .npz file, or a folder of .npy files, with x and y, or x_train, y_train, x_test and y_test";

    /// <inheritdoc/>
    public DataOptionUse Uses => DataOptionUse.Regression;

    /// <inheritdoc/>
    public bool Matches(string path) => File.Exists(path)
        ? path.EndsWith(Archive, StringComparison.OrdinalIgnoreCase) || path.EndsWith(Array, StringComparison.OrdinalIgnoreCase)
        : Directory.Exists(path) && NumpyNames.HasFeatures(Names(path).Keys);

    /// <inheritdoc/>
    public TrainingData Load(string path, DataOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (path.EndsWith(Archive, StringComparison.OrdinalIgnoreCase) && File.Exists(path))
        {
            using var archive = new NpzArchive(DataStream.File(path));
            return NumpySet.Load(Path.GetFileNameWithoutExtension(path), path, archive.Names, archive.Read, options);
        }

        string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(File.Exists(path) ? Path.GetDirectoryName(Path.GetFullPath(path))! : path));
        Dictionary<string, string> files = Names(folder);
        return NumpySet.Load(
            Path.GetFileName(folder) is { Length: > 0 } name ? name : Name, folder, files.Keys, array => NpyArray.Read(DataStream.File(files[array])), options);
    }

    private static Dictionary<string, string> Names(string folder)
    {
        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string file in Directory.EnumerateFiles(folder, "*" + Array).Order(StringComparer.Ordinal)) names.TryAdd(Path.GetFileNameWithoutExtension(file), file);
        return names;
    }
}
