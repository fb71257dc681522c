using ClrEngine.Data.Tables;
using ClrEngine.Data.Tables.Csv;

namespace ClrEngine.Data.Images;

/// <summary>A table beside images that gives a label for each file name.</summary>
/// <param name="Table">The table's path.</param>
/// <param name="ByImage">The label of each image, by the image's path.</param>
/// <param name="Unknown">Names in the table that no image has.</param>
/// <param name="Column">The name of the column of labels; null where it has none.</param>
/// <param name="Split">What is said of a column that names the parts of a split; null where there is none.</param>
internal sealed record ImageLabels(string Table, IReadOnlyDictionary<string, string> ByImage, IReadOnlyList<string> Unknown, string? Column, string? Split)
{
    /// <summary>What is said of another table that labels an image otherwise; null where there is none.</summary>
    public string? Other { get; init; }

    // So many different words of a column are looked at.
    private const int LargestTable = 1 << 26, MostColumns = 64, MostWords = 32;
    private static readonly string[] Endings = [".csv", ".tsv", ".txt"];
    private static readonly string[] LabelNames = ["label", "labels", "class", "classes", "target", "targets", "y", "category", "class_name", "classname", "label_name", "class_id", "label_id"];

    /// <summary>The texts in a folder that may be tables of labels, those for training first; those for validation alone where asked.</summary>
    public static IEnumerable<string> Candidates(string folder, bool validation) => Directory.EnumerateFiles(folder)
        .Where(static file => Endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase) && !ImageTree.IsHousekeeping(Path.GetFileName(file)))
        .Where(file => IsFor(file, PartNames.Validation) == validation)
        .OrderByDescending(static file => IsFor(file, PartNames.Training)).ThenBy(static file => file, StringComparer.Ordinal);

    /// <summary>Reads a table; null where it does not name images, or says nothing else of them.</summary>
    /// <param name="table">The table's path.</param>
    /// <param name="images">The images.</param>
    /// <param name="labelColumn">The column of labels; null where it is to be found.</param>
    /// <param name="doubts">Takes why a table that may be meant for labels is none.</param>
    /// <exception cref="DataFormatException">It names images, and their labels cannot be told.</exception>
    public static ImageLabels? Read(string table, ImageEntry[] images, string? labelColumn, List<TableDoubt> doubts)
    {
        List<string[]> rows = Rows(table);
        if (rows.Count == 0) return null;
        int columns = Math.Min(MostColumns, rows.Max(static row => row.Length));
        if (columns < 2) return null;
        bool isNamed = labelColumn is not null || Enumerable.Range(0, rows[0].Length).Any(column => IsLabel(rows[0], column));
        if (Naming(rows, columns, images) is not { } best)
        {
            if (rows.Count > 1) doubts.Add(new TableDoubt($"'{table}' does not name the images: none is called '{rows[1][0]}', with an ending or without", isNamed));
            return null;
        }

        string[]? header = best.Column < rows[0].Length && !best.Keys.Calls(rows[0][best.Column]) ? rows[0] : null;
        bool[] areNumbers = [.. Enumerable.Range(0, columns).Select(column => rows.All(row => column >= row.Length || NumberText.TryParse(row[column], decimalComma: false, out _)))];
        if (LabelColumn(table, header, areNumbers, best.Column, labelColumn) is not { } label)
        {
            if (header is null || OneHot(rows, best.Column) is not { } marks)
            {
                doubts.Add(new TableDoubt($"'{table}' names the images, and which of its columns ({TableNotes.List([.. (header ?? rows[0]).Where((_, i) => i != best.Column)])}) holds their labels is not told: say it with -LabelColumn", isNamed));
                return null;
            }

            for (int i = 1; i < rows.Count; i++) rows[i] = [rows[i][best.Column], header[marks[i]]];
            (best.Column, label, header) = (0, 1, null);
            rows.RemoveAt(0);
        }

        var labels = new Dictionary<string, string>();
        var unknown = new List<string>();
        for (int i = header is null ? 0 : 1; i < rows.Count; i++)
        {
            string[] row = rows[i];
            if (row.Length <= Math.Max(best.Column, label) || row[label].Length == 0)
                throw new DataFormatException(DataErrors.MissingValue, table, $"has no label in row {i + 1}: fill it, or remove the row.");
            if (best.Keys.Several(row[best.Column]) is { } several)
            {
                string what = $"names '{row[best.Column]}' in row {i + 1}, and several images are called so, '{several}' the first: write their folders before the names, or remove the table";
                if (isNamed) throw new DataFormatException(DataErrors.Label, table, $"{what}.");
                doubts.Add(new TableDoubt($"'{table}' {what}", isNamed));
                return null;
            }

            if (best.Keys.Find(row[best.Column]) is not { } image) unknown.Add(row[best.Column]);
            else if (!labels.TryAdd(image, row[label]) && labels[image] != row[label])
                throw new DataFormatException(DataErrors.Label, table, $"gives '{row[best.Column]}' the labels '{labels[image]}' and, in row {i + 1}, '{row[label]}': give each image one label.");
        }

        string? split = header is null ? null : Enumerable.Range(0, Math.Min(columns, header.Length)).Where(column => column != label && column != best.Column)
            .Select(column => TableHousekeeping.PartsIn(header[column], [.. rows.Skip(1).Where(row => column < row.Length).Select(row => row[column]).Distinct().Take(MostWords)])).FirstOrDefault(static what => what is not null);
        return new ImageLabels(table, labels, unknown, label < header?.Length ? header[label] : null, split);
    }

    // The column and the way in which at least half of the rows call images, or half of the images are called; the strictest of these.
    private static (int Column, ImageKeys Keys)? Naming(List<string[]> rows, int columns, ImageEntry[] images)
    {
        foreach (ImageKeys keys in ImageKeys.All(images))
        {
            (int column, int count) = Enumerable.Range(0, columns)
                .Select(column => (column, rows.Count(row => column < row.Length && keys.Calls(row[column]))))
                // Where images are called by numbers, so may be their classes.
                .MaxBy(choice => (choice.Item2 > 0 && !IsLabel(rows[0], choice.column), choice.Item2));
            if (count > 0 && (count >= rows.Count / 2 || count >= images.Length / 2)) return (column, keys);
        }

        return null;
    }

    // The column of each row's single 1 beside 0; null where a row has not.
    private static int[]? OneHot(List<string[]> rows, int files)
    {
        var marks = new int[rows.Count];
        for (int i = 1; i < rows.Count; i++)
        {
            int[] ones = [.. Enumerable.Range(0, rows[i].Length).Where(column => column != files && IsNumber(rows[i][column], 1))];
            if (rows[i].Length != rows[0].Length || ones.Length != 1 || Enumerable.Range(0, rows[i].Length).Any(column => column != files && column != ones[0] && !IsNumber(rows[i][column], 0))) return null;
            marks[i] = ones[0];
        }

        return marks;

        static bool IsNumber(string text, double number) => NumberText.TryParse(text, decimalComma: false, out double value) && value == number;
    }

    // Behind x, y is a place.
    private static bool IsLabel(string[] header, int column) => column < header.Length && LabelNames.Contains(header[column], StringComparer.OrdinalIgnoreCase)
        && !(header[column].Equals("y", StringComparison.OrdinalIgnoreCase) && header.Contains("x", StringComparer.OrdinalIgnoreCase));

    private static bool IsFor(string file, string[] parts) => parts.Any(part => Path.GetFileName(file).StartsWith(part, StringComparison.OrdinalIgnoreCase));

    private static int? LabelColumn(string table, string[]? header, bool[] areNumbers, int files, string? wanted)
    {
        int columns = areNumbers.Length;
        if (wanted is not null)
        {
            int named = header is null ? -1 : Array.FindIndex(header, name => string.Equals(name, wanted, StringComparison.OrdinalIgnoreCase));
            if (named >= 0) return named;
            if (int.TryParse(wanted, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= -columns && number < columns) return number < 0 ? number + columns : number;
            throw new DataFormatException(DataErrors.Column, table, $"has no column '{wanted}': give one of {(header is null ? $"0 to {columns - 1}" : string.Join(", ", header))}.");
        }

        int known = header is null ? -1 : Enumerable.Range(0, header.Length).FirstOrDefault(column => column != files && IsLabel(header, column), -1);
        return known >= 0 ? known
            : columns == 2 ? 1 - files
            // Behind a number, which may count, a word may be the label.
            : header is null && (files == 0 ? 1 : 0) is var next && !(areNumbers[next] && areNumbers.Where((_, column) => column != files).Contains(false)) ? next
            : null;
    }

    private static List<string[]> Rows(string path)
    {
        if (new FileInfo(path).Length is 0 or > LargestTable) return [];
        try
        {
            DataStream file = DataStream.File(path);
            using var first = CsvRows.OpenText(file, null);
            string head = CsvRows.Guarded(path, 0, first.ReadLine) ?? "";
            // Lists of paths and labels have but a blank between.
            char delimiter = "\t,;|".FirstOrDefault(head.Contains, CsvRows.Blanks);
            using var rows = new CsvRows(path, CsvRows.OpenText(file, null), delimiter);
            var all = new List<string[]>();
            long length = 0;
            while (rows.Next())
            {
                ReadStop.Check();
                all.Add(rows.ToArray());
                // What comes out of a small packed file may be large.
                if ((length += all[^1].Sum(static field => (long)field.Length + 1)) > LargestTable)
                    throw new DataFormatException(DataErrors.TooLarge, path, $"lies beside images and has more than {LargestTable} characters: give the labels alone, or lay it elsewhere.");
            }

            return all;
        }
        catch (DataFormatException) when (Path.GetExtension(path).Equals(".txt", StringComparison.OrdinalIgnoreCase))
        {
            // Notes, not a table: whoever meant it as one reads that there are no labels.
            return [];
        }
    }
}

