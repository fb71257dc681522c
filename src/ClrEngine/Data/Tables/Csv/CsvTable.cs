namespace ClrEngine.Data;

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
            : new CsvTexts(source.Path, layout.Names[column], profile.Rows, training is null ? TableLimits.CategoriesOf(profile.Rows) : TableLimits.Categories))];
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
