using ClrEngine.Data.Tables;

namespace ClrEngine.Data.Images.LabelTables;

/// <summary>A table beside images that gives a label for each file name.</summary>
/// <param name="Table">The table's path.</param>
/// <param name="ByImage">The label of each image, by the image's path.</param>
/// <param name="Unknown">Names in the table that no image has.</param>
/// <param name="Column">The name of the column of labels; null where it has none.</param>
/// <param name="IsNamed">Whether that column, or those of classes, were asked for, or have the names of labels.</param>
/// <param name="Split">What is said of a column that names the parts of a split; null where there is none.</param>
internal sealed record ImageLabels(string Table, IReadOnlyDictionary<string, string> ByImage, IReadOnlyList<string> Unknown, string? Column, bool IsNamed, string? Split)
{
    /// <summary>What is said of another table that labels an image otherwise; null where there is none.</summary>
    public string? Other { get; init; }

    // So many different words of a column are looked at.
    private const int MostColumns = 64, MostWords = 32;
    private static readonly string[] Endings = [".csv", ".tsv", ".txt"];
    private static readonly string[] LabelNames = ["label", "labels", "class", "classes", "target", "targets", "y", "category", "classname", "labelname", "classid", "labelid"];

    /// <summary>The texts in a folder that may be tables of labels, those for training first; those for validation alone where asked.</summary>
    public static IEnumerable<string> Candidates(string folder, bool validation) => Directory.EnumerateFiles(folder)
        .Where(file => IsText(file) && IsFor(file, PartNames.Validation) == validation)
        .OrderByDescending(static file => IsFor(file, PartNames.Training)).ThenBy(static file => file, StringComparer.Ordinal);

