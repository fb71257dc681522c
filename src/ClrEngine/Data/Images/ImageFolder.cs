namespace ClrEngine.Data;

/// <summary>A folder of images: one folder a class, and on top of these, where there are two parts, one folder a part.</summary>
/// <remarks>PNG, JPEG and BMP. Without a validation folder, some of the images are held out. Links that leave the folder are refused.</remarks>
public sealed class ImageFolder : IDataFormat
{
    private static readonly string[] TrainNames = ["train", "training"];
    private static readonly string[] ValidationNames = ["validation", "valid", "val", "test"];

    /// <inheritdoc/>
    public string Name => "images";

    /// <inheritdoc/>
    public string Description => "a folder with one folder of .png, .jpg or .bmp images a class, under train and test or without them";

    /// <inheritdoc/>
    public DataOptionUse Uses => DataOptionUse.ImageSize;

    /// <inheritdoc/>
    public bool Matches(string path) => Directory.Exists(path) && ImageList.Is(Train(path) ?? path);

    /// <inheritdoc/>
    /// <remarks>Samples have the shape <c>[1, height, width]</c> where all images are grey, else <c>[3, height, width]</c>; bytes are divided by 255, then scaled as the options say.</remarks>
    public TrainingData Load(string path, DataOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        string? train = Train(root);
        string? validation = train is null ? null : Inner(root, ValidationNames);
        return ImageSet.Load(
            Path.GetFileName(root) is { Length: > 0 } name ? name : Name,
            root,
            ImageList.Of(train ?? root, root),
            validation is null ? null : ImageList.Of(validation, root),
            options);
    }

    // A class may be called train: only a folder of folders is a part.
    private static string? Train(string folder) => Inner(folder, TrainNames) is { } train && ImageList.Is(train) ? train : null;

    private static string? Inner(string folder, string[] names) => names
        .Select(name => Directory.EnumerateDirectories(folder).FirstOrDefault(inner => string.Equals(Path.GetFileName(inner), name, StringComparison.OrdinalIgnoreCase)))
        .FirstOrDefault(static inner => inner is not null);
}
