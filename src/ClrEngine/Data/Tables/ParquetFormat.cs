namespace ClrEngine.Data.Tables;

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
    public TrainingData Load(string path, DataOptions options) => TablePreparation.Load(path, Endings, ParquetTable.Read, options);
}

/// <summary>Reads a table from a Parquet file: only the columns that are used, a group of rows at a time.</summary>
internal static class ParquetTable
{
    /// <summary>Reads a whole table.</summary>
    /// <param name="source">The file.</param>
    /// <param name="options">Which column to predict, and which to leave out.</param>
    /// <param name="training">The training part, where this is the validation part: the columns and their kinds must be the same.</param>
    /// <exception cref="DataFormatException">The file is damaged, or no table that can be learnt from.</exception>
    public static ColumnTable Read(DataStream source, DataOptions options, ColumnTable? training = null)
    {
        using ParquetFile file = ParquetFile.Open(source);
        TableLayout layout = TableLayout.Decide(source.Path, [.. file.Columns.Select(static column => column.Name)], options);
        if (training is not null) layout.CheckAgainst(training, source.Path);
        if ((long)file.Rows * (layout.Features.Length + 1) > TableLimits.Cells)
            throw new DataFormatException(DataErrors.TooLarge, source.Path, $"has more than {TableLimits.Cells} values: split it, or leave columns out with -IgnoreColumn.");

        int mostTexts = training is null ? TableLimits.CategoriesFor(file.Rows) : TableLimits.Categories;
        TableColumn[] features = [.. layout.Features.Select((column, i) => Read(column, training?.Features[i], mostTexts, isLabel: false))];
        return new ColumnTable(source.Path, file.Rows, features, Read(layout.Label, training?.Label, TableLimits.Classes, isLabel: true));

        TableColumn Read(int place, TableColumn? sameInTraining, int mostTexts, bool isLabel)
        {
            (ParquetColumn column, string name) = (file.Columns[place], layout.Names[place]);
            CheckKind(file, column, name, sameInTraining);
            if (column.IsText)
            {
                var texts = new TextColumnBuilder(file.Path, name, file.Rows, mostTexts);
                file.ReadTexts(column, (row, text) => texts.Set(row, text.Span.Trim() is { IsEmpty: false } value ? value : throw ColumnBuilder.Missing(file.Path, name, row, "")));
                return texts.Finish();
            }

            var numbers = new NumberColumnBuilder(file.Path, name, file.Rows, isLabel);
            file.ReadNumbers(column, numbers.Set);
            return numbers.Finish();
        }
    }

    private static void CheckKind(ParquetFile file, ParquetColumn column, string name, TableColumn? sameInTraining)
    {
        if (column.Element is null)
            throw new DataFormatException(DataErrors.Type, file.Path, $"has neither numbers nor texts in its column '{name}', but dates, nested values or the like: make numbers of them, or leave the column out with -IgnoreColumn.");
        if (sameInTraining is not null && sameInTraining is TextColumn != column.IsText)
            throw new DataFormatException(DataErrors.Value, file.Path, $"has {(column.IsText ? "texts" : "numbers")} in its column '{name}', the training part does not: give both parts the same types.");
    }
}
