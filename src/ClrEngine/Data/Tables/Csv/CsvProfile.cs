using System.Globalization;

namespace ClrEngine.Data;

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
        var layout = TableLayout.Of(source.Path, names, options);

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
