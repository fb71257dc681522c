using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace ClrEngine.Data.Arrays;

/// <summary>A folder of CIFAR-10 or CIFAR-100 in the binary version.</summary>
/// <remarks>
/// Format: A. Krizhevsky, "Learning multiple layers of features from tiny images", 2009, and the page of the data set.
/// Samples are <c>[3, 32, 32]</c>, bytes divided by 255. Without a test file, some of the training files are held out. Large files stay on the disk.
/// </remarks>
internal sealed partial class CifarFolder : IDataFormat
{
    private const string TestOfTen = "test_batch.bin";
    private const string TrainOfHundred = "train.bin";
    private const string TestOfHundred = "test.bin";
    private const int LongestNames = 65_536;
    private const float MaxPixel = 255;

    // So many records are hashed and looked through at once.
    private const int BlockRecords = 256;

    public string Name => "cifar";

    public string Description => "a folder with data_batch_1.bin (CIFAR-10) or train.bin (CIFAR-100), in the binary version";

    public DataOptionUse Uses => DataOptionUse.FineLabels;

    public bool Matches(string path) => FindFolder(path) is not null;

    public TrainingData Load(string path, DataOptions options)
    {
        string folder = FindFolder(path)
            ?? throw new DataFormatException(DataErrors.Missing, path, $"has none of the files of a CIFAR set: put data_batch_1.bin and so on, or {TrainOfHundred}, there.");
        string[] batches = Batches(folder);
        bool ten = batches.Length > 0;
        if (ten) options.RefuseUnused("CIFAR-10", DataOptionUse.None);
        CifarKind kind = ten ? CifarKind.Ten : options.FineLabels ? CifarKind.HundredFine : CifarKind.HundredCoarse;
        return Load(
            DataPreparation.NameOf(folder, Name),
            folder,
            kind,
            [.. (ten ? batches : [Path.Combine(folder, TrainOfHundred)]).Select(DataStream.File)],
            Existing(ten ? TestOfTen : TestOfHundred),
            Existing(kind.NamesFile),
            options);

        DataStream? Existing(string file) => File.Exists(Path.Combine(folder, file)) ? DataStream.File(Path.Combine(folder, file)) : null;
    }

    /// <summary>Loads images, labels and, where there is a file of them, the classes' names.</summary>
    /// <exception cref="DataFormatException">A file is damaged.</exception>
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
        using var text = new StreamReader(file.OpenRaw());
        if (text.BaseStream.Length > LongestNames)
            throw new DataFormatException(DataErrors.TooLarge, file.Path, $"has {text.BaseStream.Length} bytes, a list of {kind.Classes} names at most {LongestNames}: fetch it again, or remove it to go by numbers.");
        string[] names = text.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
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
            if (bytes.Length == 0 || bytes.Length % kind.Record != 0)
                throw new DataFormatException(
                    bytes.Length == 0 ? DataErrors.Empty : DataErrors.Truncated, file.Path, $"has {bytes.Length} bytes, which is no multiple of the {kind.Record} of a label and its image: fetch it again, and give the binary version.");
            long count = bytes.Length / kind.Record;
            if (labels.Count + count > Array.MaxLength)
                throw new DataFormatException(DataErrors.TooLarge, file.Path, $"makes more than {Array.MaxLength} samples: split the set.");
            contents.Add(bytes, 0);
            AddLabels(file.Path, bytes, kind, labels);
            samples.Add(new ByteSamples(bytes, kind.LabelBytes, kind.Record, count, [3, CifarKind.Side, CifarKind.Side], MaxPixel));
        }

        return new LabelledData(samples.Count == 1 ? samples[0] : new JoinedSamples([.. samples]), ClassTargets.FromBytes(labels, classNames));
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

    private static string? FindFolder(string path)
    {
        string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (File.Exists(folder))
        {
            string file = Path.GetFileName(folder);
            if (file is not (TestOfTen or TrainOfHundred or TestOfHundred) && !Batch().IsMatch(file)) return null;
            folder = Path.GetDirectoryName(folder)!;
        }

        return Directory.Exists(folder) && (Batches(folder).Length > 0 || File.Exists(Path.Combine(folder, TrainOfHundred))) ? folder : null;
    }

    // In the order of their numbers, so that batch 10 would come after batch 9.
    private static string[] Batches(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "data_batch_*.bin")
            .Where(static file => Batch().IsMatch(Path.GetFileName(file)))
            .OrderBy(static file => int.Parse(Batch().Match(Path.GetFileName(file)).Groups[1].ValueSpan, CultureInfo.InvariantCulture)),
    ];

    [GeneratedRegex("^data_batch_([0-9]{1,4})\\.bin$", RegexOptions.CultureInvariant)]
    private static partial Regex Batch();
}

/// <summary>How the records of a CIFAR file lie: label bytes, then 1,024 red, 1,024 green and 1,024 blue pixels, row after row.</summary>
/// <param name="LabelBytes">How many label bytes come before the pixels.</param>
/// <param name="LabelByte">Which of them is used.</param>
/// <param name="Classes">How many classes there are.</param>
/// <param name="NamesFile">The text file that names the classes, a line each.</param>
internal sealed record CifarKind(int LabelBytes, int LabelByte, int Classes, string NamesFile)
{
    /// <summary>Height and width of an image.</summary>
    public const int Side = 32;

    public static CifarKind Ten { get; } = new(1, 0, 10, "batches.meta.txt");

    public static CifarKind HundredFine { get; } = new(2, 1, 100, "fine_label_names.txt");

    /// <summary>CIFAR-100 by its 20 groups of classes.</summary>
    public static CifarKind HundredCoarse { get; } = new(2, 0, 20, "coarse_label_names.txt");

    /// <summary>The bytes of a label and its image.</summary>
    public int Record => LabelBytes + (3 * Side * Side);
}
