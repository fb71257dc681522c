namespace ClrEngine.Data;

/// <summary>A table as delimited text (comma, semicolon, tab or bar, told by its first row), gzipped or not.</summary>
/// <remarks>The last column is predicted unless <see cref="DataOptions.LabelColumn"/> names another. Columns of numbers are scaled, others become one value a category.</remarks>
public sealed class CsvFormat : IDataFormat
{
    private static readonly string[] Endings = [".csv", ".tsv", ".csv.gz", ".tsv.gz"];

    /// <inheritdoc/>
    public string Name => "csv";

    /// <inheritdoc/>
    public string Description => "a .csv or .tsv file, .gz or not, or a folder with train.csv and test.csv";

    /// <inheritdoc/>
    public DataOptionUse Uses => DataOptionUse.Columns | DataOptionUse.HeaderRow | DataOptionUse.Regression;

    /// <inheritdoc/>
    public bool Matches(string path) => TableFiles.Find(path, Endings) is not null;

    /// <inheritdoc/>
    public TrainingData Load(string path, DataOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (string train, string? validation) = TableFiles.Find(path, Endings)
            ?? throw new DataFormatException(DataFault.Missing, path, $"has no table: give a file that ends in {string.Join(", ", Endings)}.");
        ColumnTable learnt = CsvTable.Read(DataStream.File(train), options);
        ColumnTable? held = validation is null ? null : CsvTable.Read(DataStream.File(validation), options, learnt);
        return TablePreparation.Prepare(TableFiles.Name(path, Endings), path, learnt, held, options);
    }
}
