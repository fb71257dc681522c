namespace ClrEngine.Data;

/// <summary>A folder of the MNIST family: images and labels as IDX files, gzipped or not.</summary>
/// <remarks>The t10k part is the validation part; where it is missing, some of the training part is held out.</remarks>
public sealed class IdxFolder : IDataFormat
{
    /// <inheritdoc/>
    public string Name => "idx";

    /// <inheritdoc/>
    public string Description => "a folder with train-images-idx3-ubyte and train-labels-idx1-ubyte (MNIST, Fashion-MNIST), .gz or not";

    /// <inheritdoc/>
    public DataOptionUse Uses => DataOptionUse.None;

    /// <inheritdoc/>
    public bool Matches(string path) => IdxNames.Folder(path) is not null;

    /// <inheritdoc/>
    /// <remarks>Samples have the shape <c>[1, height, width]</c>, bytes divided by 255, then scaled as the options say. Large files that are not gzipped stay on the disk.</remarks>
    public TrainingData Load(string path, DataOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string folder = Path.GetFullPath(IdxNames.Folder(path)
            ?? throw new DataFormatException(DataFault.Missing, path, $"has none of the files of an IDX set: put {IdxNames.TrainImages} and {IdxNames.TrainLabels} there, gzipped or not."));
        bool hasTest = IdxNames.Find(folder, IdxNames.TestImages) is not null || IdxNames.Find(folder, IdxNames.TestLabels) is not null;
        return IdxSet.Load(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)) is { Length: > 0 } name ? name : Name,
            folder,
            (Locate(IdxNames.TrainImages), Locate(IdxNames.TrainLabels)),
            hasTest ? (Locate(IdxNames.TestImages), Locate(IdxNames.TestLabels)) : null,
            options);

        DataStream Locate(string file) => DataStream.File(
            IdxNames.Find(folder, file) ?? throw new DataFormatException(DataFault.Missing, folder, $"lacks the file {file}: put it there, gzipped or not."));
    }
}
