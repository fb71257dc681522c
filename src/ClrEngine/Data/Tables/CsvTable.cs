namespace ClrEngine.Data.Tables;

/// <summary>Reads a delimited text in two passes: the first finds the columns' kinds and the number of rows, the second fills arrays of exactly that size.</summary>
internal static class CsvTable
{
    /// <summary>Reads a table; where there is a training part, the columns and their kinds must be the same.</summary>
    /// <exception cref="DataFormatException">The text is no table that can be learnt from.</exception>
    public static ColumnTable Read(DataStream source, DataOptions options, ColumnTable? training = null)
    {
        (TableLayout layout, bool hasHeader, bool[] isNumber, int count) = Survey(source, options, training);
        ColumnTable table = layout.MakeTable(source.Path, count, training, (place, same) => same is null ? !isNumber[place] : same is TextColumn);
        using var rows = new CsvRows(source);
        if (hasHeader) rows.Next();
        for (int row = 0; row < count; row++)
        {
            if (!rows.Next())
                throw new DataFormatException(DataErrors.Truncated, source.Path, $"had {count} rows of data a moment ago and has {row} now: leave it unchanged while it is read.");
            rows.CheckCount(layout.Names.Length, row + 1);
            for (int i = 0; i < layout.Features.Length; i++) table.Features[i].Set(row, rows[layout.Features[i]]);
            table.Label.Set(row, rows[layout.Label]);
        }

        return table;
    }

    // Reads the text once and keeps what it found: which of the used columns hold numbers alone, and how many rows of data there are.
    private static (TableLayout Layout, bool HasHeader, bool[] IsNumber, int Rows) Survey(DataStream source, DataOptions options, ColumnTable? training)
    {
        using var rows = new CsvRows(source);
        if (!rows.Next())
            throw new DataFormatException(DataErrors.Empty, source.Path, "has no row: give a table with a header and data.");
        int fields = rows.FieldCount;
        bool hasHeader = options.HeaderRow == HeaderRow.Present || (options.HeaderRow == HeaderRow.Auto && !Enumerable.Range(0, fields).Any(i => NumberColumn.TryParse(rows[i], out _)));
        string[] names = [.. Enumerable.Range(0, fields).Select(i => hasHeader ? rows[i].ToString() : i.ToString(CultureInfo.InvariantCulture))];
        TableLayout layout = TableLayout.Decide(source.Path, names, options, training);

        int[] used = [.. layout.Features, layout.Label];
        var isNumber = new bool[fields];
        foreach (int column in used) isNumber[column] = true;
        int count = 0;
        for (bool more = !hasHeader || rows.Next(); more; more = rows.Next())
        {
            rows.CheckCount(fields, ++count);
            foreach (int column in used)
            {
                if (TableColumn.IsMissing(rows[column])) throw TableColumn.Missing(source.Path, layout.Names[column], count - 1, rows[column]);
                isNumber[column] &= NumberColumn.TryParse(rows[column], out _);
            }

            layout.CheckSize(source.Path, count);
        }

        return count > 0
            ? (layout, hasHeader, isNumber, count)
            : throw new DataFormatException(DataErrors.Empty, source.Path, "has a header but no row of data: give at least two rows.");
    }
}
