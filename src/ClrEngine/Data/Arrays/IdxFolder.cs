using System.Buffers.Binary;
using System.Collections.Immutable;
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

/// <summary>The files of one set in a folder, by part and kind: train-images, train-labels, t10k-images and t10k-labels, behind a prefix such as <c>emnist-letters-</c>.</summary>
internal sealed partial record IdxSet(string Folder, string Prefix, IReadOnlyDictionary<string, string> Files)
{
    public const string TrainImages = "train-images-idx3-ubyte";
    public const string TrainLabels = "train-labels-idx1-ubyte";

    // What torchvision puts its downloads into, within a folder of the set's name.
    private const string Raw = "raw";

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

/// <summary>Reads IDX files, packed or not.</summary>
/// <remarks>
/// Format: the MNIST database, Y. LeCun, C. Cortes and C. Burges: two zeros, the type, the number of dimensions, then each dimension as a big-endian
/// 32-bit number, then the numbers. Nothing is allocated on the word of a header alone.
/// </remarks>
internal static class IdxFile
{
    private const int MostDimensions = 4;

    /// <summary>Reads a file of so many dimensions: 3 or 4 for images, 1 or 2 for labels. A large one that is not packed is mapped.</summary>
    public static NpyArray Read(DataStream source, int least, int most)
    {
        using StoppableStream stream = source.Open();
        Span<byte> head = stackalloc byte[4 + (4 * MostDimensions)];
        int read = stream.ReadAtLeast(head[..4], 4, throwOnEndOfStream: false);
        string wanted = least == most ? Counted.Of(least, "dimension") : $"{least} or {most} dimensions";
        if (read < 4)
            throw new DataFormatException(DataErrors.Truncated, source.Path, $"has {read} bytes, an IDX file at least {4 + (4 * least)}: fetch it again.");
        int dimensions = head[3];
        if (head[0] != 0 || head[1] != 0 || TypeOf(head[2]) is not { } type || dimensions < least || dimensions > most)
            throw new DataFormatException(
                DataErrors.Magic, source.Path, $"starts with 0x{BinaryPrimitives.ReadUInt32BigEndian(head):x8}, an IDX file of {wanted} with 0x0000tt{least:x2}{(most > least ? $" or 0x0000tt{most:x2}" : "")}, where tt is its type (08 for bytes): check that this is the right file under this name.");
        int length = 4 + (4 * dimensions);
        read += stream.ReadAtLeast(head[4..length], length - 4, throwOnEndOfStream: false);
        if (read < length)
            throw new DataFormatException(DataErrors.Truncated, source.Path, $"ends within its header, after {read} of {length} bytes: fetch it again.");

        var shape = ImmutableArray.CreateBuilder<long>(dimensions);
        long sample = 1;
        for (int i = 0; i < dimensions; i++)
        {
            int size = BinaryPrimitives.ReadInt32BigEndian(head[(4 + (4 * i))..]);
            if (size < 0)
                throw new DataFormatException(DataErrors.Dimension, source.Path, $"claims {size} for its dimension {i}, at least 1 was expected: the header is damaged, fetch the file again.");
            if (size == 0)
                throw new DataFormatException(DataErrors.Empty, source.Path, $"has nothing in it (its dimension {i} is 0): give at least one sample of at least one value.");
            if (i > 0 && (sample *= size) > Array.MaxLength)
                throw new DataFormatException(DataErrors.TooLarge, source.Path, $"claims samples of more than {Array.MaxLength} values: the header is damaged, fetch the file again.");
            shape.Add(size);
        }

        return NpyArray.ReadNumbers(source.Path, type, shape.MoveToImmutable(), length, stream, stream.IsUnpacked ? null : source.Bytes);
    }

    private static NpyType? TypeOf(byte code) => code switch
    {
        0x08 => new NpyType('u', 1, BigEndian: true),
        0x09 => new NpyType('i', 1, BigEndian: true),
        0x0B => new NpyType('i', 2, BigEndian: true),
        0x0C => new NpyType('i', 4, BigEndian: true),
        0x0D => new NpyType('f', 4, BigEndian: true),
        0x0E => new NpyType('f', 8, BigEndian: true),
        _ => null,
    };
}
