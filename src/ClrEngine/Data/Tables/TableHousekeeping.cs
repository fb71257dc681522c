namespace ClrEngine.Data.Tables;

/// <summary>What people and programs keep in a table beside what was measured: identities, days, parts of a split, sums, numbers for nothing.</summary>
internal static class TableHousekeeping
{
    // In fewer rows a value may count them, or be another in each, by chance.
    private const int FewestCounted = 5, FewestIdentities = 50;

    // What a column that names parts has at most; how often a number for nothing stands there that others may be near to.
    private const int MostParts = 20, FewestFillers = 3;

    // Of fewer different numbers each may be a day by chance, and of fewer columns a row their sum.
    private const int FewestDays = 3, FewestSums = 2;

    // So many of the first rows tell whether a column names the rows: each number of them is held.
    public const int MostCounted = 1 << 20;

    private const double Rounding = 1e-9;

    // From two digits on a row of nines may be no measurement: of two it comes more often, and lies farther off; no sensor reaches the last.
    private const double SmallNines = 99, Nines = 999, FarOfSmall = 3, LeastFiller = 1e20;

    private static readonly string[] Parts =
        ["fold", "folds", "kfold", "cvfold", "split", "partition", "subset", "set", "istrain", "istraining", "istest", "isval", "isvalid", "isvalidation", "intrain", "traintest", "trainval"];

    private static readonly string[] Identities = ["id", "ids", "uuid", "guid", "uid", "identifier", "rowid", "rownum", "rownumber", "index", "phone", "phonenumber", "ssn", "account", "accountnumber", "ticketnumber"];

    // What instruments and formats write where nothing was measured.
    private static readonly double[] Fillers = [-200, -999.25, 32_767, -32_768, 65_535, int.MinValue, int.MaxValue];

    /// <summary>Says what stands there, of the part that is learnt from.</summary>
    public static void Note(ColumnTable table, Targets targets)
    {
        foreach (NumberColumn column in table.Features.Append(table.Label).OfType<NumberColumn>().Where(column => column != table.Label || targets is ValueTargets))
        {
            ReadStop.Check();
            NoteFillers(table, column);
            if (column != table.Label) NoteDays(table, column);
        }

        NoteParts(table);
        NoteIdentities(table);
        NoteSums(table);
    }

    /// <summary>Says which parts of a split a column names, by its name or its words; null where it does not.</summary>
    public static string? PartsIn(string name, string[] values)
    {
        bool areParts = values.All(static text => PartNames.Training.Concat(PartNames.Validation).Contains(text, StringComparer.OrdinalIgnoreCase));
        return values.Length > 1 && (areParts || (IsOfParts(name) && values.Length <= MostParts)) ? $"'{name}' {(areParts ? "names" : "may name")} the parts of a split ({TableNotes.List(values)})" : null;
    }

    private static bool IsOfParts(string name) => Parts.Contains(TableDoubts.Letters(name));

    // A split that is not the one in force, by its name or its words.
    private static void NoteParts(ColumnTable table)
    {
        foreach (TableColumn column in table.Features)
        {
            string[] values = column switch
            {
                TextColumn texts => [.. texts.Texts],
                NumberColumn numbers when IsOfParts(column.Name) => [.. numbers.Values.Distinct().Take(MostParts + 1).Order().Select(static value => value.ToString(CultureInfo.InvariantCulture))],
                _ => [],
            };
            if (PartsIn(column.Name, values) is { } what)
                table.Notes.Warn($"its column {what}, and is learnt from like any other, while rows are held out anew: write each part to a file of its own, train.csv and test.csv, or leave the column out with -IgnoreColumn");
        }
    }

    // A number of its own for each row, by its name or as the first of the columns.
    private static void NoteIdentities(ColumnTable table)
    {
        string[] counting = [.. table.Features.OfType<NumberColumn>().Where(static column => column.CountsRows).Select(static column => column.Name)];
        if (counting.Length > 0 && table.Rows >= FewestCounted)
            table.Notes.Warn($"the column {TableNotes.List(counting)} counts the rows, and is learnt from; leave it out with -IgnoreColumn if it is no measurement");
        string[] identities = table.Rows < FewestCounted ? [] :
        [
            .. table.Features.OfType<NumberColumn>().Where(column => column.IsWhole && !counting.Contains(column.Name) && (IsIdentity(column.Name)
                ? column.Values.Take(MostCounted).Distinct().Count() > Math.Min(table.Rows, MostCounted) / 2
                : column == table.Features[0] && table.Rows >= FewestIdentities && TableDoubts.IsUnnamed(table) && TableDoubts.IsDistinct(column))).Select(static column => column.Name),
        ];
        if (identities.Length > 0)
            table.Notes.Warn($"the column {TableNotes.List(identities)} has another whole number in each row or nearly so, as what names the rows does, and is learnt from; leave it out with -IgnoreColumn if it is no measurement");

        static bool IsIdentity(string name) => Identities.Contains(TableDoubts.Letters(name)) || (TableDoubts.Word().Matches(name) is [.., var last] && last.Value is "id" or "ID" or "Id");
    }