    /// <summary>Whether a file is a text that may be a table of labels.</summary>
    public static bool IsText(string file) => Endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase) && !ImageTree.IsHousekeeping(Path.GetFileName(file));

    /// <summary>Reads a table; null where it does not name images, or says nothing else of them.</summary>
    /// <param name="table">The table's path.</param>
    /// <param name="images">The images.</param>
    /// <param name="options">The column of labels, where it is not to be found, and how the text is written.</param>
    /// <param name="doubts">Takes why a table that may be meant for labels is none.</param>
    /// <exception cref="DataFormatException">It names images, and their labels cannot be told.</exception>
    public static ImageLabels? Read(string table, ImageEntry[] images, DataOptions options, List<TableDoubt> doubts)
    {
        images = Among(images, table);
        List<string[]> rows = LabelRows.Read(table, options, doubts, out bool isDelimited);
        if (rows.Count == 0) return null;
        // A model that is tested knows the column by which it was trained.
        string? labelColumn = options.LabelColumn ?? (options.Label is { } learnt && rows[0].Contains(learnt) ? learnt : null);
        int columns = Math.Min(MostColumns, rows.Max(static row => row.Length));
        if (columns < 2) return null;
        bool isNamed = labelColumn is not null || Enumerable.Range(0, rows[0].Length).Any(column => IsLabel(rows[0], column));
        if (NamingColumn.Find(table, rows, [.. Enumerable.Range(0, columns).Where(column => column >= rows[0].Length || !string.Equals(rows[0][column], labelColumn, StringComparison.OrdinalIgnoreCase))], column => IsLabel(rows[0], column), images) is not { } best)
        {
            if (labelColumn is not null && NamingColumn.Find(table, rows, [.. Enumerable.Range(0, columns)], column => IsLabel(rows[0], column), images) is not null)
                throw NamesImages(table, labelColumn);
            if (rows.Count < 2) return null;
            string called = rows[1][NamingColumn.Likely(rows)], bare = Path.GetFileName(called.Replace('\\', '/'));
            ImageEntry? elsewhere = bare.Length < called.Length ? Array.Find(images, image => Path.GetFileName(image.Path) == bare) : null;
            doubts.Add(new TableDoubt($"'{table}' does not name the images: none is called '{called}', with an ending or without{(elsewhere is null ? "" : $", and that of this name is '{elsewhere.Relative}': write its folders as they are, or none")}", isNamed));
            return null;
        }

        if (isDelimited && rows.FindIndex(row => row.Skip(rows[0].Length).Any(static field => field.Length > 0)) is var longer and >= 0)
            throw new DataFormatException(DataErrors.RowLength, table, $"has {Counted.Of(rows[longer].Length, "field")} in row {longer + 1}, {rows[0].Length} {Counted.Form(rows[0].Length, "was", "were")} expected: mend the row, and quote fields that hold the delimiter.");
        if (labelColumn is null && best.Column > 0 && NamingColumn.IsIndex(rows, 0))
        {
            for (int i = 0; i < rows.Count; i++) rows[i] = rows[i][1..];
            (best.Column, columns) = (best.Column - 1, columns - 1);
        }

        string[]? header = best.Column < rows[0].Length && !best.Keys.Calls(rows[0][best.Column]) && !(rows[0][best.Column].Any(char.IsAsciiDigit) && best.Keys.Find(rows[0][best.Column]) is not null) ? rows[0] : null;
        string? labelName = null;
        bool[] areNumbers = [.. Enumerable.Range(0, columns).Select(column => rows.All(row => column >= row.Length || FieldText.TryParse(row[column], decimalComma: false, out _)))];
        if (LabelColumn(table, rows, header, areNumbers, best.Column, labelColumn) is not { } label)
        {
            if (header is null || OneHot(table, rows, best.Column) is not { } marks)
            {
                doubts.Add(new TableDoubt($"'{table}' names the images, and which of its columns ({TableNotes.List([.. (header ?? rows[0]).Where((_, i) => i != best.Column)])}) holds their labels is not told: say it with -LabelColumn", isNamed));
                return null;
            }

            for (int i = 1; i < rows.Count; i++) rows[i] = [rows[i][best.Column], header[marks[i]]];
            (best.Column, label, header, isNamed) = (0, 1, null, true);
            rows.RemoveAt(0);
        }
        else
        {
            if (label == best.Column) throw NamesImages(table, labelColumn!);
            labelName = label < header?.Length ? header[label] : null;
            isNamed = labelColumn is not null || (header is not null && IsLabel(header, label));
        }

        var labels = new Dictionary<string, string>();
        var unknown = new List<string>();
        for (int i = header is null ? 0 : 1; i < rows.Count; i++)
        {
            string[] row = rows[i];
            if (row.Length <= Math.Max(best.Column, label) || row[label].Length == 0 || options.MissingValues?.Contains(row[label], StringComparer.OrdinalIgnoreCase) == true)
            {
                if (options.MayLackLabels) continue;
                throw new DataFormatException(DataErrors.MissingValue, table, $"has no label in row {i + 1}: fill it, or remove the row.");
            }

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
        return new ImageLabels(table, labels, unknown, labelName, isNamed, split);
    }

    // The column of each row's single 1 beside 0; null where more rows have not than may be slips.
    private static int[]? OneHot(string table, List<string[]> rows, int files)
    {
        int[] classes = [.. Enumerable.Range(0, rows[0].Length).Where(column => column != files)], marks = new int[rows.Count];
        int odd = 0, first = 0;
        for (int i = rows.Count - 1; i > 0; i--)
        {
            string[] row = rows[i];
            int[] ones = Ones(row);
            if (row.Length == rows[0].Length && ones.Length == 1 && classes.All(column => column == ones[0] || IsNumber(row[column], 0))) marks[i] = ones[0];
            else (odd, first) = (odd + 1, i);
        }

        int fit = rows.Count - 1 - odd;
        if (odd == 0) return marks;
        if (fit < 3 || (odd > 1 && !ColumnSurvey.IsNearlyAll(fit, fit + odd))) return null;
        int other = classes.FirstOrDefault(column => column >= rows[first].Length || !(IsNumber(rows[first][column], 0) || IsNumber(rows[first][column], 1)), -1);
        string what = other >= 0 ? other < rows[first].Length ? $"'{rows[first][other]}' in '{rows[0][other]}'" : $"nothing in '{rows[0][other]}'"
            : Ones(rows[first]) is [_, ..] several ? $"a 1 in {TableNotes.List([.. several.Select(column => rows[0][column])])}" : "no 1";
        throw new DataFormatException(DataErrors.Label, table, $"has {what} in row {first + 1}, where {fit} of {fit + odd} rows have a single 1 among 0, in the column of their class: write it so, or name a column of labels with -LabelColumn.");

        int[] Ones(string[] row) => [.. classes.Where(column => column < row.Length && IsNumber(row[column], 1))];

        static bool IsNumber(string text, double number) => FieldText.TryParse(text, decimalComma: false, out double value) && value == number;
    }

    // Where both parts have images of one name, a table that is called as a part means those of its part.
    private static ImageEntry[] Among(ImageEntry[] images, string table)
    {
        ILookup<bool, ImageEntry> parts = images.ToLookup(static entry => ImagePart.IsHeld(entry.Top));
        return (IsFor(table, PartNames.Training), IsFor(table, PartNames.Validation)) is var (isLearnt, isHeld) && isLearnt != isHeld
            && parts[true].Select(static entry => Path.GetFileName(entry.Path)).Intersect(parts[false].Select(static entry => Path.GetFileName(entry.Path))).Any() ? [.. parts[isHeld]] : images;
    }

    private static DataFormatException NamesImages(string table, string column) =>
        new(DataErrors.Column, table, $"names the images by its column '{column}', which so is no label of theirs: give another with -LabelColumn.");

    // Behind x, y is a place.
    private static bool IsLabel(string[] header, int column) => column < header.Length && LabelNames.Contains(string.Concat(header[column].Where(static c => c is not ('_' or '-' or ' '))), StringComparer.OrdinalIgnoreCase)
        && !(header[column].Equals("y", StringComparison.OrdinalIgnoreCase) && header.Contains("x", StringComparer.OrdinalIgnoreCase));

    private static bool IsFor(string file, string[] parts) => parts.Any(part => Path.GetFileName(file).StartsWith(part, StringComparison.OrdinalIgnoreCase));

    private static int? LabelColumn(string table, List<string[]> rows, string[]? header, bool[] areNumbers, int files, string? wanted)
    {
        int columns = areNumbers.Length;
        if (wanted is not null)
        {
            int given = header is null ? -1 : Array.FindIndex(header, name => string.Equals(name, wanted, StringComparison.OrdinalIgnoreCase));
            if (given >= 0) return given;
            if (int.TryParse(wanted, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= -columns && number < columns) return number < 0 ? number + columns : number;
            throw new DataFormatException(DataErrors.Column, table, $"has no column '{wanted}': give one of {(header is null ? $"0 to {columns - 1}" : string.Join(", ", header))}.");
        }

        int[] named = header is null ? [] : [.. Enumerable.Range(0, header.Length).Where(column => column != files && IsLabel(header, column))];
        // A class may stand there by its number and by its name.
        if (named.Length > 1 && Array.Find(named, column => !SayTheSame(rows, named[0], column)) is var other and > 0)
            throw new DataFormatException(DataErrors.Column, table, $"has more than one column that may hold the labels ({TableNotes.List([header![named[0]], header[other]])}): name it with -LabelColumn.");
        return named.Length > 0 ? named[0]
            : columns == 2 ? 1 - files
            // Behind a number, which may count, a word may be the label.
            : header is null && (files == 0 ? 1 : 0) is var next && !(areNumbers[next] && areNumbers.Where((_, column) => column != files).Contains(false)) ? next
            : null;
    }

    private static bool SayTheSame(List<string[]> rows, int one, int other)
    {
        (string, string)[] pairs = [.. rows.Skip(1).Where(row => row.Length > Math.Max(one, other)).Select(row => (row[one], row[other])).Distinct()];
        return pairs.DistinctBy(static pair => pair.Item1).Count() == pairs.Length && pairs.DistinctBy(static pair => pair.Item2).Count() == pairs.Length;
    }
}

/// <summary>Why a table beside images gives them no labels, and whether it looks as if it should.</summary>
internal sealed record TableDoubt(string What, bool IsNamed);
