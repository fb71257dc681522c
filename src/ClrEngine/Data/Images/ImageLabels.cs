using ClrEngine.Data.Tables;
using ClrEngine.Data.Tables.Csv;

namespace ClrEngine.Data.Images;

/// <summary>A table beside images that gives a label for each file name.</summary>
/// <param name="Table">The table's path.</param>
/// <param name="ByImage">The label of each image, by the image's path.</param>
/// <param name="Unknown">Names in the table that no image has.</param>
internal sealed record ImageLabels(string Table, IReadOnlyDictionary<string, string> ByImage, IReadOnlyList<string> Unknown)
{
    private const int LargestTable = 1 << 26, MostColumns = 64;
    private static readonly string[] Endings = [".csv", ".tsv", ".txt"];
    private static readonly string[] LabelNames = ["label", "labels", "class", "classes", "target", "targets", "y", "category", "class_name", "classname", "label_name", "class_id", "label_id"];

    /// <summary>The texts in a folder that may be tables of labels, those for training first; those for validation alone where asked.</summary>
    public static IEnumerable<string> Candidates(string folder, bool validation) => Directory.EnumerateFiles(folder)
        .Where(static file => Endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase) && !ImageTree.IsHousekeeping(Path.GetFileName(file)))
        .Where(file => IsFor(file, PartNames.Validation) == validation)
        .OrderByDescending(static file => IsFor(file, PartNames.Training)).ThenBy(static file => file, StringComparer.Ordinal);

    /// <summary>Reads a table; null where it does not name images, or says nothing else of them.</summary>
    /// <exception cref="DataFormatException">It names images, and their labels cannot be told.</exception>
    public static ImageLabels? Read(string table, ImageEntry[] images, string? labelColumn)
    {
        List<string[]> rows = Rows(table);
        if (rows.Count == 0) return null;
        int columns = Math.Min(MostColumns, rows.Max(static row => row.Length));
        Dictionary<string, string>[] keys =
        [
            Keys(images, static entry => entry.Relative), Keys(images, static entry => Path.GetFileName(entry.Path)), Keys(images, static entry => Path.GetFileNameWithoutExtension(entry.Path)),
        ];
        (int Column, Dictionary<string, string> Key, int Count) best = Enumerable.Range(0, columns)
            .SelectMany(column => keys.Select(key => (column, key, rows.Count(row => column < row.Length && Find(key, row[column]) is not null))))
            .MaxBy(static choice => choice.Item3);
        if (columns < 2 || best.Count == 0 || (best.Count < rows.Count / 2 && best.Count < images.Length / 2)) return null;

        string[]? header = best.Column < rows[0].Length && Find(best.Key, rows[0][best.Column]) is null ? rows[0] : null;
        if (LabelColumn(table, header, columns, best.Column, labelColumn) is not { } label) return null;
        var labels = new Dictionary<string, string>();
        var unknown = new List<string>();
        for (int i = header is null ? 0 : 1; i < rows.Count; i++)
        {
            string[] row = rows[i];
            if (row.Length <= Math.Max(best.Column, label) || row[label].Length == 0)
                throw new DataFormatException(DataErrors.MissingValue, table, $"has no label in row {i + 1}: fill it, or remove the row.");
            if (Find(best.Key, row[best.Column]) is not { } image) unknown.Add(row[best.Column]);
            else if (!labels.TryAdd(image, row[label]) && labels[image] != row[label])
                throw new DataFormatException(DataErrors.Label, table, $"gives '{row[best.Column]}' the labels '{labels[image]}' and, in row {i + 1}, '{row[label]}': give each image one label.");
        }

        return new ImageLabels(table, labels, unknown);
    }

    private static bool IsFor(string file, string[] parts) => parts.Any(part => Path.GetFileName(file).StartsWith(part, StringComparison.OrdinalIgnoreCase));

    // Names that two images have tell nothing.
    private static Dictionary<string, string> Keys(ImageEntry[] images, Func<ImageEntry, string> name) => images
        .GroupBy(name).Where(static group => group.Count() == 1).ToDictionary(static group => group.Key, static group => group.First().Path);

    private static string? Find(Dictionary<string, string> keys, string field)
    {
        string name = field.Replace('\\', '/');
        return keys.GetValueOrDefault(name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name);
    }

    private static int? LabelColumn(string table, string[]? header, int columns, int files, string? wanted)
    {
        if (wanted is not null)
        {
            int named = header is null ? -1 : Array.FindIndex(header, name => string.Equals(name, wanted, StringComparison.OrdinalIgnoreCase));
            if (named >= 0) return named;
            if (int.TryParse(wanted, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= -columns && number < columns) return number < 0 ? number + columns : number;
            throw new DataFormatException(DataErrors.Column, table, $"has no column '{wanted}': give one of {(header is null ? $"0 to {columns - 1}" : string.Join(", ", header))}.");
        }

        int known = header is null ? -1 : Array.FindIndex(header, static name => LabelNames.Contains(name, StringComparer.OrdinalIgnoreCase));
        return known >= 0 && known != files ? known
            : columns == 2 ? 1 - files
            : header is null ? files == 0 ? 1 : 0
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