    // Far from all others, and a number that nobody measures.
    private static void NoteFillers(ColumnTable table, NumberColumn column)
    {
        if (column.Values.Count == 0) return;
        (double lowest, double highest) = (column.Values.Min(), column.Values.Max());
        foreach (double filler in new[] { lowest, highest }.Distinct().Where(IsFiller))
        {
            double[] others = [.. column.Values.Where(value => value != filler && !IsFiller(value))];
            int count = column.Values.Count(value => value == filler);
            if (others.Length == 0 || count < (Math.Abs(filler) < Nines ? FewestFillers : 1)) continue;
            (double from, double to) = (others.Min(), others.Max());
            if (from == to || Math.Max(from - filler, filler - to) <= (to - from) * (filler is > 0 and < Nines ? FarOfSmall : 1)) continue;
            table.Notes.Warn(string.Create(CultureInfo.InvariantCulture, $"its column '{column.Name}' has {filler} in {count} of {column.Values.Count} rows, first in data row {column.Values.TakeWhile(value => value != filler).Count() + 1}, far from all others ({from} to {to}), and it is learnt like any other: mend the value, remove those rows, or leave the column out with -IgnoreColumn if it stands for a missing value"));
        }

        static bool IsFiller(double value) => Fillers.Contains(value) || (Math.Abs(value) is >= SmallNines and < 1e9 && Math.Abs(value).ToString(CultureInfo.InvariantCulture).All(static c => c is '9' or '.')) || Math.Abs(value) >= LeastFiller;
    }

    // Days, months or moments that are written as one number.
    private static void NoteDays(ColumnTable table, NumberColumn column)
    {
        if (column.Values.Count == 0 || column.Values[0] < 190_001 || !column.Values.All(IsDay) || column.Values.Distinct().Take(FewestDays).Count() < FewestDays) return;
        table.Notes.Warn($"its column '{column.Name}' has numbers that are all days or months, such as {column.Values[0].ToString("F0", CultureInfo.InvariantCulture)} in data row 1, and is learnt from as numbers, in which the last of a month and the next one's first are far apart: write days since a first one, or leave the column out with -IgnoreColumn");

        static bool IsDay(double value)
        {
            string digits = value.ToString("F0", CultureInfo.InvariantCulture);
            string? format = digits.Length switch { 6 => "yyyyMM", 8 => "yyyyMMdd", 12 => "yyyyMMddHHmm", 14 => "yyyyMMddHHmmss", _ => null };
            return format is not null && value == Math.Floor(value) && DateTime.TryParseExact(digits, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime day) && day.Year is >= 1900 and <= 2100;
        }
    }

    // A row of sums or means over all others, which no word beside it tells.
    private static void NoteSums(ColumnTable table)
    {
        if (table.Rows < FewestCounted || table.Notes.SaysSummary) return;
        NumberColumn[] columns = [.. table.Features.Append(table.Label).OfType<NumberColumn>()];
        foreach (int row in new[] { table.Rows - 1, 0 })
        {
            int summed = 0, meant = 0, looked = 0;
            foreach (IReadOnlyList<double> values in columns.Select(static column => column.Values))
            {
                ReadStop.Check();
                double value = values[row], others = values.Sum() - value, size = values.Sum(Math.Abs);
                // Of a column of few numbers beside zeros, one may be the sum by chance.
                if (values.Count(static other => other != 0) <= FewestFillers || values.All(other => other == value)) continue;
                looked++;
                if (value != 0 && Math.Abs(others - value) <= Rounding * size) summed++;
                if (Math.Abs((others / (values.Count - 1)) - value) <= Rounding * size / values.Count) meant++;
            }

            int most = Math.Max(summed, meant);
            if (most < FewestSums || most * 2 < looked) continue;
            table.Notes.Warn($"its data row {row + 1} of {table.Rows} holds the {(summed >= meant ? "sum" : "mean")} of all others in {most} columns, and is taken for a sample: remove the row");
        }
    }
}
