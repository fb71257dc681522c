using System.Text.RegularExpressions;
using ClrEngine.Data.Tables;

namespace ClrEngine.Data.Arrays;

/// <summary>A folder of the MNIST family: images and labels as IDX files, packed or not.</summary>
/// <remarks>
/// The t10k or test part is the validation part; where it is missing, some of the training part is held out. Samples are <c>[1, height, width]</c>,
/// or with the channels that a fourth dimension has; bytes are divided by 255. Large files that are not packed stay on the disk.
/// </remarks>
internal sealed class IdxFolder : IDataFormat
{
    public string Name => "idx";

    public string Description => "a folder with train-images-idx3-ubyte and train-labels-idx1-ubyte (MNIST, Fashion-MNIST, EMNIST), .gz or not";

    public DataOptionUse Uses => DataOptionUse.None;

    public bool Matches(string path) => IdxSet.Find(path).Length > 0;

    public TrainingData Load(string path, DataOptions options)
    {
        IdxSet[] sets = IdxSet.Find(path);
        if (sets.Length != 1)
        {
            throw sets.Length == 0
                ? new DataFormatException(DataErrors.Missing, path, $"has none of the files of an IDX set: put {IdxSet.TrainImages} and {IdxSet.TrainLabels} there, gzipped or not.")
                : new DataFormatException(DataErrors.SeveralSets, path, $"holds {sets.Length} sets: {string.Join(", ", sets.Select(static set => set.Name))}. Give one of a set's files, such as '{sets[0].Files.Values.First()}'.");
        }

        IdxSet set = sets[0];
        var links = new FolderLinks(File.Exists(path) ? set.Folder : path);
        TrainingData data = Load(
            set.Name,
            set.Folder,
            (Existing("train-images"), Existing("train-labels")),
            set.Files.Keys.Any(static key => key.StartsWith("t10k", StringComparison.Ordinal)) ? (Existing("t10k-images"), Existing("t10k-labels")) : null,
            options);
        return set.Prefix.StartsWith("emnist", StringComparison.OrdinalIgnoreCase)
            ? data with { Remarks = [.. data.Remarks, $"'{set.Folder}': the images of EMNIST lie turned and mirrored, as they were published, and are learnt from so."] }
            : data;

        DataStream Existing(string file) => set.Files.TryGetValue(file, out string? found) ? links.Open(found) : throw new DataFormatException(
            DataErrors.Missing, set.Folder, $"lacks the file {set.Prefix}{file}-{(file.EndsWith("images", StringComparison.Ordinal) ? "idx3" : "idx1")}-ubyte: put it there, gzipped or not.");
    }

    /// <summary>Loads the images and labels of the training part and, where there is one, of the validation part.</summary>
    /// <exception cref="DataFormatException">A file is damaged, or they do not belong together.</exception>
    public static TrainingData Load(
        string name, string folder, (DataStream Images, DataStream Labels) train, (DataStream Images, DataStream Labels)? test, DataOptions options)
    {
        using var contents = new ContentHash();
        contents.Add("idx");
        var warnings = new List<string>();
        NpyArray? first = null;
        LabelledData learnt = ReadPart(train.Images, train.Labels, null, contents, ref first, warnings);
        LabelledData? held = test is { } files ? ReadPart(files.Images, files.Labels, learnt.Targets, contents, ref first, warnings) : null;
        TrainingData data = DataPreparation.Prepare(name, folder, learnt, held, contents.Finish(), options);
        return data with { Warnings = [.. warnings, .. data.Warnings] };
    }

    // Reads both files and adds them to a hash.
    private static LabelledData ReadPart(DataStream imageFile, DataStream labelFile, Targets? training, ContentHash contents, ref NpyArray? first, List<string> warnings)
    {
        NpyArray labels = IdxFile.Read(labelFile, 1, 2), images = IdxFile.Read(imageFile, 3, 4);
        if (images.Samples != labels.Samples)
            throw new DataFormatException(
                DataErrors.CountMismatch, labelFile.Path, $"has {Counted.Of(labels.Samples, "label")} for {Counted.Of(images.Samples, "image")} in {Path.GetFileName(imageFile.Path)}: take both from the same set.");

        foreach (long side in images.Shape) contents.Add([(int)side]);
        if (!images.Type.IsByte) contents.Add($"{images.Type}");
        contents.Add(images.Bytes, images.Offset).Add(labels.Bytes, labels.Offset);
        images.CheckFinite();
        labels.CheckFinite();
        // QMNIST has more than the class in a row, and the class first.
        int width = (int)(labels.Numbers / labels.Samples);
        double[] classes = labels.ReadLabels();
        if (width > 1) classes = [.. classes.Where((_, i) => i % width == 0)];
        var column = new NumberColumn(labelFile.Path, "label", classes, isLabel: true);
        if (Array.FindIndex(classes, static label => label != Math.Floor(label)) is var odd and >= 0)
            throw new DataFormatException(DataErrors.Label, labelFile.Path, string.Create(CultureInfo.InvariantCulture, $"has the label {classes[odd]} at sample {odd}, counted from 0, and the labels of IDX sets are classes: write whole numbers, or give arrays of pixels and values (.npz)."));
        if (training is null && TableTargets.UnknownLabel("label", classes) is { } unknown) warnings.Add($"'{labelFile.Path}': {unknown}.");
        var layout = new ArrayLayout(SampleLayout.Image, ArrayLayout.DivisorOf(first ?? images), null);
        if (first is not null) NumpyFormat.RequireUnit(first, images, layout, Path.GetFileName(imageFile.Path), Path.GetFileName(first.Path));
        else if (layout.SaidOfBytes(images, Path.GetFileName(imageFile.Path)) is { } said) warnings.Add(said);
        first ??= images;
        return new LabelledData(new NpySamples(images, layout), training is null ? TableTargets.Make(labelFile.Path, column, regression: false, isTable: false) : TableTargets.MakeLike(training, labelFile.Path, column));
    }
}

