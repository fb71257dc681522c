using System.Collections.Immutable;
using System.Text;

namespace ClrEngine.Data.Arrays;

/// <summary>A folder, or an archive, of CIFAR-10 or CIFAR-100 in the binary or the Python version.</summary>
/// <remarks>
/// Format: A. Krizhevsky, "Learning multiple layers of features from tiny images", 2009, and the page of the data set.
/// Samples are <c>[3, 32, 32]</c>, bytes divided by 255. Without a test file, some of the training files are held out. Large files stay on the disk.
/// </remarks>
internal sealed class CifarFolder : IDataFormat
{
    private const int LongestNames = 65_536;
    private const float MaxPixel = 255;

    // So many records are hashed and looked through at once.
    private const int BlockRecords = 256;

    public string Name => "cifar";

    public string Description => "a folder, or .tar.gz, with data_batch_1 (CIFAR-10) or train (CIFAR-100), in the Python version or the binary one (.bin)";

    public DataOptionUse Uses => DataOptionUse.FineLabels;

    public bool Matches(string path) => CifarFiles.Matches(path);

    public TrainingData Load(string path, DataOptions options)
    {
        CifarFiles set = CifarFiles.Find(path);
        string[] batches = set.Batches;
        bool ten = batches.Length > 0;
        if (ten) options.RefuseUnused("CIFAR-10", DataOptionUse.None);
        string[] lacking = ten ? set.Lacking : [];
        CifarKind kind = ten ? CifarKind.Ten : options.FineLabels ? CifarKind.HundredFine : CifarKind.HundredCoarse;
        TrainingData data = Load(
            set.Name, set.Path, kind, [.. (ten ? batches : [.. set.TrainOfHundred]).Select(file => set.Files[file])], First(kind.TestFiles), First(kind.NamesFiles), options);
        return lacking.Length == 0 ? data : data with
        {
            Warnings = [.. data.Warnings, $"'{set.Path}' lacks {string.Join(", ", lacking)}: CIFAR-10 has {CifarFiles.TrainingFiles} training files, and {batches.Length} {Counted.Form(batches.Length)} read."],
        };

        DataStream? First(string[] names) => names.Select(set.Files.GetValueOrDefault).FirstOrDefault(static file => file is not null);
    }

    public static TrainingData Load(
        string name, string folder, CifarKind kind, IReadOnlyList<DataStream> train, DataStream? test, DataStream? names, DataOptions options)
    {
        using var contents = new ContentHash();
        contents.Add("cifar").Add([(long)kind.Classes]);
        ImmutableArray<string> classNames = names is null ? ClassTargets.NumberNames(kind.Classes) : ReadNames(names, kind);
        LabelledData learnt = ReadPart(train, kind, classNames, contents);
        LabelledData? held = test is null ? null : ReadPart([test], kind, classNames, contents);
        return DataPreparation.Prepare(name, folder, learnt, held, contents.Finish(), options);
    }

    private static ImmutableArray<string> ReadNames(DataStream file, CifarKind kind)
    {
        ByteSource bytes = file.Bytes();
        if (bytes.Length > LongestNames)
            throw new DataFormatException(DataErrors.TooLarge, file.Path, $"has {bytes.Length} bytes, a list of {kind.Classes} names at most {LongestNames}: fetch it again, or remove it to go by numbers.");
        string[] names = PicklePlain.IsPickle(bytes)
            ? [.. ((PicklePlain.Read(file.Path, bytes) as Dictionary<string, object?>)?.GetValueOrDefault(kind.NamesKey) as List<object?> ?? []).Select(static name => name as string ?? (name as PickledBytes)?.Text() ?? "")]
            : Encoding.UTF8.GetString(bytes.Read(0, new byte[bytes.Length])).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        int different = names.Distinct(StringComparer.Ordinal).Count();
        return names.Length == kind.Classes && different == names.Length
            ? [.. names]
            : throw new DataFormatException(DataErrors.Label, file.Path, $"has {different} different names for {kind.Classes} classes: give one a line, or remove the file to go by numbers.");
    }

