namespace ClrEngine.Data;

/// <summary>A table as a Parquet file, or a folder with one for each part; the rules are those of <see cref="CsvFormat"/>.</summary>
public sealed class ParquetFormat : IDataFormat
{
    private static readonly string[] Endings = [".parquet"];

    /// <inheritdoc/>
    public string Name => "parquet";

    /// <inheritdoc/>
    public string Description => "a .parquet file, or a folder with train.parquet and test.parquet";

    /// <inheritdoc/>
    public DataOptionUse Uses => DataOptionUse.Columns | DataOptionUse.Regression;

    /// <inheritdoc/>
    public bool Matches(string path) => TableFiles.Find(path, Endings) is not null;

    /// <inheritdoc/>
    public TrainingData Load(string path, DataOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (string train, string? validation) = TableFiles.Find(path, Endings)
            ?? throw new DataFormatException(DataFault.Missing, path, $"has no table: give a file that ends in {string.Join(", ", Endings)}.");
        ColumnTable learnt = ParquetTable.Read(DataStream.File(train), options);
        ColumnTable? held = validation is null ? null : ParquetTable.Read(DataStream.File(validation), options, learnt);
        return TablePreparation.Prepare(TableFiles.Name(path, Endings), path, learnt, held, options);
    }
}
