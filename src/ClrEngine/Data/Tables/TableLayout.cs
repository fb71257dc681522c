namespace ClrEngine.Data.Tables;

/// <summary>What each column of a table is for: the names of all (its number where one has none), and the numbers of the one to predict and of those to learn from.</summary>
internal sealed record TableLayout(string[] Names, int Label, int[] Features)
{
    /// <summary>The most columns, and the most values of one sample after texts have become columns.</summary>
    public const int MostColumns = 32_768;

    // The most different texts of a column to learn from, in any number of rows; and as many as are categories in any number of rows.
    private const int MostCategories = 1_000, FewCategories = 20;

    // The most values in all.
    private const long MostCells = int.MaxValue;

    /// <summary>Decides; the table of a validation part must have the columns of the training part.</summary>
    /// <exception cref="DataFormatException">There are too many columns or none to learn from, or a column is not there.</exception>
    public static TableLayout Decide(string path, string[] names, DataOptions options, ColumnTable? training)
    {
        if (names.Length > MostColumns)
            throw new DataFormatException(DataErrors.TooLarge, path, $"has {names.Length} columns, at most {MostColumns} can be read: check its delimiter and line ends, or split it.");
        names = [.. names.Select(static (name, i) => string.IsNullOrWhiteSpace(name) ? i.ToString(CultureInfo.InvariantCulture) : name.Trim())];
        int label = Find(path, names, options.LabelColumn ?? "-1", "LabelColumn");
        var left = new bool[names.Length];
        foreach (string ignored in options.IgnoreColumns) left[Find(path, names, ignored, "IgnoreColumn")] = true;
        if (left[label])
            throw new DataFormatException(DataErrors.Column, path, $"cannot predict its column '{names[label]}', which is to be ignored: name another with -LabelColumn.");
        left[label] = true;
        int[] features = [.. Enumerable.Range(0, names.Length).Where(i => !left[i])];
        if (features.Length == 0)
            throw new DataFormatException(DataErrors.Empty, path, $"has no column to learn from beside '{names[label]}': check its delimiter, and which columns are ignored.");

        string[] wanted = training is null ? [] : [.. training.Features.Append(training.Label).Select(static column => column.Name)];
        string[] found = [.. features.Append(label).Select(i => names[i])];
        return training is null || wanted.SequenceEqual(found) ? new TableLayout(names, label, features) : throw new DataFormatException(
            DataErrors.ShapeMismatch, path, $"has the columns {string.Join(", ", found.Except(wanted).Take(5))} where {training.Path} has {string.Join(", ", wanted.Except(found).Take(5))}: give both parts the same columns in the same order.");
    }

    /// <summary>Refuses a table of too many values.</summary>
    public void CheckSize(string path, long rows)
    {
        if (rows * (Features.Length + 1) > MostCells)
            throw new DataFormatException(DataErrors.TooLarge, path, $"has more than {MostCells} values: split it, or leave columns out with -IgnoreColumn.");
    }

    /// <summary>Makes the columns that are used, and fills each as soon as it is made; whether it holds texts is told by its number and the same column of the training part.</summary>
    public ColumnTable MakeTable(string path, int rows, ColumnTable? training, Func<int, TableColumn?, bool> isText, Action<int, TableColumn>? fill = null)
    {
        // Where most rows have a text of their own, they are names, not categories.
        int mostTexts = training is null ? Math.Clamp(rows / 2, FewCategories, MostCategories) : MostCategories;
        TableColumn[] features = [.. Features.Select((place, i) => Make(place, training?.Features[i], isLabel: false))];
        return new ColumnTable(path, rows, features, Make(Label, training?.Label, isLabel: true));

        TableColumn Make(int place, TableColumn? sameInTraining, bool isLabel)
        {
            TableColumn column = isText(place, sameInTraining)
                ? new TextColumn(path, Names[place], rows, isLabel ? TableTargets.MostClasses : mostTexts)
                : new NumberColumn(path, Names[place], rows, isLabel);
            fill?.Invoke(place, column);
            return column;
        }
    }

    private static int Find(string path, string[] names, string wanted, string parameter)
    {
        int[] named = Places(StringComparison.Ordinal);
        if (named.Length == 0) named = Places(StringComparison.OrdinalIgnoreCase);
        if (named.Length > 1)
            throw new DataFormatException(DataErrors.Column, path, $"has {named.Length} columns '{wanted}': give -{parameter} a column's number, from 0.");
        if (named.Length == 1) return named[0];
        if (int.TryParse(wanted, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            && number >= -names.Length && number < names.Length)
            return number < 0 ? names.Length + number : number;
        throw new DataFormatException(
            DataErrors.Column, path, $"has no column '{wanted}': give -{parameter} one of {string.Join(", ", names.Take(20))}{(names.Length > 20 ? ", …" : "")}, or a number from 0 to {names.Length - 1}.");

        int[] Places(StringComparison comparison) => [.. Enumerable.Range(0, names.Length).Where(i => string.Equals(names[i], wanted, comparison))];
    }
}
