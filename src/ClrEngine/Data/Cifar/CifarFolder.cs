using System.Globalization;
using System.Text.RegularExpressions;

namespace ClrEngine.Data;

/// <summary>A folder of CIFAR-10 or CIFAR-100 in the binary version.</summary>
/// <remarks>Format: A. Krizhevsky, "Learning multiple layers of features from tiny images", 2009, and the page of the data set. Large files stay on the disk.</remarks>
public sealed partial class CifarFolder : IDataFormat
{
    private const string TestOfTen = "test_batch.bin";
    private const string TrainOfHundred = "train.bin";
    private const string TestOfHundred = "test.bin";

    /// <inheritdoc/>
    public string Name => "cifar";

    /// <inheritdoc/>
    public string Description => "a folder with data_batch_1.bin (CIFAR-10) or train.bin (CIFAR-100), in the binary version";

    /// <inheritdoc/>
    public DataOptionUse Uses => DataOptionUse.FineLabels;

    /// <inheritdoc/>
    public bool Matches(string path) => Folder(path) is not null;

    /// <inheritdoc/>
    /// <remarks>Samples have the shape <c>[3, 32, 32]</c>, bytes divided by 255, then scaled as the options say. Without a test file, some of the training files are held out.</remarks>
    public TrainingData Load(string path, DataOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string folder = Folder(path)
            ?? throw new DataFormatException(DataFault.Missing, path, $"has none of the files of a CIFAR set: put data_batch_1.bin and so on, or {TrainOfHundred}, there.");
        string[] batches = Batches(folder);
        bool ten = batches.Length > 0;
        if (ten) DataOptionCheck.Check(options, "CIFAR-10", DataOptionUse.None);
        CifarKind kind = ten ? CifarKind.Ten : options.FineLabels ? CifarKind.HundredFine : CifarKind.HundredCoarse;
        return CifarSet.Load(
            Path.GetFileName(folder) is { Length: > 0 } name ? name : Name,
            folder,
            kind,
            [.. (ten ? batches : [Path.Combine(folder, TrainOfHundred)]).Select(DataStream.File)],
            Existing(ten ? TestOfTen : TestOfHundred),
            Existing(kind.NamesFile),
            options);

        DataStream? Existing(string file) => File.Exists(Path.Combine(folder, file)) ? DataStream.File(Path.Combine(folder, file)) : null;
    }

    private static string? Folder(string path)
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
