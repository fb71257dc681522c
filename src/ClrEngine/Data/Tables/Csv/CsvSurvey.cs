using System.Text.RegularExpressions;

namespace ClrEngine.Data.Tables.Csv;

/// <summary>A text table read once: whether it has a header, the names of its columns, and what each of them holds.</summary>
internal sealed partial class CsvSurvey
{
    // The most columns that may be an index.
    private const int MostIndices = 4;

    // A row of which each word stands so often in its column is none of names.
    private const int FewestRecurring = 10;

    // Of so many columns, one may have a value that is its name.
    private const int FewestColumns = 4;

    // A number with its place before it.
    [GeneratedRegex("^([0-9]+|qid):[-+]?[0-9.]+([eE][-+]?[0-9]+)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex SparseField();

    private readonly string _path;
    private readonly DataOptions _options;
    private readonly TableNotes _notes;
    private readonly string[] _missing;
    private readonly string[] _top;
    private readonly ColumnSurvey[] _columns;

    private readonly NumberedHeader _numbers;
    private readonly char _delimiter;

    // Whether the first fields of all rows stand in quotes, and how many rows have a blank before their second field and none before the last.
    private bool _areQuoted;
    private int _afterBlank;

    // The rows behind the first.
    private readonly int _below;

    /// <summary>Reads a table; the names are those of its training part, where there is one.</summary>
    public CsvSurvey(DataStream source, CsvDialect dialect, DataOptions options, IReadOnlyCollection<string>? trainingNames, TableNotes notes)
    {
        (_path, _options, _notes, _delimiter, _missing) = (source.Path, options, notes, dialect.Delimiter, options.MissingWords);
        using var rows = new CsvRows(source, dialect);
        if (!rows.Next())
            throw new DataFormatException(DataErrors.Empty, _path, "has no row: give a table with a header and data.");
        _top = rows.ToArray();
        if (dialect.Delimiter is CsvRows.Blanks or '\t' && _top.Length > 1 && _top.Skip(1).All(static field => SparseField().IsMatch(field)))
            throw new DataFormatException(DataErrors.Magic, _path, $"has numbered values ('{_top[1]}'), as LIBSVM and SVMlight write them, which are not read: write a column for each number, as scikit-learn's load_svmlight_file(…)[0].toarray() gives them.");
        _columns = [.. Enumerable.Range(0, dialect.Fields).Select(i => new ColumnSurvey(_top.Length == dialect.Fields ? _top[i] : "", i < MostIndices && ((i < _top.Length && TableLayout.IsUnnamed(_top[i])) || i == 0)))];
        _numbers = new NumberedHeader(_top);
        int repeats = 0, firstRepeat = 0;
        while (rows.Next() && rows.FieldCount == _columns.Length)
        {
            _below++;
            _numbers.Add(rows);
            if (_below == 1 || _areQuoted) _areQuoted = rows.IsQuoted(0);
            if (rows.IsBehindBlank(1) && !rows.IsBehindBlank(rows.FieldCount - 1)) _afterBlank++;
            if (IsTop(rows) && repeats++ == 0) firstRepeat = _below;
            for (int i = 0; i < _columns.Length; i++) _columns[i].Add(_below, rows[i], _missing);
            if (_below == int.MaxValue || (!options.Stream && (long)_below * _columns.Length > TableLayout.MostCells)) throw TableLayout.TooLarge(_path);
        }

        bool isRagged = rows.FieldCount != _columns.Length && rows.FieldCount != 0;
        if (repeats > 0 && _options.HeaderRow != HeaderRow.Absent && AreNames(repeats))
            throw new DataFormatException(
                DataErrors.Header, _path, $"has the names of its columns ('{string.Join(',', _top.Take(4))}…') in its first row and again in data row {firstRepeat}{(repeats > 1 ? $" and {repeats - 1} more" : "")}, as files have that were joined end to end: remove {(repeats > 1 ? "these rows" : "that row")}, or give -HeaderRow Absent if all are data.");
        (Names, HasHeader) = Head(trainingNames);
        if (isRagged) rows.CheckCount(_columns.Length, _below + 1 + (HasHeader ? 0 : 1));
        Rows = _below + (HasHeader ? 0 : 1);
        if (Rows == 0) throw new DataFormatException(DataErrors.Empty, _path, "has a header but no row of data: give at least two rows.");
        if (!HasHeader) Array.ForEach(_columns, column => column.AddTop(_missing));
        // Columns that are learnt from, or predicted, are looked at when they are read.
        for (int i = 0; i < _columns.Length; i++)
        {
            if (_columns[i] is { IsDistinct: true, Last: { } last } && TableNotes.IsSummary(last) && TableLayout.IsUnnamed(Names[i])) _notes.WarnOfSummary(i.ToString(CultureInfo.InvariantCulture), last, Rows, Rows, 0);
        }

        if (rows.EmptyRows > 0) _notes.Warn($"rows that have delimiters and nothing else are left out ({rows.EmptyRows})");
    }

    /// <summary>The names, empty where there is none.</summary>
    public string[] Names { get; }

    public int Rows { get; }

    /// <summary>Whether the first row is no data.</summary>
    public bool HasHeader { get; }

    public ColumnSurvey this[int place] => _columns[place];

    /// <summary>The columns that programs write beside the data, and what they are: indices without a name, and what stands behind the last delimiter.</summary>
    public Dictionary<int, string> Housekeeping()
    {
        var found = new Dictionary<int, string>();
        int named = Array.FindIndex(Names, static name => !TableLayout.IsUnnamed(name));
        for (int i = 0; i < Names.Length; i++)
        {
            ColumnSurvey column = _columns[i];
            if (column[FieldForm.Missing] == column.Rows && (HasHeader ? TableLayout.IsUnnamed(Names[i]) : i == Names.Length - 1))
                found[i] = "has neither a name nor a value";
            else if (HasHeader && i < named && (column[FieldForm.Plain] == column.Rows || column.IsDistinct || _top.Length < _columns.Length))
                found[i] = $"has no name and {(column.IsDistinct ? "counts or names the rows" : "holds whole numbers, as an index does")} ('{column.FirstText}' and so on)";
            else if (TableLayout.IsPandasIndex(Names[i]))
                found[i] = "is the index that pandas wrote";
        }

        return found;
    }

    private bool IsTop(CsvRows rows)
    {
        int i = 0;
        while (i < rows.FieldCount && i < _top.Length && rows[i].SequenceEqual(_top[i])) i++;
        return i == _top.Length && i == rows.FieldCount;
    }

    // Words, of which nearly none stands in a row that is not the first one over again.
    private bool AreNames(int repeats) =>
        _top.All(text => text.Length == 0 || FieldText.FormOf(text, _missing) == FieldForm.Word)
        && _columns.Count(column => column.TopCount > repeats) * FewestColumns <= _top.Count(static text => text.Length > 0);

    private (string[] Names, bool HasHeader) Head(IReadOnlyCollection<string>? trainingNames)
    {
        string[] none = [.. _columns.Select(static (_, i) => i.ToString(CultureInfo.InvariantCulture))];
        if (_options.HeaderRow == HeaderRow.Auto && IsCountLine())
        {
            _notes.Warn($"its first row ('{string.Join(',', _top.Take(4))}…') counts the {Counted.Of(_below, "row")} and {Counted.Of(_columns.Length - 1, "column")} to learn from, as scikit-learn writes it, and is left out");
            return (none, true);
        }

        if (_top.Length != _columns.Length) return (RaggedHead(), true);
        bool isHeader = _options.HeaderRow switch
        {
            HeaderRow.Present => true,
            HeaderRow.Absent => false,
            _ => trainingNames is { Count: > 0 } && trainingNames.All(_top.Contains) ? true : TellHeader(),
        };
        if (!isHeader) return (none, false);
        string[] names = [.. _top];
        string[] twice = [.. names.Where(static name => name.Length > 0).GroupBy(static name => name).Where(static group => group.Count() > 1).Select(static group => group.Key)];
        if (twice.Length > 0) _notes.Warn($"more than one column has the name {TableNotes.List(twice)}");
        return (names, true);
    }

    // R names its rows and not their column; others end each row with a delimiter.
    private string[] RaggedHead()
    {
        if (_top.Length == _columns.Length - 1 && _options.HeaderRow != HeaderRow.Absent)
        {
            return _columns[^1] is var last && last[FieldForm.Missing] == last.Rows ? [.. _top, ""]
                : NamesRows(_columns[0]) ? ["", .. _top]
                : throw new DataFormatException(
                    DataErrors.RowLength, _path, $"has {_top.Length} names in its first row and {Counted.Of(_columns.Length, "field")} in the others, of which the first ('{_columns[0].FirstText}' and so on) need not name the rows: give each column a name, and write decimals with a point, or quote them, where a comma stands between fields, and so texts that hold one.");
        }

        throw new DataFormatException(
            DataErrors.RowLength, _path, $"has {Counted.Of(_top.Length, "field")} in its first row and {_columns.Length} in most others: remove what stands before the names of the columns, and quote fields that hold the delimiter.");
    }

    // No two alike, and texts or whole numbers; a comma may have split a number or a text of the data in two, where nothing says otherwise.
    private bool NamesRows(ColumnSurvey first)
    {
        bool areWhole = first[FieldForm.Plain] == first.Rows;
        return first.IsDistinct && (areWhole || first.IsWords) && (_areQuoted || _delimiter != ',' || (areWhole ? first.IsIncreasing : !_columns[1].IsWords && _afterBlank * 2 < _below));
    }

    private bool IsCountLine() => _top.Length >= 2 && _columns.Length >= 3 && IsNumber(_top[0], _below) && IsNumber(_top[1], _columns.Length - 1);

    private static bool IsNumber(string text, int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value == number;

    // A header disagrees with the rows below it: in the kind of a field, or as a word that they never have.
    private bool TellHeader()
    {
        int kinds = 0, recurring = 0, decimals = 0, numbers = 0, words = 0;
        string? alone = null;
        for (int i = 0; i < _top.Length; i++)
        {
            ColumnSurvey below = _columns[i];
            FieldForm form = FieldText.FormOf(_top[i], _missing);
            if (form == FieldForm.Missing) continue;
            if (form is FieldForm.Word or FieldForm.Blank or FieldForm.Date or FieldForm.Quantity)
            {
                words++;
                if (below.IsNumeric) kinds++;
                else if (below.TopCount > 0) recurring++;
                else if (!below.IsDistinct && !_options.IgnoreColumns.Contains(i.ToString(CultureInfo.InvariantCulture))) alone = _top[i];
            }
            else
            {
                numbers++;
                if (below.IsWords) kinds++;
                else if (form != FieldForm.Plain || !_top[i].All(char.IsAsciiDigit)) decimals++;
            }
        }

        if (_below == 0) return numbers == 0;
        if (CountsColumns())
        {
            _notes.Warn($"its first row counts the columns ({string.Join(',', _top.Take(4))}…) and is taken for their names, as pandas writes it; give -HeaderRow Absent if it is data");
            return true;
        }

        if (recurring == 0 && _numbers.IsHeader(_columns))
        {
            _notes.Warn($"its first row ('{string.Join(',', _top.Take(4))}…') holds numbers in their order as no other row does, such as years or wavelengths, and is taken for names; give -HeaderRow Absent if it is data");
            return true;
        }

        bool isHeader = kinds > 0 ? kinds > recurring + decimals : numbers == 0 && recurring * 2 < Math.Max(words, 1);
        if (!isHeader && kinds > 0 && recurring == 0)
            throw new DataFormatException(DataErrors.Header, _path, $"may have names or data in its first row ('{string.Join(',', _top.Take(4))}…'): say which, with -HeaderRow Present or -HeaderRow Absent.");
        if (isHeader && numbers > 0)
            _notes.Warn($"its first row ('{string.Join(',', _top.Take(4))}…') is taken for names, though some are numbers; give -HeaderRow Absent if it is data");
        else if (!isHeader && numbers == 0 && (recurring < words || _columns.Any(static column => column.TopCount < FewestRecurring)))
            _notes.Warn("its first row is taken for data, as its words stand in other rows too; give -HeaderRow Present if they are names");
        else if (!isHeader && alone is not null)
            _notes.Warn($"its first row is taken for data, though '{alone}' stands in no other row of its column; give -HeaderRow Present if it holds names");
        else if (!isHeader && _numbers.MayBeHeader)
            _notes.Warn($"its first row ('{string.Join(',', _top.Take(4))}…') is taken for data, though its numbers stand in equal steps as those of no row below do; give -HeaderRow Present if they are names, and -HeaderRow Absent if they are data");
        return isHeader;
    }

    // 0 to n - 1; the first may be an index's, which has no name.
    private bool CountsColumns()
    {
        int first = _top[0].Length == 0 ? 1 : 0;
        return _top.Length - first >= 2 && !_top.Skip(first).Where((name, i) => !IsNumber(name, i)).Any() && !(_top.Length == 2 && _columns.All(static column => column.TopCount > 0));
    }
}
