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
        ParquetFile file = ParquetFile.Open(source);
        TableLayout layout = TableLayout.Decide(source.Path, [.. file.Columns.Select(static column => column.Name)], options);
        if (training is not null) layout.CheckAgainst(training, source.Path);
        if ((long)file.Rows * (layout.Features.Length + 1) > TableLimits.Cells)
            throw new DataFormatException(DataFault.TooLarge, source.Path, $"has more than {TableLimits.Cells} values: split it, or leave columns out with -IgnoreColumn.");

        TableColumn[] features = [.. layout.Features.Select((column, i) => ReadFeature(file, file.Columns[column], layout.Names[column], training?.Features[i]))];
        return new ColumnTable(source.Path, file.Rows, features, ReadLabel(file, file.Columns[layout.Label], layout.Names[layout.Label], training?.Label));
    }

    private static TableColumn ReadFeature(ParquetFile file, ParquetColumn column, string name, TableColumn? sameInTraining)
    {
        CheckKind(file, column, name, sameInTraining);
        if (column.IsText) return ReadTexts(file, column, name, sameInTraining is null ? TableLimits.CategoriesFor(file.Rows) : TableLimits.Categories);
        var values = new float[file.Rows];
        ReadNumbers(file, column, name, (row, number) => values[row] = float.IsFinite((float)number)
            ? (float)number
            : throw new DataFormatException(DataFault.Value, file.Path, $"has {number} in data row {row + 1} of its column '{name}', beyond the largest single-precision number: scale the column."));
        return new NumberColumn(name, values);
    }

    private static TableColumn ReadLabel(ParquetFile file, ParquetColumn column, string name, TableColumn? sameInTraining)
    {
        CheckKind(file, column, name, sameInTraining);
        if (column.IsText) return ReadTexts(file, column, name, TableLimits.Classes);
        var values = new double[file.Rows];
        ReadNumbers(file, column, name, (row, number) => values[row] = number);
        return new ExactNumberColumn(name, values);
    }

    private static void ReadNumbers(ParquetFile file, ParquetColumn column, string name, Action<int, double> value) => file.ReadNumbers(column, (row, number) =>
    {
        if (!double.IsFinite(number)) throw file.Missing(row, name, $"{number}");
        value(row, number);
    });

    private static TextColumn ReadTexts(ParquetFile file, ParquetColumn column, string name, int mostTexts)
    {
        var texts = new TextColumnBuilder(file.Path, name, file.Rows, mostTexts);
        file.ReadTexts(column, (row, text) =>
        {
            text = text.Trim();
            if (text.IsEmpty) throw file.Missing(row, name, "");
            if (text.Length > TableLimits.TextLength)
                throw new DataFormatException(DataFault.Categories, file.Path, $"has a text of {text.Length} characters in data row {row + 1} of its column '{name}', at most {TableLimits.TextLength} make a category: leave the column out with -IgnoreColumn.");
            texts.Set(row, text.ToString());
        });
        return texts.Finish();
    }

    private static void CheckKind(ParquetFile file, ParquetColumn column, string name, TableColumn? sameInTraining)
    {
        if (column.Element is null)
            throw new DataFormatException(DataFault.Type, file.Path, $"has neither numbers nor texts in its column '{name}', but dates, nested values or the like: make numbers of them, or leave the column out with -IgnoreColumn.");
        if (sameInTraining is not null && sameInTraining is TextColumn != column.IsText)
            throw new DataFormatException(DataFault.Value, file.Path, $"has {(column.IsText ? "texts" : "numbers")} in its column '{name}', the training part does not: give both parts the same types.");
    }
}