/// <summary>Why a table beside images gives them no labels, and whether it looks as if it should.</summary>
internal sealed record TableDoubt(string What, bool IsNamed);

/// <summary>One way of calling images: by path, by name, or by name without its ending.</summary>
internal sealed class ImageKeys
{
    private readonly ILookup<string, string> _paths;
    private readonly Func<string, string> _bare;

    private ImageKeys(ImageEntry[] images, Func<ImageEntry, string> name, Func<string, string> bare, StringComparer comparer) =>
        (_paths, _bare) = (images.ToLookup(name, static entry => entry.Path, comparer), bare);

    /// <summary>All ways, the strictest first: as the table has it, without what stands before the last slash, and then without its ending, each with capital letters and without.</summary>
    public static IEnumerable<ImageKeys> All(ImageEntry[] images)
    {
        foreach (StringComparer comparer in new[] { StringComparer.Ordinal, StringComparer.OrdinalIgnoreCase })
        {
            yield return new(images, static entry => entry.Relative, static field => field, comparer);
            yield return new(images, static entry => Path.GetFileName(entry.Path), static field => field, comparer);
            yield return new(images, static entry => Path.GetFileNameWithoutExtension(entry.Path), static field => field, comparer);
            yield return new(images, static entry => Path.GetFileName(entry.Path), LastOf, comparer);
            yield return new(images, static entry => Path.GetFileNameWithoutExtension(entry.Path), static field => ImageKinds.HasEnding(field) ? Path.GetFileNameWithoutExtension(LastOf(field)) : LastOf(field), comparer);
        }
    }

    /// <summary>Whether a field calls one image or more.</summary>
    public bool Calls(string field) => Called(field).Length > 0;

    /// <summary>The image that a field calls; null where there is none, or more than one.</summary>
    public string? Find(string field) => Called(field) is [var one] ? one : null;

    /// <summary>The first of several images that a field calls; null where it calls one or none.</summary>
    public string? Several(string field) => Called(field) is [var first, _, ..] ? first : null;

    private string[] Called(string field)
    {
        string name = field.Replace('\\', '/');
        return [.. _paths[_bare(name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name)].Take(2)];
    }

    // What leads out of a folder means a file that is not there.
    private static string LastOf(string field) => field.Contains("../", StringComparison.Ordinal) ? field : field[(field.LastIndexOf('/') + 1)..];
}
