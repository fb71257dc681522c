using System.Formats.Tar;
using System.Text.RegularExpressions;

namespace ClrEngine.Data.Arrays;

/// <summary>The files of one CIFAR set: those of a folder, or of the archive that it comes in.</summary>
internal sealed partial record CifarFiles(string Path, string Name, IReadOnlyDictionary<string, DataStream> Files)
{
    /// <summary>How many training files CIFAR-10 was published in.</summary>
    public const int TrainingFiles = 5;

    private const string BinaryTrain = "train.bin", PythonTrain = "train", PythonNames = "meta";

    private static readonly string[] Others = ["test_batch.bin", "test_batch", "test.bin", "test", "batches.meta.txt", "batches.meta", "fine_label_names.txt", "coarse_label_names.txt", PythonNames];

    // The largest file of any version has 50,000 images; names and labels come on top.
    private const long LargestFile = 1L << 28;

    /// <summary>CIFAR-10's training files, in the order of their numbers, so that batch 10 would come after batch 9; of both versions, the binary one.</summary>
    public string[] Batches => Files.Keys.Where(static file => Batch().IsMatch(file))
        .OrderBy(static file => file.Length).ThenBy(static file => file, StringComparer.Ordinal)
        .GroupBy(static file => file.EndsWith(".bin", StringComparison.Ordinal))
        .MaxBy(static version => version.Key)?.ToArray() ?? [];

    /// <summary>The training files of CIFAR-10 that are not there.</summary>
    public string[] Lacking
    {
        get
        {
            string[] batches = Batches, names = [.. batches.Select(static file => file.Split('.')[0])];
            string ending = batches.Length > 0 && batches[0].Contains('.') ? ".bin" : "";
            int last = Math.Max(TrainingFiles, names.Max(static name => int.Parse(name["data_batch_".Length..], CultureInfo.InvariantCulture)));
            return [.. Enumerable.Range(1, last).Select(static number => $"data_batch_{number}").Except(names).Select(name => name + ending)];
        }
    }

    public IEnumerable<string> TrainOfHundred => Files.ContainsKey(BinaryTrain) ? [BinaryTrain] : Files.ContainsKey(PythonTrain) ? [PythonTrain] : [];

    /// <summary>Whether a path looks like a set, or a folder of sets; looks at names alone.</summary>
    public static bool Matches(string path) => File.Exists(path) && Archive().IsMatch(System.IO.Path.GetFileName(path)) || Folders(path).Length > 0;

    public static CifarFiles Find(string path)
    {
        string full = System.IO.Path.GetFullPath(path);
        bool isArchive = File.Exists(full) && Archive().IsMatch(System.IO.Path.GetFileName(full));
        string[] folders = isArchive ? [] : Folders(full);
        if (folders.Length > 1)
            throw new DataFormatException(DataErrors.SeveralSets, path, $"holds {folders.Length} sets: {string.Join(", ", folders.Select(System.IO.Path.GetFileName))}. Give the folder of one of them.");
        if (!isArchive && folders.Length == 0)
            throw new DataFormatException(DataErrors.Missing, path, "has none of the files of a CIFAR set: put data_batch_1.bin and so on, or train.bin, there; or those of the Python version.");
        CifarFiles set = isArchive ? FromArchive(full, DataStream.File(full)) : FromFolder(folders[0], Directory.Exists(full) ? full : folders[0]);
        return set.Batches.Length > 0 || set.TrainOfHundred.Any() ? set : throw new DataFormatException(
            DataErrors.Missing, path, "has none of the training files of a CIFAR set: fetch it again.");
    }

    private static CifarFiles FromFolder(string folder, string named)
    {
        var links = new FolderLinks(named);
        return new CifarFiles(
            folder,
            DataPreparation.NameOf(folder, "cifar"),
            Directory.EnumerateFiles(folder).Where(static file => IsPart(System.IO.Path.GetFileName(file))).ToDictionary(static file => System.IO.Path.GetFileName(file), links.Open));
    }

    // Its files are unpacked in memory by their names alone: these never become paths.
    internal static CifarFiles FromArchive(string path, DataStream archive)
    {
        var files = new Dictionary<string, DataStream>();
        using StoppableStream stream = archive.Open();
        try
        {
            using var tar = new TarReader(stream);
            while (tar.GetNextEntry() is { } entry)
            {
                string name = entry.Name[(entry.Name.LastIndexOf('/') + 1)..];
                if (entry.DataStream is not { } data || !IsPart(name)) continue;
                if (data.Length > LargestFile)
                    throw new DataFormatException(DataErrors.TooLarge, $"{path}#{name}", $"has {data.Length} bytes, no file of CIFAR more than {LargestFile}: unpack the archive, and give its folder.");
                (PieceBytes bytes, long found) = PieceBytes.Read($"{path}#{name}", data, data.Length);
                if (found != data.Length || !files.TryAdd(name, DataStream.Of($"{path}#{name}", bytes)))
                    throw new DataFormatException(DataErrors.Compression, path, $"is a tar archive that is damaged, or has {name} twice: fetch it again.");
            }
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or FormatException or ArgumentException or OverflowException)
        {
            throw new DataFormatException(DataErrors.Compression, path, "is a tar archive that is damaged or cut off: fetch it again.", error);
        }

        return new CifarFiles(path, System.IO.Path.GetFileName(path)[..System.IO.Path.GetFileName(path).IndexOf(".t", StringComparison.OrdinalIgnoreCase)], files);
    }

    // The folder itself, or that of the file, or those in it by the names that the archives give them.
    private static string[] Folders(string path)
    {
        string folder = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        if (File.Exists(folder))
        {
            if (!IsPart(System.IO.Path.GetFileName(folder))) return [];
            folder = System.IO.Path.GetDirectoryName(folder)!;
            return IsSet(folder) ? [folder] : [];
        }

        if (!Directory.Exists(folder)) return [];
        return IsSet(folder) ? [folder] : [.. Directory.EnumerateDirectories(folder, "cifar-10*").Where(IsSet).Order(StringComparer.Ordinal)];
    }

    private static bool IsSet(string folder) =>
        Directory.EnumerateFiles(folder, "data_batch_*").Any(static file => Batch().IsMatch(System.IO.Path.GetFileName(file)))
        || File.Exists(System.IO.Path.Combine(folder, BinaryTrain))
        || (File.Exists(System.IO.Path.Combine(folder, PythonTrain)) && File.Exists(System.IO.Path.Combine(folder, PythonNames)));

    private static bool IsPart(string file) => file is BinaryTrain or PythonTrain || Others.Contains(file, StringComparer.Ordinal) || Batch().IsMatch(file);

    [GeneratedRegex("^data_batch_[0-9]{1,4}(\\.bin)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Batch();

    [GeneratedRegex("^cifar-?10.*\\.(tar|tgz|tar\\.(gz|bz2|xz))$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Archive();
}
