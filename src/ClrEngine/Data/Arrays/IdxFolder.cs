using System.Collections.Immutable;
using System.Globalization;
using ClrEngine.Data;

namespace ClrEngine.Data.Arrays;

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

/// <summary>Loads the files of an IDX set.</summary>
internal static class IdxSet
{
    private const float MaxPixel = 255;

    /// <summary>Loads images and labels.</summary>
    /// <param name="name">A short name.</param>
    /// <param name="folder">Where they came from.</param>
    /// <param name="train">The images and labels of the training part.</param>
    /// <param name="test">Those of the validation part; null to hold some out.</param>
    /// <param name="options">How to split and whether to scale.</param>
    /// <exception cref="DataFormatException">A file is damaged, or they do not belong together.</exception>
    public static TrainingData Load(
        string name, string folder, (DataStream Images, DataStream Labels) train, (DataStream Images, DataStream Labels)? test, DataOptions options)
    {
        using var contents = new ContentHash();
        contents.Add("idx");
        var learnt = IdxPart.Read(train.Images, train.Labels, contents);
        IdxPart? held = test is { } files ? IdxPart.Read(files.Images, files.Labels, contents) : null;
        ImmutableArray<string> classNames =
            [.. Enumerable.Range(0, learnt.Labels.Max() + 1).Select(static number => number.ToString(CultureInfo.InvariantCulture))];
        return DataPreparation.Prepare(
            name, folder, learnt.ToData(classNames, MaxPixel), held?.ToData(classNames, MaxPixel), contents.Finish(), options);
    }
}

/// <summary>One part of an IDX set: its images and as many labels.</summary>
internal sealed record IdxPart(IdxArray Images, byte[] Labels, string LabelPath)
{
    /// <summary>Reads both files and adds them to a hash.</summary>
    /// <exception cref="DataFormatException">A file is damaged, or the counts differ.</exception>
    public static IdxPart Read(DataStream imageFile, DataStream labelFile, ContentHash contents)
    {
        IdxArray labels = IdxFile.Read(labelFile, dimensions: 1);
        IdxArray images = IdxFile.Read(imageFile, dimensions: 3);
        if (images.Dimensions[0] != labels.Dimensions[0])
            throw new DataFormatException(
                DataFault.CountMismatch, labelFile.Path, $"has {labels.Dimensions[0]} labels for {images.Dimensions[0]} images in {Path.GetFileName(imageFile.Path)}: take both from the same set.");

        foreach (long dimension in images.Dimensions) contents.Add([dimension]);
        var values = new byte[labels.Dimensions[0]];
        labels.Bytes.Read(labels.Offset, values).CopyTo(values);
        contents.Add(images.Bytes, images.Offset).Add(values);
        return new IdxPart(images, values, labelFile.Path);
    }

    /// <summary>The part as labelled samples.</summary>
    /// <exception cref="DataFormatException">A label has no class.</exception>
    public LabelledData ToData(ImmutableArray<string> classNames, float maxPixel)
    {
        int stray = Array.FindIndex(Labels, label => label >= classNames.Length);
        if (stray >= 0)
            throw new DataFormatException(
                DataFault.Label, LabelPath, $"has the label {Labels[stray]} at sample {stray}, but the training labels end at {classNames.Length - 1}: take both parts from the same set.");
        int height = Images.Dimensions[1], width = Images.Dimensions[2];
        return new LabelledData(
            new RecordSamples(Images.Bytes, Images.Offset, (long)height * width, Labels.Length, [1, height, width], maxPixel),
            new ClassTargets([.. Labels.Select(static label => (long)label)], classNames));
    }
}
