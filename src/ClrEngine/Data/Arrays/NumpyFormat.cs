using System.IO.Compression;
using ClrEngine.Data.Tables;

namespace ClrEngine.Data.Arrays;

/// <summary>Arrays that NumPy saved: one .npz file, or a folder of .npy files. Pickled objects are never read.</summary>
internal sealed class NumpyFormat : IDataFormat
{
    private const string ArrayEnding = ".npy";
    private const string ArchiveEnding = ".npz";

    private static readonly string[] Features = ["x", "images", "data", "features", "samples", "arr_0"];
    private static readonly string[] Labels = ["y", "labels", "label", "targets", "target", "arr_1"];

    public string Name => "numpy";

    public string Description => "a .npz file, or a folder of .npy files, with x and y, or x_train, y_train, x_test and y_test";

    public DataOptionUse Uses => DataOptionUse.Regression;

    public bool Matches(string path) => File.Exists(path)
        ? path.EndsWith(ArchiveEnding, StringComparison.OrdinalIgnoreCase) || path.EndsWith(ArrayEnding, StringComparison.OrdinalIgnoreCase)
        : Directory.Exists(path) && PartNames.Training.Append("").Any(part => First(Files(path).Keys, Spellings(Features, part)) is not null);

    public TrainingData Load(string path, DataOptions options)
    {
        if (path.EndsWith(ArchiveEnding, StringComparison.OrdinalIgnoreCase) && File.Exists(path))
        {
            using var archive = new NpzArchive(DataStream.File(path));
            return Load(Path.GetFileNameWithoutExtension(path), path, archive.Names, archive.Read, options);
        }

        string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(File.Exists(path) ? Path.GetDirectoryName(Path.GetFullPath(path))! : path));
        Dictionary<string, string> files = Files(folder);
        return Load(DataPreparation.NameOf(folder, Name), folder, files.Keys, array => NpyArray.Read(DataStream.File(files[array])), options);
    }

    /// <summary>Loads arrays by the names that are there.</summary>
    /// <exception cref="DataFormatException">An array is damaged, or they do not belong together.</exception>
    public static TrainingData Load(string name, string source, IReadOnlyCollection<string> names, Func<string, NpyArray> read, DataOptions options)
    {
        ((string X, string Y) train, (string X, string Y)? validation) = FindParts(source, names);
        using var contents = new ContentHash();
        contents.Add("numpy");
        LabelledData learnt = Part(train, null);
        LabelledData? held = validation is { } test ? Part(test, learnt.Targets) : null;
        contents.Add(learnt.Targets is ClassTargets ? "classes" : "values");
        return DataPreparation.Prepare(name, source, learnt, held, contents.Finish(), options);

        LabelledData Part((string X, string Y) pair, Targets? training)
        {
            NpyArray x = read(pair.X), y = read(pair.Y);
            if (x.Samples != y.Samples)
                throw new DataFormatException(DataErrors.CountMismatch, y.Path, $"has {y.Samples} labels for {x.Samples} samples in {pair.X}: take both from the same set.");
            Targets targets = MakeTargets(y, training, options.Regression);
            var samples = new NpySamples(x);
            if (x.Type.IsFloat) CheckFinite(x.Path, samples);
            x.AddTo(contents);
            y.AddTo(contents);
            return new LabelledData(samples, targets);
        }
    }

    private static Targets MakeTargets(NpyArray y, Targets? training, bool? regression)
    {
        long width = y.Numbers / y.Samples;
        var label = new NumberColumn(y.Path, "y", [], y.ReadLabels());
        if (width == 1) return training is null ? TableTargets.Make(y.Path, label, regression) : TableTargets.MakeLike(training, y.Path, label);
        if (y.Shape.Length != 2 || regression == false || (regression is null && !y.Type.IsFloat))
            throw new DataFormatException(
                DataErrors.Label, y.Path, $"has labels of the shape ({string.Join(", ", y.Shape)}): give the number of each sample's class, as argmax(axis=1) makes it, or predict the values with -Regression.");
        return new ValueTargets(((ValueTargets)TableTargets.Make(y.Path, label, regression: true)).Values, (int)width);
    }

    private static void CheckFinite(string path, NpySamples samples) => samples.ReadBlocks((first, block) =>
    {
        for (int i = 0; i < block.Length; i++)
        {
            if (!float.IsFinite(block[i]))
                throw new DataFormatException(DataErrors.Value, path, $"has {block[i]} in its sample {first + (i / samples.SampleLength)}: remove the sample or mend its value.");
        }
    });

    private static Dictionary<string, string> Files(string folder) => Directory.EnumerateFiles(folder, "*" + ArrayEnding)
        .Order(StringComparer.Ordinal)
        .DistinctBy(Path.GetFileNameWithoutExtension, StringComparer.OrdinalIgnoreCase)
        .ToDictionary(static file => Path.GetFileNameWithoutExtension(file), StringComparer.OrdinalIgnoreCase);

    // x and y, x_train and y_train, test_images and test_labels, and their like; without regard to case.
    private static ((string X, string Y) Train, (string X, string Y)? Validation) FindParts(string path, IReadOnlyCollection<string> present)
    {
        if (Pair(path, present, PartNames.Training) is { } train) return (train, Pair(path, present, PartNames.Validation));
        return (Pair(path, present, [""]) ?? throw new DataFormatException(
            DataErrors.Missing, path, $"has the arrays {string.Join(", ", present.Take(10))}: name features and labels x and y, or x_train, y_train, x_test and y_test."), null);
    }

    private static (string X, string Y)? Pair(string path, IReadOnlyCollection<string> present, string[] parts)
    {
        foreach (string part in parts)
        {
            if (First(present, Spellings(Features, part)) is not { } x) continue;
            return (x, First(present, Spellings(Labels, part))
                ?? throw new DataFormatException(DataErrors.Missing, path, $"has the features {x} without labels: put {Spellings(Labels, part).First()} beside them."));
        }

        return null;
    }

    private static string? First(IReadOnlyCollection<string> present, IEnumerable<string> names) =>
        names.Select(name => present.FirstOrDefault(other => string.Equals(other, name, StringComparison.OrdinalIgnoreCase))).FirstOrDefault(static name => name is not null);

    private static IEnumerable<string> Spellings(string[] names, string part) =>
        part.Length == 0 ? names : names.SelectMany(name => new[] { $"{name}_{part}", $"{part}_{name}" });
}

