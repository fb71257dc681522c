using System.Text;
using ClrEngine.Data.Tables;
using ClrEngine.Data.Tables.Csv;

namespace ClrEngine.Data.Images.LabelTables;

/// <summary>Reads the rows of a table that lies beside images.</summary>
internal static class LabelRows
{
    private const int LargestTable = 1 << 26;

    /// <summary>All rows, each with its fields; none where a text is empty, too large, or a note.</summary>
    /// <param name="path">The table's path.</param>
    /// <param name="options">Its encoding and delimiter, where they are given.</param>
    /// <param name="doubts">Takes why a text is taken for a note.</param>
    /// <param name="isDelimited">Whether a mark stands between fields, not blanks, so that a row with more of them is damaged.</param>
    /// <exception cref="DataFormatException">It is damaged.</exception>
    public static List<string[]> Read(string path, DataOptions options, List<TableDoubt> doubts, out bool isDelimited)
    {
        isDelimited = false;
        if (new FileInfo(path).Length is 0 or > LargestTable) return [];
        try
        {
            DataStream file = DataStream.File(path);
            Encoding? encoding = options.Encoding is { } name ? TextEncodings.Find(name) : null;
            (int lines, string head, char? told) = CsvRows.Guarded(path, 0, () => Head(file, encoding));
            // Lists of paths and labels have but a blank between.
            char delimiter = options.Delimiter?[0] ?? told ?? "\t,;|".FirstOrDefault(head.Contains, CsvRows.Blanks);
            isDelimited = delimiter != CsvRows.Blanks;
            StreamReader text = CsvRows.OpenText(file, encoding);
            using var rows = new CsvRows(path, text, delimiter);
            for (int i = 0; i < lines; i++) text.ReadLine();
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

            // R writes no name above the names of its rows.
            if (isDelimited && all.Count > 1 && all.Skip(1).All(row => row.Length == all[0].Length + 1 && FieldText.TryParse(row[0], decimalComma: false, out _))) all[0] = ["", .. all[0]];
            return all;
        }
        catch (DataFormatException error) when (Path.GetExtension(path).Equals(".txt", StringComparison.OrdinalIgnoreCase))
        {
            // Notes, not a table: whoever meant it as one reads it where there are no labels.
            doubts.Add(new TableDoubt(error.Message.TrimEnd('.'), IsNamed: false));
            return [];
        }
    }

    // The first row, how many lines stand before it, and the delimiter that one of them tells: Excel's sep=; and PowerShell's #TYPE.
    private static (int Lines, string Row, char? Told) Head(DataStream file, Encoding? encoding)
    {
        using StreamReader text = CsvRows.OpenText(file, encoding);
        char? told = null;
        for (int lines = 0; ; lines++)
        {
            string line = text.ReadLine() ?? "", bare = line.Trim('"', ' ');
            if (bare.Length == 5 && bare.StartsWith("sep=", StringComparison.OrdinalIgnoreCase)) told = bare[4];
            else if (!bare.StartsWith("#TYPE", StringComparison.Ordinal)) return (lines, line, told);
        }
    }
}
