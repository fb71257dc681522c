using System.Collections.Immutable;

namespace ClrEngine.Data.Arrays;

/// <summary>A folder of the MNIST family: images and labels as IDX files, gzipped or not.</summary>
/// <remarks>The t10k part is the validation part; where it is missing, some of the training part is held out.</remarks>
public sealed class IdxFolder : IDataFormat
{
    private const string TrainImages = "train-images-idx3-ubyte";
    private const string TrainLabels = "train-labels-idx1-ubyte";
    private const string TestImages = "t10k-images-idx3-ubyte";
    private const string TestLabels = "t10k-labels-idx1-ubyte";
    private const float MaxPixel = 255;

    private static readonly string[] All = [TrainImages, TrainLabels, TestImages, TestLabels];

    /// <inheritdoc/>
    public string Name => "idx";

    /// <inheritdoc/>
    public string Description => "a folder with train-images-idx3-ubyte and train-labels-idx1-ubyte (MNIST, Fashion-MNIST), .gz or not";

    /// <inheritdoc/>
    public DataOptionUse Uses => DataOptionUse.None;

    /// <inheritdoc/>
    public bool Matches(string path) => FindFolder(path) is not null;

    /// <inheritdoc/>
    /// <remarks>Samples have the shape <c>[1, height, width]</c>, bytes divided by 255, then scaled as the options say. Large files that are not gzipped stay on the disk.</remarks>
    public TrainingData Load(string path, DataOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string folder = Path.GetFullPath(FindFolder(path)
            ?? throw new DataFormatException(DataErrors.Missing, path, $"has none of the files of an IDX set: put {TrainImages} and {TrainLabels} there, gzipped or not."));
        bool hasTest = FindFile(folder, TestImages) is not null || FindFile(folder, TestLabels) is not null;
        return Load(
            DataPreparation.NameOf(folder, Name),
            folder,
            (Existing(TrainImages), Existing(TrainLabels)),
            hasTest ? (Existing(TestImages), Existing(TestLabels)) : null,
            options);

        DataStream Existing(string file) => DataStream.File(
            FindFile(folder, file) ?? throw new DataFormatException(DataErrors.Missing, folder, $"lacks the file {file}: put it there, gzipped or not."));
    }

    /// <summary>Loads images and labels.</summary>
    /// <param name="name">A short name.</param>
    /// <param name="folder">Where they came from.</param>
    /// <param name="train">The images and labels of the training part.</param>
    /// <param name="test">Those of the validation part; null to hold some out.</param>
    /// <param name="options">How to split and whether to scale.</param>
    /// <exception cref="DataFormatException">A file is damaged, or they do not belong together.</exception>
    internal static TrainingData Load(
        string name, string folder, (DataStream Images, DataStream Labels) train, (DataStream Images, DataStream Labels)? test, DataOptions options)
    {
        using var contents = new ContentHash();
        contents.Add("idx");
        Part learnt = Part.Read(train.Images, train.Labels, contents);
        Part? held = test is { } files ? Part.Read(files.Images, files.Labels, contents) : null;
        ImmutableArray<string> classNames = ClassTargets.NumberNames(learnt.Labels.Max() + 1);
        return DataPreparation.Prepare(name, folder, learnt.ToData(classNames), held?.ToData(classNames), contents.Finish(), options);
    }

    // The folder that a path means: itself, or that of the file it names.
    private static string? FindFolder(string path)
    {
        if (Directory.Exists(path)) return All.Any(name => FindFile(path, name) is not null) ? path : null;
        string file = Path.GetFileName(path);
        return File.Exists(path) && All.SelectMany(Spellings).Contains(file, StringComparer.Ordinal)
            ? Path.GetDirectoryName(Path.GetFullPath(path))
            : null;
    }

    // Under any of its spellings, the unzipped first.
    private static string? FindFile(string folder, string name) =>
        Spellings(name).Select(spelling => Path.Combine(folder, spelling)).FirstOrDefault(File.Exists);

    // Some unpackers write train-images.idx3-ubyte.
    private static string[] Spellings(string name)
    {
        string dotted = name.Replace("-idx", ".idx", StringComparison.Ordinal);
        return [name, dotted, name + ".gz", dotted + ".gz"];
    }

    /// <summary>One part of a set: its images and as many labels.</summary>
    private sealed record Part(IdxFile Images, byte[] Labels, string LabelPath)
    {
        /// <summary>Reads both files and adds them to a hash.</summary>
        public static Part Read(DataStream imageFile, DataStream labelFile, ContentHash contents)
        {
            IdxFile labels = IdxFile.Read(labelFile, dimensions: 1);
            IdxFile images = IdxFile.Read(imageFile, dimensions: 3);
            if (images.Dimensions[0] != labels.Dimensions[0])
                throw new DataFormatException(
                    DataErrors.CountMismatch, labelFile.Path, $"has {labels.Dimensions[0]} labels for {images.Dimensions[0]} images in {Path.GetFileName(imageFile.Path)}: take both from the same set.");

            foreach (long dimension in images.Dimensions) contents.Add([dimension]);
            var values = new byte[labels.Dimensions[0]];
            labels.Bytes.Read(labels.Offset, values).CopyTo(values);
            contents.Add(images.Bytes, images.Offset).Add(values);
            return new Part(images, values, labelFile.Path);
        }

        /// <summary>The part as labelled samples.</summary>
        public LabelledData ToData(ImmutableArray<string> classNames)
        {
            int stray = Array.FindIndex(Labels, label => label >= classNames.Length);
            if (stray >= 0)
                throw new DataFormatException(
                    DataErrors.Label, LabelPath, $"has the label {Labels[stray]} at sample {stray}, but the training labels end at {classNames.Length - 1}: take both parts from the same set.");
            int height = Images.Dimensions[1], width = Images.Dimensions[2];
            return new LabelledData(
                new ByteSamples(Images.Bytes, Images.Offset, (long)height * width, Labels.Length, [1, height, width], MaxPixel),
                ClassTargets.FromBytes(Labels, classNames));
        }
    }
}
