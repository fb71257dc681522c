using ClrEngine.Data.Arrays;
using ClrEngine.Data.Images;
using ClrEngine.Data.Tables;

namespace ClrEngine.Data;

/// <summary>Turns a text, a data set's name or a path, into training data.</summary>
/// <remarks>A new kind of file is one class more that implements <see cref="IDataFormat"/>.</remarks>
/// <param name="sets">What loads by its name.</param>
/// <param name="formats">What loads by path: the first that matches is taken.</param>
public sealed class DataCatalog(IEnumerable<NamedData> sets, IEnumerable<IDataFormat> formats)
{
    private const int MostNamed = 3, ProbedBytes = 4096;

    private readonly NamedData[] _sets = [.. sets];
    private readonly IDataFormat[] _formats = [.. formats];

    /// <summary>All sets and formats of this library.</summary>
    public static DataCatalog Default { get; } = new(
        [new NamedData(Digits.Name, "1,797 handwritten digits, 8×8 pixels, 10 classes", Digits.Load) { Uses = DataOptionUse.None }, .. EmbeddedTable.All],
        [new IdxFolder(), new CifarFolder(), new NumpyFormat(), new ImageFolder(), TableFormat.Csv, TableFormat.Parquet]);

    /// <summary>Everything that can be loaded: the names first, then the formats.</summary>
    public IReadOnlyList<KnownData> Known =>
    [
        .. _sets.Select(static set => new KnownData(set.Name, set.Description, IsFormat: false)),
        .. _formats.Select(static format => new KnownData(format.Name, format.Description, IsFormat: true)),
    ];

    /// <summary>Whether a text is a data set's name; a name goes before a path, and <c>./digits</c> is a path.</summary>
    public bool IsName(string text) => Named(text) is not null;

    /// <summary>Loads a data set, split and scaled.</summary>
    /// <param name="text">A name or a path.</param>
    /// <param name="options">How to prepare it; the defaults where null.</param>
    /// <param name="workingFolder">Where a relative path starts; the process's folder where null.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="Errors.InvalidParameterException">An option was given that has no effect on this data.</exception>
    /// <exception cref="DataNotFoundException">The text is no known name, and nothing lies there.</exception>
    /// <exception cref="DataFormatException">No format reads the path, or its files are damaged.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The reading was ended.</exception>
    public TrainingData Load(string text, DataOptions? options = null, string? workingFolder = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        return ReadStop.During(() => Read(text, options ?? DataOptions.Default, workingFolder), cancellationToken);
    }

    /// <summary>What stands in the first row of a table, which names its columns where it is a header; none where the path is no table.</summary>
    /// <exception cref="DataFormatException">The table is damaged.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public IReadOnlyList<string> ColumnNames(string path) => _formats.OfType<TableFormat>().FirstOrDefault(format => format.Matches(path))?.ColumnNames(path) ?? [];

    private TrainingData Read(string text, DataOptions options, string? workingFolder)
    {
        if (Named(text) is { } set)
        {
            options.RefuseUnused(set.Name, set.Uses);
            return set.Load(options) with { Origin = new DataOrigin(set.Name, options with { SplitParameter = null }) };
        }

        string path = workingFolder is null ? Path.GetFullPath(text) : Path.GetFullPath(text, workingFolder);
        if (!Path.Exists(path))
            throw new DataNotFoundException(text, Named(Path.GetFileName(text)) is { } other
                ? $"Nothing lies at '{path}': check the path, or give '{other.Name}' as a name, which is no path, to load the set that is called so."
                : Path.GetFileName(text) != text || Path.HasExtension(text)
                ? $"Nothing lies at '{path}', and it is none of the names {Names()}: check the path, or give a name."
                : $"'{text}' is no known data set, and nothing lies at '{path}'. {Help()}");
        IDataFormat[] matching = [.. _formats.Where(format => format.Matches(path))];
        // A table beside folders of images may be that of their labels.
        if (matching.Length > 1 && matching[0] is not ImageFolder)
            throw new DataFormatException(DataErrors.SeveralSets, path, $"holds data of several formats ({string.Join(", ", matching.Select(static format => format.Name))}): give a file or folder of one of them.");
        IDataFormat format = matching.FirstOrDefault()
            ?? throw new DataFormatException(DataErrors.UnknownFormat, path, Unknown(path));
        options.RefuseUnused(format.Name, format.Uses);
        return format.Load(path, options) with { Origin = new DataOrigin(path, options with { SplitParameter = null }) };
    }

    private NamedData? Named(string text) =>
        _sets.FirstOrDefault(set => string.Equals(set.Name, text, StringComparison.OrdinalIgnoreCase));

