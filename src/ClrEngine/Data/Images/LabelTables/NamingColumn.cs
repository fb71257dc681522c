using ClrEngine.Data.Tables;

namespace ClrEngine.Data.Images.LabelTables;

/// <summary>The column of a table that names images.</summary>
internal static class NamingColumn
{
    private static readonly string[] FileNames = ["filename", "filenames", "file", "files", "filepath", "image", "images", "imageid", "imagename", "imagefile", "imagepath", "imgname", "imgpath", "img", "path", "paths"];
    private static readonly string[] Counting = ["index", "row", "rowid", "rownum", "rownumber"];

    /// <summary>The column and the strictest way in which at least half of the rows call images, or half of the images are called; null where there is none.</summary>
    /// <exception cref="DataFormatException">Two columns may be meant.</exception>
    public static (int Column, ImageKeys Keys)? Find(string table, List<string[]> rows, int[] columns, Func<int, bool> isLabel, ImageEntry[] images)
    {
        string[] first = rows[0];
        ImageKeys[] ways = [.. ImageKeys.All(images, Path.GetDirectoryName(Path.GetFullPath(table))!)];
        var found = new List<(int Column, ImageKeys Keys)>();
        foreach (int column in columns.Where(column => columns.Length == 2 || !IsIndex(rows, column)))
        {
            if (Array.Find(ways, way => rows.Count(row => column < row.Length && way.Calls(row[column])) is var count and > 0 && (count >= rows.Count / 2 || count >= images.Length / 2)) is { } keys)
                found.Add((column, keys));
        }

        // Where images are called by numbers, so may be their classes, and where files are named, other numbers are none.
        Prefer(choice => !isLabel(choice.Column));
        if (columns.FirstOrDefault(column => HasEndings(rows, column), -1) is var files and >= 0 && !found.Exists(choice => choice.Column == files)) found.RemoveAll(choice => !HasEndings(rows, choice.Column));
        Prefer(choice => IsOfFiles(first, choice.Column));
        Prefer(choice => HasEndings(rows, choice.Column));
        Prefer(choice => !IsNamed(first, choice.Column, Counting));
        Prefer(choice => rows.Select(row => choice.Column < row.Length ? row[choice.Column] : "").Distinct().Count() == rows.Count);
        if (found.Count < 2) return found.Count == 0 ? null : found[0];
        if (columns.Length == 2 || found.TrueForAll(choice => rows.TrueForAll(row => Called(row, choice) == Called(row, found[0])))) return found[0];
        throw new DataFormatException(
            DataErrors.Column, table, $"has more than one column that may name the images ({TableNotes.List([.. found.Select(choice => choice.Column < first.Length ? first[choice.Column] : $"{choice.Column}")])}): call the one that does 'filename'.");

        void Prefer(Predicate<(int Column, ImageKeys Keys)> isBetter)
        {
            if (found.Exists(isBetter)) found.RemoveAll(choice => !isBetter(choice));
        }

        static string? Called(string[] row, (int Column, ImageKeys Keys) choice) => choice.Column < row.Length ? choice.Keys.Find(row[choice.Column]) : null;
    }

    /// <summary>The column that would be looked at for names: the first that is no index.</summary>
    public static int Likely(List<string[]> rows) => Enumerable.Range(0, rows[1].Length).FirstOrDefault(column => !IsIndex(rows, column));

    /// <summary>Whether a column has whole numbers and no name, as pandas writes its index.</summary>
    public static bool IsIndex(List<string[]> rows, int column) => column < rows[0].Length && (TableLayout.IsUnnamed(rows[0][column]) || TableLayout.IsPandasIndex(rows[0][column]))
        && rows.Skip(1).All(row => column < row.Length && row[column].All(char.IsAsciiDigit));

    private static bool HasEndings(List<string[]> rows, int column) => rows.Count(row => column < row.Length && ImageKinds.HasEnding(row[column])) >= Math.Max(1, rows.Count / 2);

    private static bool IsOfFiles(string[] header, int column) => IsNamed(header, column, FileNames);

    private static bool IsNamed(string[] header, int column, string[] names) => column < header.Length && names.Contains(TableDoubts.Letters(header[column]), StringComparer.OrdinalIgnoreCase);
}
