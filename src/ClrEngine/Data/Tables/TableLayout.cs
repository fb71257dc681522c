using System.Globalization;

namespace ClrEngine.Data.Tables;

/// <summary>What each column of a table is for, decided by the columns' names and the options.</summary>
/// <param name="Names">The names of all columns; one without a name is named by its number.</param>
/// <param name="Label">The number of the column to predict.</param>
/// <param name="Features">The numbers of the columns to learn from, rising.</param>
internal sealed record TableLayout(string[] Names, int Label, int[] Features)
{
    /// <summary>Decides.</summary>
    /// <exception cref="DataFormatException">There are too many columns or none to learn from, or a column that was named is not there.</exception>
    public static TableLayout Decide(string path, string[] names, DataOptions options)
    {
        if (names.Length > TableLimits.Columns)
            throw new DataFormatException(DataErrors.TooLarge, path, $"has {names.Length} columns, at most {TableLimits.Columns} can be read: check its delimiter and line ends, or split it.");
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
        return new TableLayout(names, label, features);
    }

    /// <summary>Checks that the table of a validation part has the columns of the training part.</summary>
    /// <exception cref="DataFormatException">A column is missing, or has another name.</exception>
    public void CheckAgainst(ColumnTable training, string path)
    {
        string[] wanted = [.. training.Features.Select(static column => column.Name), training.Label.Name];
        string[] found = [.. Features.Select(i => Names[i]), Names[Label]];
        if (!wanted.SequenceEqual(found))
            throw new DataFormatException(
                DataErrors.ShapeMismatch, path, $"has the columns {string.Join(", ", found.Except(wanted).Take(5))} where {training.Path} has {string.Join(", ", wanted.Except(found).Take(5))}: give both parts the same columns in the same order.");
    }

    private static int Find(string path, string[] names, string wanted, string parameter)
    {
        int[] named = [.. Places(names, wanted, StringComparison.Ordinal)];
        if (named.Length == 0) named = [.. Places(names, wanted, StringComparison.OrdinalIgnoreCase)];
        if (named.Length > 1)
            throw new DataFormatException(DataErrors.Column, path, $"has {named.Length} columns '{wanted}': give -{parameter} a column's number, from 0.");
        if (named.Length == 1) return named[0];
        if (int.TryParse(wanted, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            && number >= -names.Length && number < names.Length)
            return number < 0 ? names.Length + number : number;
        throw new DataFormatException(
            DataErrors.Column, path, $"has no column '{wanted}': give -{parameter} one of {string.Join(", ", names.Take(20))}{(names.Length > 20 ? ", …" : "")}, or a number from 0 to {names.Length - 1}.");
    }

    private static IEnumerable<int> Places(string[] names, string wanted, StringComparison comparison) =>
        Enumerable.Range(0, names.Length).Where(i => string.Equals(names[i], wanted, comparison));
}

/// <summary>Finds the tables that a path means: one file, or a folder with one file for each part.</summary>
internal static class TableFiles
{
    /// <summary>The tables; null where the path means none.</summary>
    /// <param name="path">A file or a folder.</param>
    /// <param name="endings">The endings of the format's file names, with their points.</param>
    public static (string Train, string? Validation)? Find(string path, string[] endings)
    {
        if (File.Exists(path))
            return endings.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) ? (path, null) : null;
        return Directory.Exists(path) && Named(PartNames.Training) is { } train ? (train, Named(PartNames.Validation)) : null;

        string? Named(string[] names) => names
            .SelectMany(name => endings.Select(ending => Path.Combine(path, name + ending)))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>A data set's name: the folder's, or the file's up to its first ending.</summary>
    public static string Name(string path, string[] endings)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        string? ending = endings.FirstOrDefault(ending => name.Length > ending.Length && name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
        return ending is null ? name : name[..^ending.Length];
    }
}