/// <summary>The arrays of a .npz file: a zip archive of .npy files.</summary>
/// <remarks>Entries are found by name and unpacked in memory: their names never become paths.</remarks>
internal sealed class NpzArchive : IDisposable
{
    private readonly string _path;
    private readonly ZipArchive _zip;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="DataFormatException">It is no zip archive, or it names an array twice.</exception>
    public NpzArchive(DataStream source)
    {
        _path = source.Path;
        _zip = Guarded(_path, () => new ZipArchive(source.OpenRaw(), ZipArchiveMode.Read));
        foreach (ZipArchiveEntry entry in Guarded(_path, () => _zip.Entries))
        {
            string name = entry.FullName.EndsWith(".npy", StringComparison.OrdinalIgnoreCase) ? entry.FullName[..^4] : entry.FullName;
            if (!_entries.TryAdd(name, entry))
                throw new DataFormatException(DataErrors.Column, _path, $"has two arrays '{name}': give each a name of its own.");
        }
    }

    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>Unpacks one array.</summary>
    /// <exception cref="DataFormatException">It does not hold exactly what its header promises.</exception>
    public NpyArray Read(string name)
    {
        ZipArchiveEntry entry = _entries[name];
        string path = $"{_path}#{name}";
        return Guarded(path, () =>
        {
            using Stream unzipped = new StoppableStream(entry.Open());
            (ReadOnlyMemory<byte> bytes, long found) = BoundedRead.Unpack(path, unzipped, entry.Length, entry.CompressedLength, "save it as a .npy file of its own");
            return NpyArray.Read(path, new MemoryBytes(bytes), found);
        });
    }

    public void Dispose() => _zip.Dispose();

    private static T Guarded<T>(string path, Func<T> read) => FileDamage.Guard(read, error => error is InvalidDataException
        ? new DataFormatException(DataErrors.Compression, path, "is a zip archive that is damaged, cut off or none: write or fetch it again.", error)
        : null);
}
