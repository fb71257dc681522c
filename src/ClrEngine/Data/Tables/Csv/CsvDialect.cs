using System.Text;

namespace ClrEngine.Data.Tables.Csv;

/// <summary>How a text writes its table.</summary>
/// <param name="Delimiter">What stands between fields; a blank stands for any run of blanks and tabs.</param>
/// <param name="Fields">How many fields most rows have.</param>
/// <param name="LinesLeftOut">How many lines at the start are no rows.</param>
/// <param name="IsFirstRowMarked">Whether the first row begins with a hash that belongs to no field, as NumPy writes headers.</param>
/// <param name="Encoding">The encoding that was given; null where the text's own mark decides, else UTF-8.</param>
/// <param name="MostFields">How many fields a row may have.</param>
internal sealed record CsvDialect(char Delimiter, int Fields, int LinesLeftOut, bool IsFirstRowMarked, Encoding? Encoding, int MostFields)
{
    // What the start of a text is judged by: more where so much has not several lines as long as the first.
    private const int SampleLength = 1 << 16, SampleLines = 4, SampleRows = 200;

    // The first of those that fit equally well is taken.
    private static readonly char[] Candidates = [',', ';', '\t', '|'];

    // How what is no table begins.
    private static readonly (string Start, string What)[] Others =
    [
        ("<!doctype", "a web page"), ("<html", "a web page"), ("<?xml", "XML"), ("[{", "JSON"), ("{\"", "JSON"), ("{\n", "JSON"), ("{\r", "JSON"), ("[\n", "JSON"), ("@relation", "Weka's ARFF"), ("PAR1", "a Parquet file"),
    ];

    /// <summary>Tells it by the start of the text, and by what the options say.</summary>
    public static CsvDialect Tell(DataStream source, DataOptions options, TableNotes notes)
    {
        Encoding? encoding = options.Encoding is { } name ? TextEncodings.Find(name) : null;
        (string sample, bool isWhole) = Sample(source, encoding, CsvRows.LongestRow(options.MaxColumns));
        char? told = options.Delimiter is { } given ? given[0] : null;
        var hashes = new List<(int Place, int Line)>();
        int place = 0, lines = 0;
        for (; NextLine(sample, place) is var (line, end) && end >= 0; place = end, lines++)
        {
            string bare = line.Trim('"', ' ');
            if (bare.Length == 5 && bare.StartsWith("sep=", StringComparison.OrdinalIgnoreCase)) told ??= bare[4];
            else if (line.StartsWith('#')) hashes.Add((place, lines));
            else if (bare.Length > 0) break;
        }

        if (place == sample.Length && hashes.Count > 0) (place, lines) = (hashes[0].Place, hashes[0].Line);
        (char delimiter, int fields) = Best(source.Path, sample[place..], isWhole, told, options.MaxColumns);
        // Lines with a hash are rows like the others, or the header, or else remarks.
        hashes.RemoveAll(hash => sample.AsSpan(hash.Place).StartsWith("#TYPE", StringComparison.Ordinal) || hash.Line >= lines);
        int remarks = hashes.Count;
        while (remarks > 0 && fields > 1 && Width(sample[hashes[remarks - 1].Place..]) == fields) remarks--;
        bool isMarked = hashes.Count - remarks == 1;
        if (remarks > 0 && remarks == hashes.Count && fields > 1 && Width(sample[(hashes[^1].Place + 1)..]) == fields) (remarks, isMarked) = (remarks - 1, true);
        if (remarks < hashes.Count) (place, lines) = hashes[remarks];
        if (remarks > 0) notes.Warn($"lines at its start that begin with a hash are left out as remarks ({remarks})");
        return new CsvDialect(delimiter, fields, lines, isMarked && !sample.AsSpan(place).Contains("\n#", StringComparison.Ordinal), encoding, options.MaxColumns);

        int Width(string text)
        {
            using var rows = new CsvRows(source.Path, new StringReader(text), delimiter, options.MaxColumns);
            return rows.Next() ? rows.FieldCount : 0;
        }
    }

    private static (string Text, bool IsWhole) Sample(DataStream source, Encoding? encoding, int longestRow)
    {
        var sample = new char[SampleLength];
        int length = 0;
        bool isWhole = CsvRows.Guarded(source.Path, 0, () =>
        {
            using StreamReader text = CsvRows.OpenText(source, encoding);
            while (true)
            {
                length += text.ReadBlock(sample, length, sample.Length - length);
                if (length < sample.Length) return true;
                if (IsEnough(sample, longestRow)) return false;
                Array.Resize(ref sample, 2 * sample.Length);
            }
        });
        foreach ((string start, string what) in Others)
        {
            if (sample.AsSpan(0, length).TrimStart().StartsWith(start, StringComparison.OrdinalIgnoreCase))
                throw new DataFormatException(DataErrors.Magic, source.Path, $"is {what} by its first characters, not a delimited text: fetch the file itself (a page to sign in, saved in its place, is common), or write it as CSV.");
        }

        return sample.AsSpan(0, length).Contains('\0')
            ? throw new DataFormatException(DataErrors.Text, source.Path, "has null characters: name its encoding, such as -Encoding utf-16, or check that it is a text.")
            : (new string(sample, 0, length), isWhole);
    }

