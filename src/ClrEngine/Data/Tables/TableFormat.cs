using ClrEngine.Data.Tables.Csv;

namespace ClrEngine.Data.Tables;

/// <summary>Tables: one file, or a folder with one for each part.</summary>
/// <remarks>The last column is predicted unless <see cref="DataOptions.LabelColumn"/> names another. Columns of numbers are scaled, others become one value a category.</remarks>
internal sealed class TableFormat(
    string name, string description, DataOptionUse uses, string[] endings, string[] fileEndings,
    Func<DataStream, DataOptions, ColumnTable?, ColumnTable> read, Func<DataStream, IReadOnlyList<string>> firstRow) : IDataFormat
{
    /// <summary>Delimited text (comma, semicolon, tab or bar, told by its rows), gzipped or not.</summary>
    public static TableFormat Csv { get; } = new(
        "csv",
        "a .csv, .tsv, .txt or .data file, .gz or not, or a folder with train.csv and test.csv",
        DataOptionUse.Columns | DataOptionUse.HeaderRow | DataOptionUse.Delimited | DataOptionUse.MissingValues | DataOptionUse.Regression | DataOptionUse.Stream,
        Packed(".csv", ".tsv"),
        // Other files of a folder have these endings too, so that they are tables only where they are named themselves.
        Packed(".data", ".txt", ".dat", ".tab"),
        CsvTable.Read,
        CsvTable.FirstRow);

    public static TableFormat Parquet { get; } = new(
        "parquet", "a .parquet file, or a folder with train.parquet and test.parquet", DataOptionUse.Columns | DataOptionUse.MissingValues | DataOptionUse.Regression | DataOptionUse.Stream, [".parquet"], [],
        ParquetTable.Read, ParquetTable.ColumnNames);

    public string Name => name;

    public string Description => description;

    public DataOptionUse Uses => uses;

    public bool Matches(string path) => Find(path) is not null;

    /// <summary>What stands in the first row of the training part.</summary>
    public IReadOnlyList<string> ColumnNames(string path) => firstRow(Stream(path, Find(path)!.Value.Train));

    public TrainingData Load(string path, DataOptions options)
    {
        (string train, string? validation) = Find(path)
            ?? throw new DataFormatException(DataErrors.Missing, path, $"has no table: give a file that ends in {string.Join(", ", endings)}.");
        ColumnTable learnt = read(Stream(path, train), options, null);
        ColumnTable? held = validation is null ? null : read(Stream(path, validation), options, learnt);
        string file = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        string? ending = endings.Concat(fileEndings).FirstOrDefault(ending => file.Length > ending.Length && file.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
        return TablePreparation.Prepare(ending is null ? file : file[..^ending.Length], path, learnt, held, options);
    }

    private static DataStream Stream(string path, string file) => Directory.Exists(path) ? new FolderLinks(path).Open(file) : DataStream.File(file);

    private static string[] Packed(params string[] endings) => [.. Packing.Endings.SelectMany(packed => endings.Select(ending => ending + packed))];

    private (string Train, string? Validation)? Find(string path)
    {
        if (File.Exists(path))
            return endings.Concat(fileEndings).Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) ? (path, null) : null;
        return Directory.Exists(path) && Named(PartNames.Training) is { } train ? (train, Named(PartNames.Validation)) : null;

        string? Named(string[] names) => names
            .SelectMany(name => endings.Select(ending => Path.Combine(path, name + ending)))
            .FirstOrDefault(File.Exists);
    }
}
