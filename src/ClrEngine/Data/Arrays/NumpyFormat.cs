using System.IO.Compression;
using ClrEngine.Data.Tables;

namespace ClrEngine.Data.Arrays;

/// <summary>Arrays that NumPy saved: one .npz file, or a folder of .npy files.</summary>
/// <remarks>Arrays of features are named x, x_train and x_test or their like, arrays of labels y, y_train and y_test. Pickled objects are never read.</remarks>
public sealed class NumpyFormat : IDataFormat
{
    private const string ArrayEnding = ".npy";
    private const string ArchiveEnding = ".npz";
    private const int BlockValues = 8192;

    private static readonly string[] Features = ["x", "images", "data", "features", "samples", "arr_0"];
    private static readonly string[] Labels = ["y", "labels", "label", "targets", "target", "arr_1"];

    /// <inheritdoc/>
    public string Name => "numpy";

    /// <inheritdoc/>
    public string Description => "a .npz file, or a folder of .npy files, with x and y, or x_train, y_train, x_test and y_test";

    /// <inheritdoc/>
    public DataOptionUse Uses => DataOptionUse.Regression;

    /// <inheritdoc/>
    public bool Matches(string path) => File.Exists(path)
        ? path.EndsWith(ArchiveEnding, StringComparison.OrdinalIgnoreCase) || path.EndsWith(ArrayEnding, StringComparison.OrdinalIgnoreCase)
        : Directory.Exists(path) && PartNames.Training.Append("").Any(part => First(Files(path).Keys, Spellings(Features, part)) is not null);