    private static bool IsEnough(ReadOnlySpan<char> sample, int longestRow)
    {
        int length = sample.Length, first = sample.IndexOfAny('\r', '\n');
        for (; first >= 0 && (first == 0 || sample[0] == '#' || sample.StartsWith("sep=", StringComparison.OrdinalIgnoreCase)); first = sample.IndexOfAny('\r', '\n')) sample = sample[(first + 1)..];
        return first < 0 ? length >= longestRow : sample.Length >= SampleLines * first;
    }

    private static (string Line, int End) NextLine(string text, int place)
    {
        int length = place < text.Length ? text.AsSpan(place).IndexOfAny('\r', '\n') : -1;
        if (length < 0) return ("", -1);
        int end = place + length;
        return (text[place..end], text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? end + 2 : end + 1);
    }

    private static (char Delimiter, int Fields) Best(string path, string text, bool isWhole, char? told, int mostFields)
    {
        (char Delimiter, int Fields, double Score)[] tried = [.. (told is { } one ? [one] : Candidates).Select(Judge)];
        (char Delimiter, int Fields, double Score) best = tried.MaxBy(static candidate => (candidate.Score, candidate.Fields));
        if (told is not null || (best.Fields > 1 && best is not { Delimiter: '\t', Fields: 2 })) return (best.Delimiter, best.Fields);
        (char Delimiter, int Fields, double Score) blanks = Judge(CsvRows.Blanks);
        // Blanks between the columns, and a tab before the last alone.
        return best.Fields > 1 ? blanks is { Fields: > 3, Score: 1 } && AreNumbersInBlanks() ? (blanks.Delimiter, blanks.Fields) : (best.Delimiter, best.Fields)
            : blanks is { Fields: > 1, Score: > 0.5 } ? (blanks.Delimiter, blanks.Fields) : (best.Delimiter, best.Fields);

        bool AreNumbersInBlanks()
        {
            using var rows = new CsvRows(path, new StringReader(text), '\t', mostFields);
            for (int row = 0; row < SampleRows && rows.Next() && rows.FieldCount == 2; row++)
            {
                if (rows[0].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries) is not { Length: > 2 } fields) return false;
                if (row > 0 && !fields.All(static field => FieldText.FormOf(field, FieldText.UsualMissing) < FieldForm.Quantity)) return false;
            }

            return true;
        }

        // The share of rows of one width, times the share of fields that hold none of the other delimiters.
        (char Delimiter, int Fields, double Score) Judge(char delimiter)
        {
            var widths = new List<int>();
            int fields = 0, clean = 0;
            try
            {
                using var rows = new CsvRows(path, new StringReader(text), delimiter, mostFields);
                for (; widths.Count < SampleRows && rows.Next(); fields += rows.FieldCount)
                {
                    widths.Add(rows.FieldCount);
                    for (int i = 0; i < rows.FieldCount; i++)
                    {
                        if (rows.IsQuoted(i) || !rows[i].ContainsAny(Candidates) || FieldText.FormOf(rows[i], []) is FieldForm.Comma or FieldForm.CommaOrGroup or FieldForm.Point) clean++;
                    }
                }
            }
            catch (DataFormatException) when (told is null || widths.Count > 0)
            {
                // Where the text is damaged, its rows say so when they are read.
            }

            // The last row may be cut off.
            if (!isWhole && widths.Count is > 1 and < SampleRows) widths.RemoveAt(widths.Count - 1);
            if (widths.Count == 0) return (delimiter, 1, 0);
            IGrouping<int, int> most = widths.GroupBy(static width => width).MaxBy(group => (group.Count(), group.Key == widths[0]))!;
            return (delimiter, most.Key, most.Key == 1 ? 0 : (double)most.Count() / widths.Count * clean / fields);
        }
    }
}

/// <summary>Encodings by the names of PowerShell and of everyone else.</summary>
internal static class TextEncodings
{
    /// <summary>The encoding of a name or a code page's number, which refuses bytes that it has no character for; null where there is none.</summary>
    public static Encoding? TryFind(string name)
    {
        name = name.ToUpperInvariant() switch
        {
            "UTF8" or "UTF8BOM" or "UTF8NOBOM" => "utf-8",
            "UNICODE" => "utf-16",
            "BIGENDIANUNICODE" => "utf-16BE",
            "UTF32" => "utf-32",
            "BIGENDIANUTF32" => "utf-32BE",
            "ASCII" => "us-ascii",
            "ANSI" => Page(CultureInfo.CurrentCulture.TextInfo.ANSICodePage),
            "OEM" => Page(CultureInfo.CurrentCulture.TextInfo.OEMCodePage),
            ['C', 'P', .. var digits] when int.TryParse(digits, out int page) => Page(page),
            _ => name,
        };
        try
        {
            Encoding? found = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int page)
                ? CodePagesEncodingProvider.Instance.GetEncoding(page) ?? Encoding.GetEncoding(page)
                : CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
            var strict = (Encoding)found.Clone();
            strict.DecoderFallback = DecoderFallback.ExceptionFallback;
            return strict;
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            return null;
        }

        static string Page(int page) => page.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The encoding of a name that is known to have one.</summary>
    public static Encoding Find(string name) => TryFind(name)!;
}
