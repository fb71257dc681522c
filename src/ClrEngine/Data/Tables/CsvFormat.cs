using System.Globalization;

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
        CsvProfile profile = CsvProfile.Read(source, options);
        TableLayout layout = profile.Layout;
        if (training is not null) layout.CheckAgainst(training, source.Path);

        int mostTexts = training is null ? TableLimits.CategoriesFor(profile.Rows) : TableLimits.Categories;
        ColumnBuilder[] features = [.. layout.Features.Select((column, i) => Builder(column, training?.Features[i], mostTexts, isLabel: false))];
        ColumnBuilder label = Builder(layout.Label, training?.Label, TableLimits.Classes, isLabel: true);
        Fill(source, profile, features, label);
        return new ColumnTable(source.Path, profile.Rows, [.. features.Select(static column => column.Finish())], label.Finish());

        ColumnBuilder Builder(int column, TableColumn? sameInTraining, int mostTexts, bool isLabel) =>
            (sameInTraining is null ? profile.IsNumber[column] : sameInTraining is not TextColumn)
                ? new NumberColumnBuilder(source.Path, layout.Names[column], profile.Rows, isLabel)
                : new TextColumnBuilder(source.Path, layout.Names[column], profile.Rows, mostTexts);
    }

    private static void Fill(DataStream source, CsvProfile profile, ColumnBuilder[] features, ColumnBuilder label)
    {
        TableLayout layout = profile.Layout;
        using var rows = CsvRows.Open(source);
        if (profile.HasHeader) rows.Next();
        for (int row = 0; row < profile.Rows; row++)
        {
            if (!rows.Next())
                throw new DataFormatException(DataErrors.Truncated, source.Path, $"had {profile.Rows} rows of data a moment ago and has {row} now: leave it unchanged while it is read.");
            rows.CheckCount(layout.Names.Length, row + 1);
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
    public static CsvProfile Read(DataStream source, DataOptions options)
    {
        using var rows = CsvRows.Open(source);
        if (!rows.Next())
            throw new DataFormatException(DataErrors.Empty, source.Path, "has no row: give a table with a header and data.");
        int fields = rows.FieldCount;
        bool hasHeader = options.HeaderRow == HeaderRow.Present || (options.HeaderRow == HeaderRow.Auto && !AnyNumber(rows));
        var names = new string[fields];
        for (int i = 0; i < fields; i++) names[i] = hasHeader ? rows[i].ToString() : i.ToString(CultureInfo.InvariantCulture);
        TableLayout layout = TableLayout.Decide(source.Path, names, options);

        int[] used = [.. layout.Features, layout.Label];
        var isNumber = new bool[fields];
        foreach (int column in used) isNumber[column] = true;
        int count = 0;
        for (bool more = !hasHeader || rows.Next(); more; more = rows.Next())
        {
            count++;
            rows.CheckCount(fields, count);
            foreach (int column in used)
            {
                if (FieldText.IsMissing(rows[column])) throw ColumnBuilder.Missing(source.Path, layout.Names[column], count - 1, rows[column]);
                isNumber[column] &= FieldText.IsNumber(rows[column], out _);
            }

            if ((long)count * used.Length > TableLimits.Cells)
                throw new DataFormatException(DataErrors.TooLarge, source.Path, $"has more than {TableLimits.Cells} values: split it, or leave columns out with -IgnoreColumn.");
        }

        return count > 0
            ? new CsvProfile(layout, hasHeader, isNumber, count)
            : throw new DataFormatException(DataErrors.Empty, source.Path, "has a header but no row of data: give at least two rows.");
    }

    private static bool AnyNumber(CsvRows rows)
    {
        for (int i = 0; i < rows.FieldCount; i++)
        {
            if (FieldText.IsNumber(rows[i], out _)) return true;
        }

        return false;
    }
}
