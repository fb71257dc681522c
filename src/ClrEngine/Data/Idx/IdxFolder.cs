using System.Collections.Immutable;
using System.Globalization;

namespace ClrEngine.Data;

/// <summary>A folder of the MNIST family: images and labels as IDX files, gzipped or not.</summary>
/// <remarks>The t10k part is the validation part; where it is missing, some of the training part is held out.</remarks>
public sealed class IdxFolder : IDataFormat
{
    private const float MaxPixel = 255;

    /// <inheritdoc/>
    public string Name => "idx";

    /// <inheritdoc/>
    public string Description => "a folder with train-images-idx3-ubyte and train-labels-idx1-ubyte (MNIST, Fashion-MNIST), .gz or not";

    /// <inheritdoc/>
    public bool Matches(string path) => IdxNames.Folder(path) is not null;

    /// <inheritdoc/>
    /// <remarks>Samples have the shape <c>[1, height, width]</c>, bytes divided by 255, then scaled as the options say.</remarks>
    public TrainingData Load(string path, DataOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string folder = Path.GetFullPath(IdxNames.Folder(path)
            ?? throw new DataFormatException(DataFault.Missing, path, $"has none of the files of an IDX set: put {IdxNames.TrainImages} and {IdxNames.TrainLabels} there, gzipped or not."));

        using var contents = new ContentHash();
        contents.Add(Name);
        IdxPart train = IdxPart.Read(folder, IdxNames.TrainImages, IdxNames.TrainLabels, contents);
        bool hasTest = IdxNames.Find(folder, IdxNames.TestImages) is not null || IdxNames.Find(folder, IdxNames.TestLabels) is not null;
        IdxPart? test = hasTest ? IdxPart.Read(folder, IdxNames.TestImages, IdxNames.TestLabels, contents) : null;

        ImmutableArray<string> classNames =
            [.. Enumerable.Range(0, train.Labels.Max() + 1).Select(static number => number.ToString(CultureInfo.InvariantCulture))];
        return DataPreparation.Prepare(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)) is { Length: > 0 } name ? name : Name,
            folder,
            train.ToData(classNames, MaxPixel),
            test?.ToData(classNames, MaxPixel),
            contents.Finish(),
            options);
    }
}