/// <summary>The files of one set in a folder, by part and kind: train-images, train-labels, t10k-images and t10k-labels.</summary>
/// <param name="Folder">Where they lie.</param>
/// <param name="Prefix">What their names start with, such as <c>emnist-letters-</c>; often nothing.</param>
/// <param name="Files">Their paths.</param>
internal sealed partial record IdxSet(string Folder, string Prefix, IReadOnlyDictionary<string, string> Files)
{
    public const string TrainImages = "train-images-idx3-ubyte";
    public const string TrainLabels = "train-labels-idx1-ubyte";

    // What torchvision puts its downloads into, within a folder of the set's name.
    private const string Raw = "raw";

    /// <summary>A name for what they hold.</summary>
    public string Name => Prefix.Length > 0 ? Prefix.TrimEnd('-', '_', '.') : DataPreparation.NameOf(IsRaw(Folder) ? Path.GetDirectoryName(Folder)! : Folder, "idx");

    /// <summary>The sets that a path means: those of a folder, of torchvision's folders in it, or the one of the file that it names.</summary>
    public static IdxSet[] Find(string path)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (File.Exists(full))
        {
            return FileName().Match(Path.GetFileName(full)) is { Success: true } file
                ? [.. In(Path.GetDirectoryName(full)!).Where(set => set.Prefix == file.Groups["set"].Value)]
                : [];
        }

        if (!Directory.Exists(full)) return [];
        IdxSet[] here = In(full);
        if (here.Length > 0) return here;
        return [.. In(Path.Combine(full, Raw)), .. Directory.EnumerateDirectories(full).Order(StringComparer.Ordinal).SelectMany(static inner => In(Path.Combine(inner, Raw)))];
    }

    private static bool IsRaw(string folder) => string.Equals(Path.GetFileName(folder), Raw, StringComparison.OrdinalIgnoreCase);

    // Of the spellings of a file, the unpacked first.
    private static IdxSet[] In(string folder) => !Directory.Exists(folder) ? [] :
    [
        .. Directory.EnumerateFileSystemEntries(folder)
            .Select(static path => (Path: Inner(path), Match: FileName().Match(Path.GetFileName(path))))
            .Where(static file => file.Match.Success && File.Exists(file.Path))
            .OrderBy(static file => Array.IndexOf(Packing.Endings, file.Match.Groups["packed"].Value.ToLowerInvariant())).ThenBy(static file => file.Path, StringComparer.Ordinal)
            .GroupBy(static file => file.Match.Groups["set"].Value, StringComparer.Ordinal)
            .OrderBy(static set => set.Key, StringComparer.Ordinal)
            .Select(set => new IdxSet(folder, set.Key, set.DistinctBy(Kind).ToDictionary(Kind, static file => file.Path))),
    ];

    private static string Kind((string Path, Match Match) file) =>
        $"{(file.Match.Groups["part"].Value.Equals("train", StringComparison.OrdinalIgnoreCase) ? "train" : "t10k")}-{file.Match.Groups["kind"].Value.ToLowerInvariant()}";

    // Some archives unpack into a folder of the file's name.
    private static string Inner(string path) => Directory.Exists(path) ? Path.Combine(path, Path.GetFileName(path)) : path;

    // Some unpackers write train-images.idx3-ubyte.
    [GeneratedRegex(
        "^(?<set>.*?)(?<part>train|t10k|test)-(?<kind>images|labels)[-.]idx[1-4]-(ubyte|byte|short|int|float|double)(?<packed>(\\.(gz|bz2|zip|xz|zst|7z))?)$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex FileName();
}