    /// <inheritdoc/>
    public TrainingData Load(string path, DataOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (path.EndsWith(ArchiveEnding, StringComparison.OrdinalIgnoreCase) && File.Exists(path))
        {
            using var archive = new NpzArchive(DataStream.File(path));
            return Load(Path.GetFileNameWithoutExtension(path), path, archive.Names, archive.Read, options);
        }

        string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(File.Exists(path) ? Path.GetDirectoryName(Path.GetFullPath(path))! : path));
        Dictionary<string, string> files = Files(folder);
        return Load(DataPreparation.NameOf(folder, Name), folder, files.Keys, array => NpyArray.Read(DataStream.File(files[array])), options);
    }

    /// <summary>Loads the arrays of a file or folder by their names.</summary>
    /// <param name="name">A short name.</param>
    /// <param name="source">Where they came from.</param>
    /// <param name="names">The names that are there.</param>
    /// <param name="read">Reads one by its name.</param>
    /// <param name="options">How to split, what to predict and whether to scale.</param>
    /// <exception cref="DataFormatException">An array is damaged, or they do not belong together.</exception>
    internal static TrainingData Load(string name, string source, IReadOnlyCollection<string> names, Func<string, NpyArray> read, DataOptions options)
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
            if (x.Count != y.Count)
                throw new DataFormatException(DataErrors.CountMismatch, y.Path, $"has {y.Count} labels for {x.Count} samples in {pair.X}: take both from the same set.");
            Targets targets = MakeTargets(y, training, options.Regression);
            var samples = new NpySamples(x);
            if (x.Header.Type.IsFloat) CheckFinite(x.Path, samples);
            x.AddTo(contents);
            y.AddTo(contents);
            return new LabelledData(samples, targets);
        }
    }

    private static Targets MakeTargets(NpyArray y, Targets? training, bool? regression)
    {
        long width = y.Header.Payload / y.Header.Type.Size / y.Count;
        var label = new ExactNumberColumn("y", y.Numbers());
        if (width == 1) return training is null ? TableTargets.Make(y.Path, label, regression) : TableTargets.MakeLike(training, y.Path, label);
        if (y.Header.Shape.Length != 2 || regression == false || (regression is null && !y.Header.Type.IsFloat))
            throw new DataFormatException(
                DataErrors.Label, y.Path, $"has labels of the shape ({string.Join(", ", y.Header.Shape)}): give the number of each sample's class, as argmax(axis=1) makes it, or predict the values with -Regression.");
        var values = (ValueTargets)TableTargets.Make(y.Path, label, regression: true);
        return new ValueTargets(values.Values, (int)width);
    }

    private static void CheckFinite(string path, NpySamples samples)
    {
        int rows = (int)Math.Min(Math.Max(1, BlockValues / samples.SampleLength), samples.Count);
        var indices = new long[rows];
        var values = new float[rows * samples.SampleLength];
        for (long first = 0; first < samples.Count; first += rows)
        {
            int some = (int)Math.Min(rows, samples.Count - first);
            for (int i = 0; i < some; i++) indices[i] = first + i;
            Span<float> block = values.AsSpan(0, some * samples.SampleLength);
            samples.Read(indices.AsSpan(0, some), block);
            for (int i = 0; i < block.Length; i++)
            {
                if (!float.IsFinite(block[i]))
                    throw new DataFormatException(DataErrors.Value, path, $"has {block[i]} in its sample {first + (i / samples.SampleLength)}: remove the sample or mend its value.");
            }
        }
    }

    private static Dictionary<string, string> Files(string folder)
    {
        var files = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string file in Directory.EnumerateFiles(folder, "*" + ArrayEnding).Order(StringComparer.Ordinal)) files.TryAdd(Path.GetFileNameWithoutExtension(file), file);
        return files;
    }

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

    /// <summary>Opens an archive.</summary>
    /// <exception cref="DataFormatException">It is no zip archive, or it names an array twice.</exception>
    public NpzArchive(DataStream source)
    {
        _path = source.Path;
        _zip = Guarded(source.Path, () => new ZipArchive(source.OpenRaw(), ZipArchiveMode.Read));
        foreach (ZipArchiveEntry entry in Guarded(_path, () => _zip.Entries))
        {
            string name = entry.FullName.EndsWith(".npy", StringComparison.OrdinalIgnoreCase) ? entry.FullName[..^4] : entry.FullName;
            if (!_entries.TryAdd(name, entry))
                throw new DataFormatException(DataErrors.Column, _path, $"has two arrays '{name}': give each a name of its own.");
        }
    }

    /// <summary>The arrays' names.</summary>
    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>Unpacks one array.</summary>
    /// <exception cref="DataFormatException">It does not hold exactly what its header promises.</exception>
    public NpyArray Read(string name)
    {
        ZipArchiveEntry entry = _entries[name];
        string path = $"{_path}#{name}";
        return Guarded(path, () =>
        {
            using Stream unzipped = entry.Open();
            // The head is read to its own end, as the stream cannot go back.
            var head = new byte[NpyHeader.Longest];
            int lead = unzipped.ReadAtLeast(head.AsSpan(0, 12), 12, throwOnEndOfStream: false);
            int length = HeadLength(head, lead);
            int read = lead + unzipped.ReadAtLeast(head.AsSpan(lead, length - lead), length - lead, throwOnEndOfStream: false);
            var header = NpyHeader.Read(head.AsSpan(0, read), path);
            NpyArray.CheckLength(path, header, entry.Length - header.Length);
            if (header.Payload > Array.MaxLength)
                throw new DataFormatException(DataErrors.TooLarge, path, $"has {header.Payload} bytes, at most {Array.MaxLength} can be unpacked in memory: save it as a .npy file of its own.");
            if (!BoundedRead.CanHold(entry.CompressedLength, header.Payload))
                throw new DataFormatException(DataErrors.Truncated, path, $"promises {header.Payload} bytes, more than {entry.CompressedLength} compressed bytes can hold: write or fetch it again.");
            ReadOnlyMemory<byte> values = BoundedRead.Read(unzipped, (int)header.Payload, entry.CompressedLength);
            NpyArray.CheckLength(path, header, values.Length + (unzipped.ReadByte() < 0 ? 0 : 1));
            return new NpyArray(path, header, new MemoryBytes(values), 0);
        });
    }

    public void Dispose() => _zip.Dispose();

    private static int HeadLength(ReadOnlySpan<byte> head, int read)
    {
        if (read < 12) return read;
        long length = head[6] == 1 ? 10 + head[8] + (256 * head[9]) : 12 + BitConverter.ToUInt32(head[8..]);
        return (int)Math.Clamp(length, read, NpyHeader.Longest);
    }

    private static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException error)
        {
            throw new DataFormatException(DataErrors.Compression, path, "is a zip archive that is damaged, cut off or none: write or fetch it again.", error);
        }
    }
}