    // Reads the labels, names the places of the images, and adds all to a hash.
    private static LabelledData ReadPart(IReadOnlyList<DataStream> files, CifarKind kind, ImmutableArray<string> classNames, ContentHash contents)
    {
        var samples = new List<ISampleReader>();
        var labels = new List<byte>();
        foreach (DataStream file in files)
        {
            ByteSource bytes = file.Bytes();
            if (PicklePlain.IsPickle(bytes))
            {
                samples.Add(ReadPickle(file.Path, bytes, kind, labels, contents));
                continue;
            }

            if (bytes.Length == 0 || bytes.Length % kind.Record != 0)
                throw new DataFormatException(
                    bytes.Length == 0 ? DataErrors.Empty : DataErrors.Truncated, file.Path, $"has {bytes.Length} bytes, which is no multiple of the {kind.Record} of a label and its image: fetch it again, and give the binary or the Python version.");
            long count = bytes.Length / kind.Record;
            if (labels.Count + count > Array.MaxLength)
                throw new DataFormatException(DataErrors.TooLarge, file.Path, $"makes more than {Array.MaxLength} samples: split the set.");
            contents.Add(bytes, 0);
            AddLabels(file.Path, bytes, kind, labels);
            samples.Add(new ByteSamples(bytes, kind.LabelBytes, kind.Record, count, [3, CifarKind.Side, CifarKind.Side], MaxPixel));
        }

        return new LabelledData(samples.Count == 1 ? samples[0] : new JoinedSamples([.. samples]), new ClassTargets([.. labels.Select(static label => (long)label)], classNames));
    }

    private static void AddLabels(string path, ByteSource bytes, CifarKind kind, List<byte> labels)
    {
        var block = new byte[BlockRecords * kind.Record];
        for (long start = 0; start < bytes.Length; start += block.Length)
        {
            ReadOnlySpan<byte> records = bytes.Read(start, block.AsSpan(0, (int)Math.Min(block.Length, bytes.Length - start)));
            for (int i = kind.LabelByte; i < records.Length; i += kind.Record)
            {
                if (records[i] >= kind.Classes)
                    throw new DataFormatException(
                        DataErrors.Label, path, $"has the label {records[i]} at image {(start + i) / kind.Record}, but there are {kind.Classes} classes: check that this is the right file, in its binary version.");
                labels.Add(records[i]);
            }
        }
    }

    // The Python version: a dictionary of the images as one array of bytes, and of the labels as a list.
    private static ByteSamples ReadPickle(string path, ByteSource bytes, CifarKind kind, List<byte> labels, ContentHash contents)
    {
        var batch = PicklePlain.Read(path, bytes) as Dictionary<string, object?>;
        if (batch?.GetValueOrDefault("data") is not PickledArray { Type: "u1" or "|u1", Shape: [var count and > 0, CifarKind.Values], Data: { } data } || data.Length != count * CifarKind.Values)
            throw new DataFormatException(DataErrors.Pickle, path, $"is a Python pickle without images: a batch of CIFAR has an array of bytes of the shape (n, {CifarKind.Values}) as its 'data'. Give the set as it was published.");
        if (batch.GetValueOrDefault(kind.LabelsKey) is not List<object?> given || given.Count != count)
            throw new DataFormatException(DataErrors.CountMismatch, path, $"has no list of {Counted.Of(count, "label")} under '{kind.LabelsKey}': give the set as it was published.");
        var block = new byte[given.Count];
        for (int i = 0; i < block.Length; i++)
        {
            if (given[i] is not long label || label < 0 || label >= kind.Classes)
                throw new DataFormatException(DataErrors.Label, path, $"has {(given[i] is long number ? $"the label {number}" : "no whole number as label")} at image {i}, but there are {kind.Classes} classes, from 0: give the set as it was published.");
            block[i] = (byte)label;
        }

        labels.AddRange(block);
        contents.Add("pickle").Add(block).Add(bytes, 0);
        return new ByteSamples(data.Source, data.Offset, CifarKind.Values, count, [3, CifarKind.Side, CifarKind.Side], MaxPixel);
    }
}

/// <summary>How the records of a CIFAR file lie: label bytes, one of which is used, then 1,024 red, 1,024 green and 1,024 blue pixels, row after row.</summary>
internal sealed record CifarKind(int LabelBytes, int LabelByte, int Classes, string LabelsKey, string NamesKey, string[] TestFiles, string[] NamesFiles)
{
    public const int Side = 32;

    public const int Values = 3 * Side * Side;

    public static CifarKind Ten { get; } = new(1, 0, 10, "labels", "label_names", ["test_batch.bin", "test_batch"], ["batches.meta.txt", "batches.meta"]);

    public static CifarKind HundredFine { get; } = new(2, 1, 100, "fine_labels", "fine_label_names", ["test.bin", "test"], ["fine_label_names.txt", "meta"]);

    /// <summary>CIFAR-100 by its 20 groups of classes.</summary>
    public static CifarKind HundredCoarse { get; } = new(2, 0, 20, "coarse_labels", "coarse_label_names", ["test.bin", "test"], ["coarse_label_names.txt", "meta"]);

    public int Record => LabelBytes + Values;
}
