using System.Globalization;
using ClrEngine.Data;

namespace ClrEngine.Data.Tables;

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
    public TrainingData Load(string path, DataOptions options) => TablePreparation.Load(path, Endings, CsvTable.Read, options);
}

/// <summary>Reads a delimited text in two passes: the first finds the columns' kinds and the number of rows, the second fills arrays of exactly that size.</summary>
internal static class CsvTable
{
    /// <summary>Reads a whole table.</summary>
    /// <param name="source">The text, gzipped or not.</param>
    /// <param name="options">Which column to predict, which to leave out, and whether there is a header.</param>
    /// <param name="training">The training part, where this is the validation part: the columns and their kinds must be the same.</param>
    /// <exception cref="DataFormatException">The text is no table that can be learnt from.</exception>
    public static ColumnTable Read(DataStream source, DataOptions options, ColumnTable? training = null)
    {
        var profile = CsvProfile.Of(source, options);
        TableLayout layout = profile.Layout;
        if (training is not null) layout.CheckAgainst(training, source.Path);

        ICsvColumn[] features = [.. layout.Features.Select((column, i) => IsNumber(column, training?.Features[i])
            ? (ICsvColumn)new CsvNumbers(source.Path, layout.Names[column], profile.Rows)
            : new CsvTexts(source.Path, layout.Names[column], profile.Rows, training is null ? TableLimits.CategoriesFor(profile.Rows) : TableLimits.Categories))];
        ICsvColumn label = IsNumber(layout.Label, training?.Label)
            ? new CsvExactNumbers(source.Path, layout.Names[layout.Label], profile.Rows)
            : new CsvTexts(source.Path, layout.Names[layout.Label], profile.Rows, TableLimits.Classes);
        Fill(source, profile, features, label);
        return new ColumnTable(source.Path, profile.Rows, [.. features.Select(static column => column.Finish())], label.Finish());

        bool IsNumber(int column, TableColumn? sameInTraining) =>
            sameInTraining is null ? profile.IsNumber[column] : sameInTraining is not TextColumn;
    }

    private static void Fill(DataStream source, CsvProfile profile, ICsvColumn[] features, ICsvColumn label)
    {
        TableLayout layout = profile.Layout;
        using var rows = CsvRows.Open(source);
        if (profile.HasHeader) rows.Next();
        for (int row = 0; row < profile.Rows; row++)
        {
            if (!rows.Next())
                throw new DataFormatException(DataFault.Truncated, source.Path, $"had {profile.Rows} rows of data a moment ago and has {row} now: leave it unchanged while it is read.");
            CsvFields.CheckCount(source.Path, rows, layout.Names.Length, row + 1);
            for (int i = 0; i < features.Length; i++) features[i].Set(row, rows[layout.Features[i]]);
            label.Set(row, rows[layout.Label]);
        }
    }
}

/// <summary>What a first reading of a delimited text found: its columns, which of them hold numbers, and how many rows there are.</summary>
/// <param name="Layout">What each column is for.</param>
/// <param name="HasHeader">Whether the first row holds the names.</param>
/// <param name="IsNumber">For each column that is used, whether all its fields are numbers.</param>
/// <param name="Rows">How many rows of data there are.</param>
internal sealed record CsvProfile(TableLayout Layout, bool HasHeader, bool[] IsNumber, int Rows)
{
    /// <summary>Reads a text once and keeps nothing but what it found.</summary>
    /// <exception cref="DataFormatException">The text is no table that can be learnt from.</exception>
    public static CsvProfile Of(DataStream source, DataOptions options)
    {
        using var rows = CsvRows.Open(source);
        if (!rows.Next())
            throw new DataFormatException(DataFault.Empty, source.Path, "has no row: give a table with a header and data.");
        int fields = rows.FieldCount;
        bool hasHeader = options.HeaderRow == HeaderRow.Present || (options.HeaderRow == HeaderRow.Auto && !AnyNumber(rows));
        var names = new string[fields];
        for (int i = 0; i < fields; i++) names[i] = hasHeader ? rows[i].ToString() : i.ToString(CultureInfo.InvariantCulture);
        var layout = TableLayout.Decide(source.Path, names, options);

        int[] used = [.. layout.Features, layout.Label];
        var isNumber = new bool[fields];
        foreach (int column in used) isNumber[column] = true;
        int count = 0;
        for (bool more = !hasHeader || rows.Next(); more; more = rows.Next())
        {
            count++;
            CsvFields.CheckCount(source.Path, rows, fields, count);
            foreach (int column in used) isNumber[column] &= CsvFields.IsNumber(source.Path, rows[column], layout.Names[column], count);
            if ((long)count * used.Length > TableLimits.Cells)
                throw new DataFormatException(DataFault.TooLarge, source.Path, $"has more than {TableLimits.Cells} values: split it, or leave columns out with -IgnoreColumn.");
        }

        return count > 0
            ? new CsvProfile(layout, hasHeader, isNumber, count)
            : throw new DataFormatException(DataFault.Empty, source.Path, "has a header but no row of data: give at least two rows.");
    }

    private static bool AnyNumber(CsvRows rows)
    {
        for (int i = 0; i < rows.FieldCount; i++)
        {
            if (TableValue.IsNumber(rows[i], out _)) return true;
        }

        return false;
    }
}

/// <summary>A column that is being read from text.</summary>
internal interface ICsvColumn
{
    /// <summary>Reads one field.</summary>
    /// <exception cref="DataFormatException">The field has no value, or none of the column's kind.</exception>
    void Set(int row, ReadOnlySpan<char> text);

    /// <summary>The column, after its last row.</summary>
    TableColumn Finish();
}

/// <summary>A column of numbers to learn from that is being read from text.</summary>
internal sealed class CsvNumbers(string path, string name, int rows) : ICsvColumn
{
    private readonly float[] _values = new float[rows];

    public void Set(int row, ReadOnlySpan<char> text) => _values[row] = CsvFields.Feature(path, text, name, row + 1);

    public TableColumn Finish() => new NumberColumn(name, _values);
}

/// <summary>A column of numbers to predict that is being read from text.</summary>
internal sealed class CsvExactNumbers(string path, string name, int rows) : ICsvColumn
{
    private readonly double[] _values = new double[rows];

    public void Set(int row, ReadOnlySpan<char> text) => _values[row] = CsvFields.Number(path, text, name, row + 1);

    public TableColumn Finish() => new ExactNumberColumn(name, _values);
}

/// <summary>A column of texts that is being read from text.</summary>
internal sealed class CsvTexts(string path, string name, int rows, int mostTexts) : ICsvColumn
{
    private readonly TextColumnBuilder _texts = new(path, name, rows, mostTexts);

    public void Set(int row, ReadOnlySpan<char> text) => _texts.Set(row, CsvFields.Text(path, text, name, row + 1).ToString());

    public TableColumn Finish() => _texts.Finish();
}
