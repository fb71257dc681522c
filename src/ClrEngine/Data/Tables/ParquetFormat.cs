using ClrEngine.Data;
using Parquet.Schema;
using Parquet;

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
        var file = ParquetFile.Open(source);
        var layout = TableLayout.Of(source.Path, [.. file.Columns.Select(static column => column.Name)], options);
        if (training is not null) layout.CheckAgainst(training, source.Path);
        if ((long)file.Rows * (layout.Features.Length + 1) > TableLimits.Cells)
            throw new DataFormatException(DataFault.TooLarge, source.Path, $"has more than {TableLimits.Cells} values: split it, or leave columns out with -IgnoreColumn.");

        TableColumn[] features = [.. layout.Features.Select((column, i) => Feature(file, column, layout.Names[column], training?.Features[i]))];
        return new ColumnTable(source.Path, file.Rows, features, Label(file, layout.Label, layout.Names[layout.Label], training?.Label));
    }

    /// <summary>A value is missing; the row is counted from 0.</summary>
    public static DataFormatException Missing(string path, int row, string name, string shown) => new(
        DataFault.MissingValue, path, $"has no value ('{shown}') in data row {row + 1} of its column '{name}': fill it in, remove the row, or leave the column out with -IgnoreColumn.");

    private static TableColumn Feature(ParquetFile file, int column, string name, TableColumn? sameInTraining)
    {
        CheckKind(file, column, name, sameInTraining);
        if (file.Columns[column].Type == ParquetType.Text) return Texts(file, column, name, sameInTraining is null ? TableLimits.CategoriesOf(file.Rows) : TableLimits.Categories);
        var values = new float[file.Rows];
        Each(file, column, name, (row, number, _) => values[row] = float.IsFinite((float)number)
            ? (float)number
            : throw new DataFormatException(DataFault.Value, file.Path, $"has {number} in data row {row + 1} of its column '{name}', beyond the largest single-precision number: scale the column."));
        return new NumberColumn(name, values);
    }

    private static TableColumn Label(ParquetFile file, int column, string name, TableColumn? sameInTraining)
    {
        CheckKind(file, column, name, sameInTraining);
        if (file.Columns[column].Type == ParquetType.Text) return Texts(file, column, name, TableLimits.Classes);
        var values = new double[file.Rows];
        Each(file, column, name, (row, number, _) => values[row] = number);
        return new ExactNumberColumn(name, values);
    }

    private static TextColumn Texts(ParquetFile file, int column, string name, int mostTexts)
    {
        var texts = new TextColumnBuilder(file.Path, name, file.Rows, mostTexts);
        Each(file, column, name, (row, _, text) => texts.Set(row, text.Length <= TableLimits.TextLength
            ? text
            : throw new DataFormatException(DataFault.Categories, file.Path, $"has a text of {text.Length} characters in data row {row + 1} of its column '{name}', at most {TableLimits.TextLength} make a category: leave the column out with -IgnoreColumn.")));
        return texts.Finish();
    }

    private static void CheckKind(ParquetFile file, int column, string name, TableColumn? sameInTraining)
    {
        ParquetType type = file.Columns[column].Type;
        if (type == ParquetType.Other)
            throw new DataFormatException(DataFault.Type, file.Path, $"has neither numbers nor texts in its column '{name}', but dates, nested values or the like: make numbers of them, or leave the column out with -IgnoreColumn.");
        if (sameInTraining is not null && sameInTraining is TextColumn != (type == ParquetType.Text))
            throw new DataFormatException(DataFault.Value, file.Path, $"has {(type == ParquetType.Text ? "texts" : "numbers")} in its column '{name}', the training part does not: give both parts the same types.");
    }

    private static void Each(ParquetFile file, int column, string name, Action<int, double, string> value)
    {
        int firstRow = 0;
        foreach (ParquetChunk[] group in file.Groups)
        {
            ParquetValues.Read(file, file.Columns[column], group[column], firstRow, (row, number, text) =>
            {
                row += firstRow;
                string trimmed = text.Trim();
                if (file.Columns[column].Type == ParquetType.Text ? trimmed.Length == 0 : !double.IsFinite(number))
                    throw Missing(file.Path, row, name, trimmed.Length == 0 && double.IsFinite(number) ? "" : $"{number}");
                value(row, number, trimmed);
            });
            firstRow += group[column].Values;
        }
    }
}

/// <summary>Decodes one chunk: the numbers or the texts of one column in one group of rows.</summary>
internal static class ParquetValues
{
    /// <summary>Passes on each value with its row in the group: a number, or a text.</summary>
    /// <exception cref="DataFormatException">The chunk is damaged, or of a kind that is not read, or a value is missing.</exception>
    public static void Read(ParquetFile file, ParquetColumn column, ParquetChunk chunk, int firstRow, Action<int, double, string> value)
    {
        try
        {
            using MemoryStream one = ParquetPages.Extract(file, column, chunk, firstRow);
            ReadAsync(one, column, value).GetAwaiter().GetResult();
        }
        catch (Exception error) when (error is InvalidDataException or IOException or ParquetException or ArgumentException or InvalidOperationException
            or IndexOutOfRangeException or NullReferenceException or ArithmeticException or NotSupportedException)
        {
            throw new DataFormatException(DataFault.Compression, file.Path, $"is damaged, or of a kind that is not read, in its column '{column.Name}' ({error.Message.TrimEnd('.')}): write or fetch it again.", error);
        }
    }

    private static async Task ReadAsync(Stream one, ParquetColumn column, Action<int, double, string> value)
    {
        await using ParquetReader reader = await ParquetReader.CreateAsync(one).ConfigureAwait(false);
        using ParquetRowGroupReader group = reader.OpenRowGroupReader(0);
        DataField field = reader.Schema.GetDataFields()[0];
        int rows = checked((int)group.RowCount);
        double scale = Math.Pow(10, column.Scale);
        switch (column.Type)
        {
            case ParquetType.Boolean:
                await EachAsync<bool>(static flag => flag ? 1 : 0).ConfigureAwait(false);
                break;
            case ParquetType.Int32:
                await EachAsync<int>(number => (column.IsUnsigned ? (double)(uint)number : number) / scale).ConfigureAwait(false);
                break;
            case ParquetType.Int64:
                await EachAsync<long>(number => (column.IsUnsigned ? (double)(ulong)number : number) / scale).ConfigureAwait(false);
                break;
            case ParquetType.Float:
                await EachAsync<float>(static number => number).ConfigureAwait(false);
                break;
            case ParquetType.Double:
                await EachAsync<double>(static number => number).ConfigureAwait(false);
                break;
            default:
                var texts = new string?[rows];
                await group.ReadAsync(field, texts.AsMemory()).ConfigureAwait(false);
                for (int row = 0; row < rows; row++) value(row, 0, texts[row] ?? "");
                break;
        }

        async Task EachAsync<T>(Func<T, double> number) where T : struct
        {
            var values = new T[rows];
            await group.ReadAsync<T>(field, values.AsMemory()).ConfigureAwait(false);
            for (int row = 0; row < rows; row++) value(row, number(values[row]), "");
        }
    }
}
