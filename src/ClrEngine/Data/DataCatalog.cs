using ClrEngine.Data.Arrays;
using ClrEngine.Data.Images;
using ClrEngine.Data.Tables;

namespace ClrEngine.Data;

/// <summary>Turns a text, a data set's name or a path, into training data.</summary>
/// <remarks>A new kind of file is one class more that implements <see cref="IDataFormat"/>.</remarks>
public sealed class DataCatalog
{
    private readonly NamedData[] _sets;
    private readonly IDataFormat[] _formats;

    /// <summary>Makes a catalog of what loads by name and of what loads by path, of which the first that matches is taken.</summary>
    public DataCatalog(IEnumerable<NamedData> sets, IEnumerable<IDataFormat> formats)
    {
        _sets = [.. sets];
        _formats = [.. formats];
    }

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
            return set.Load(options) with { Origin = new DataOrigin(set.Name, options) };
        }

        string path = workingFolder is null ? Path.GetFullPath(text) : Path.GetFullPath(text, workingFolder);
        if (!Path.Exists(path))
            throw new DataNotFoundException(text, Path.GetFileName(text) != text || Path.HasExtension(text)
                ? $"Nothing lies at '{path}', and it is none of the names {Names()}: check the path, or give a name."
                : $"'{text}' is no known data set, and nothing lies at '{path}'. {Help()}");
        IDataFormat[] matching = [.. _formats.Where(format => format.Matches(path))];
        // A table beside folders of images may be that of their labels.
        if (matching.Length > 1 && matching[0] is not ImageFolder)
            throw new DataFormatException(DataErrors.SeveralSets, path, $"holds data of several formats ({string.Join(", ", matching.Select(static format => format.Name))}): give a file or folder of one of them.");
        IDataFormat format = matching.FirstOrDefault()
            ?? throw new DataFormatException(DataErrors.UnknownFormat, path, $"{Unknown(path)}. {Help()}");
        options.RefuseUnused(format.Name, format.Uses);
        return format.Load(path, options) with { Origin = new DataOrigin(path, options) };
    }

    private NamedData? Named(string text) =>
        _sets.FirstOrDefault(set => string.Equals(set.Name, text, StringComparison.OrdinalIgnoreCase));

    // What lies at a path that no format reads.
    private static string Unknown(string path)
    {
        if (!Directory.Exists(path)) return "is of no format that can be read";
        string[] inner = [.. Directory.EnumerateFileSystemEntries(path).Take(4).Select(static item => Path.GetFileName(item))];
        return inner.Length == 0 ? "is a folder, and empty" : $"is a folder, and what it holds ({string.Join(", ", inner.Take(3))}{(inner.Length > 3 ? " …" : "")}) is of no format that can be read";
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