    // What lies at a path that no format reads, and what to do where that is known.
    private string Unknown(string path)
    {
        if (!Directory.Exists(path)) return InFile(path);
        string[] inner = [.. Directory.EnumerateFileSystemEntries(path).Where(static item => !ImageTree.IsHousekeeping(Path.GetFileName(item))).Order(StringComparer.Ordinal).Take(MostNamed + 1)];
        if (inner.Length == 0) return $"is a folder, and empty. {Help()}";
        // Notes have the ending of a table.
        string[] read = [.. inner.Where(item => !item.EndsWith(".txt", StringComparison.OrdinalIgnoreCase) && _formats.Any(format => format.Matches(item)))];
        string holds = $"{string.Join(", ", inner.Take(MostNamed).Select(static item => Path.GetFileName(item)))}{(inner.Length > MostNamed ? " …" : "")}";
        return read.Length > 0
            ? $"is a folder, and which of what it holds ({holds}) is meant is not told: give {(read.Length == 1 ? $"'{read[0]}'" : $"one of them, such as '{read[0]}'")}."
            : $"is a folder, and what it holds ({holds}) is of no format that can be read. {Help()}";
    }

    private string InFile(string path)
    {
        var start = new byte[Math.Min(ProbedBytes, new FileInfo(path).Length)];
        // A pipe has no length, and waits for its writer when it is opened.
        if (start.Length > 0)
        {
            using FileStream file = File.OpenRead(path);
            start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        }

        string name = Path.GetFileName(path), bare = Path.GetFileNameWithoutExtension(path);
        return start switch
        {
            _ when Path.GetExtension(path).ToUpperInvariant() is ".XLSX" or ".XLS" or ".XLSM" or ".ODS" => "is a spreadsheet: save its sheet as CSV, and give that.",
            [0x1F, 0x8B, ..] when Path.GetExtension(path).Equals(".tgz", StringComparison.OrdinalIgnoreCase) || Path.GetExtension(bare).Equals(".tar", StringComparison.OrdinalIgnoreCase) => $"is a packed archive, of which that of CIFAR is read alone: if it is one, rename it, as 'cifar-10-{name}'; else unpack it, and give what lies in it.",
            [0x1F, 0x8B, ..] or [(byte)'B', (byte)'Z', (byte)'h', ..] => $"is packed, and its name does not say what it holds: name a table such as '{bare}.csv{Path.GetExtension(path)}'.",
            [(byte)'P', (byte)'K', 3, 4, ..] => $"is a zip archive, and its name does not say what it holds: name one with a table such as '{bare}.csv.zip', one of arrays '{bare}.npz', and unpack one of several files.",
            [(byte)'P', (byte)'A', (byte)'R', (byte)'1', ..] => $"is a Parquet file by its first bytes: rename it, as '{bare}.parquet'.",
            [0x93, (byte)'N', (byte)'U', (byte)'M', ..] => $"is an array of NumPy by its first bytes: lay it into a folder as x.npy, beside y.npy, and give the folder.",
            _ when start.Length > 0 && ImageKinds.Tell(start) is not null => "is one image: give the folder that has a folder of images for each class.",
            _ when FileStart.TellUnfetched(start) is { } kind => $"is {kind}, and no data.",
            _ when start.Length > 0 && !start.Contains((byte)0) => $"is a text whose ending is none of a table: if it is one, rename it, as '{name}.csv'. {Help()}",
            _ => $"is of no format that can be read. {Help()}",
        };
    }

    private string Names() => string.Join(", ", _sets.Select(static set => set.Name));

    private string Help() =>
        $"Give a name ({Names()}) or a path to {string.Join("; or to ", _formats.Select(static format => format.Description))}.";
}

/// <summary>A data set that loads by its name, without regard to case.</summary>
public sealed record NamedData(string Name, string Description, Func<DataOptions, TrainingData> Load)
{
    /// <summary>The options that have an effect here; others are refused.</summary>
    public DataOptionUse Uses { get; init; } = DataOptionUse.All;
}

/// <summary>Something that the catalog can load, for lists and completion.</summary>
/// <param name="Name">A name to load by, or a format's name.</param>
/// <param name="Description">What it is, in a few words.</param>
/// <param name="IsFormat">False: load it by its name. True: give a path to files of this format.</param>
public sealed record KnownData(string Name, string Description, bool IsFormat);

/// <summary>A kind of file or folder that training data can be loaded from.</summary>
public interface IDataFormat
{
    /// <summary>A short name, such as <c>idx</c>.</summary>
    string Name { get; }

    /// <summary>What it reads, in a few words that follow "a path to".</summary>
    string Description { get; }

    /// <summary>The options that have an effect here; others are refused.</summary>
    DataOptionUse Uses => DataOptionUse.All;

    /// <summary>Whether a path looks like this format; looks at names, and at most at a few bytes.</summary>
    bool Matches(string path);

    /// <summary>Loads the data from a path that <see cref="Matches"/>, split and scaled.</summary>
    /// <exception cref="DataFormatException">The files do not hold what the format promises.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    TrainingData Load(string path, DataOptions options);
}
