using ClrEngine.Data.Preparation;

namespace ClrEngine.Data.Tables.Csv;

/// <summary>Reads a delimited text in two passes: the first finds the columns' kinds and the number of rows, the second fills arrays of exactly that size.</summary>
internal static class CsvTable
{
    public static string[] FirstRow(DataStream source)
    {
        using var rows = new CsvRows(source, CsvDialect.Tell(source, DataOptions.Default, new TableNotes(source.Path)));
        return rows.Next() ? rows.ToArray() : [];
    }

    /// <summary>Reads a table; where there is a training part, the columns are its columns, and their kinds must be the same.</summary>
    public static ColumnTable Read(DataStream source, DataOptions options, ColumnTable? training = null)
    {
        var notes = new TableNotes(source.Path);
        CsvDialect dialect = CsvDialect.Tell(source, options, notes);
        var survey = new CsvSurvey(source, dialect, options, training?.Names, notes);
        TableLayout layout = TableLayout.Decide(source.Path, survey.Names, survey.Housekeeping(), options, training, notes);
        layout.CheckSize(source.Path, survey.Rows, options);
        if (training is null && survey.Rows > 1 && !options.ForEvaluation) CheckVaries(source.Path, survey, layout);
        var kinds = new CsvKinds(source.Path, survey, layout, dialect.Delimiter, options, training, notes);
        ColumnTable table = layout.MakeTable(source.Path, survey.Rows, training, options, notes, (place, same) => !kinds.IsNumber(place, same)) with { DecimalComma = kinds.DecimalComma };

        using var rows = new CsvRows(source, dialect);
        if (survey.HasHeader) rows.Next();
        for (int row = 0; row < survey.Rows; row++)
        {
            if (!rows.Next() || rows.FieldCount != survey.Names.Length) throw Changed(row);
            for (int i = 0; i < layout.Features.Length; i++) Set(table.Features[i], layout.Features[i], row);
            if (table.HasLabels) Set(table.Label, layout.Label, row);
        }

        return table;

        void Set(TableColumn column, int place, int row)
        {
            ReadOnlySpan<char> text = rows[place];
            if (column is TextColumn texts)
                SetText(texts, place, row, text);
            else if (!FieldText.TryParse(text, kinds.HasDecimalComma(place), out double value))
                throw Changed(row);
            else
                ((NumberColumn)column).Set(row, value, text);
        }

        void SetText(TextColumn texts, int place, int row, ReadOnlySpan<char> text)
        {
            try
            {
                texts.Set(row, text, rows.IsPadded(place));
            }
            catch (DataFormatException error) when (error.Cause == DataErrors.Categories && !layout.Categories[place] && ColumnWords.Mixed(source.Path, texts.Name, survey[place]) is { } mixed)
            {
                throw mixed;
            }
        }

        DataFormatException Changed(int row) => new(
            DataErrors.Truncated, source.Path, $"had {survey.Rows} rows of data a moment ago and has another row {row + 1} now: leave it unchanged while it is read.");
    }

    // Before room is made: a small file unpacks to many millions of rows that are all alike.
    private static void CheckVaries(string path, CsvSurvey survey, TableLayout layout)
    {
        if (survey[layout.Label].Only is { Length: > 0 and <= TextColumn.LongestText } label)
            throw new DataFormatException(
                DataErrors.Label, path, $"has one class only in its column '{layout.Names[layout.Label]}', '{label}': give rows of a second class, or name another column with -LabelColumn.");
        if (Array.TrueForAll(layout.Features, place => survey[place].Only is { Length: > 0 }))
            throw DataChecks.Alike(path, survey.Rows);
    }
}

/// <summary>Decides for whole columns of text: which hold numbers, and which mark these have for decimals.</summary>
internal sealed class CsvKinds
{
    private readonly string _path;
    private readonly CsvSurvey _survey;
    private readonly TableLayout _layout;
    private readonly DataOptions _options;
    private readonly TableNotes _notes;
    private readonly bool[] _commas;

    public CsvKinds(string path, CsvSurvey survey, TableLayout layout, char delimiter, DataOptions options, ColumnTable? training, TableNotes notes)
    {
        (_path, _survey, _layout, _options, _notes, _commas) = (path, survey, layout, options, notes, new bool[layout.Names.Length]);
        int[] used = [.. layout.Features.Append(layout.Label).Where(place => place >= 0 && !layout.Categories[place] && survey[place].IsNumeric)];
        bool[] told = [.. used.Select(place => survey[place].TellsComma).OfType<bool>().Distinct()];
        DecimalComma = options.DecimalComma ?? (told.Length == 1 ? told[0] : training?.DecimalComma) ?? Guess([.. used.Where(place => survey[place].TellsComma is null)], delimiter);
        foreach (int place in used) _commas[place] = options.DecimalComma ?? survey[place].TellsComma ?? DecimalComma ?? false;
    }

    /// <summary>Whether the table has decimal commas; null where no field tells.</summary>
    public bool? DecimalComma { get; }

    public bool HasDecimalComma(int place) => _commas[place];

    /// <summary>Whether a column holds numbers, as the same of the training part does, or as nearly all of its fields do.</summary>
    public bool IsNumber(int place, TableColumn? same)
    {
        ColumnSurvey column = _survey[place];
        bool comma = _commas[place], isNumber = same is null ? !_layout.Categories[place] && column.IsNumbers(comma) : same is NumberColumn;
        if (!isNumber && same is null && !_layout.Categories[place]) ColumnWords.Check(_path, _layout.Names[place], column, comma, place == _layout.Label, _notes);
        if (isNumber && same is null) NoteCodes(column, _layout.Names[place]);
        FieldForm other = comma ? FieldForm.Point : FieldForm.Comma;
        FieldForm? fault = isNumber
            ? column.Earliest(FieldForm.Missing, FieldForm.Blank, FieldForm.NotFinite, FieldForm.Quantity, FieldForm.Date, FieldForm.Word, other)
            : column.Earliest(FieldForm.Missing);
        if (fault is null && isNumber) CheckMarks(place, comma);
        if (fault is not { } form) return isNumber;
        throw form switch
        {
            FieldForm.Missing or FieldForm.Blank => TableColumn.Missing(_path, _layout.Names[place], column.First(form).Row - 1, column.First(form).Text),
            FieldForm.NotFinite => Wrong(place, form, ", which is not finite: mend the value, remove the row, or leave the column out with -IgnoreColumn"),
            _ when form == other => Wrong(place, form, $", where numbers have a decimal {(comma ? "comma" : "point")}: write all alike, or say how with -DecimalComma{(comma ? ":$false" : "")}"),
            _ => Wrong(place, form, same is null
                ? ", where nearly all others are numbers: mend the value, or name the column with -CategoryColumn if its values are words"
                : ", where the training part has numbers only: mend the value, or leave the column out with -IgnoreColumn"),
        };
    }

    // Of 1.234 and 1,234 in one column one has decimals, and the other may have them too where people write both ways.
    private void CheckMarks(int place, bool comma)
    {
        ColumnSurvey column = _survey[place];
        if (_options.DecimalComma is not null || column[FieldForm.PointOrGroup] == 0 || column[FieldForm.CommaOrGroup] == 0) return;
        FieldForm grouped = comma ? FieldForm.PointOrGroup : FieldForm.CommaOrGroup;
        (int otherRow, string other) = column.First(comma ? FieldForm.CommaOrGroup : FieldForm.PointOrGroup);
        if (column.TellsComma is null)
            throw Wrong(place, grouped, $", and '{other}' in data row {otherRow}: one mark stands before decimals, and the other may do so too or group digits. Write all alike, or say how with -DecimalComma or -DecimalComma:$false");
        _notes.Warn($"its column '{_layout.Names[place]}' has '{column.First(grouped).Text}' in data row {column.First(grouped).Row}, taken for a whole number with its digits grouped, beside '{other}' in data row {otherRow}; write all alike if that is wrong, or give -DecimalComma{(comma ? "" : ":$false")} if it is right");
    }

    private void NoteCodes(ColumnSurvey column, string name)
    {
        if (column.Rounded is (int large, string digits))
            _notes.Warn($"its column '{name}' has whole numbers such as '{digits}' in data row {large}, of which double precision rounds the last digits: leave it out with -IgnoreColumn if they number things, or name it with -CategoryColumn");
        else if (column.Padded is (int row, string text))
            _notes.Warn($"its column '{name}' has digits behind a zero, such as '{text}' in data row {row}, and is taken for numbers; name it with -CategoryColumn if they are codes, such as those of towns");
    }

    // Where nothing else in the table tells, 1,234 and 1.234 are what those write who write such delimiters; null where no field asks.
    private bool? Guess(int[] places, char delimiter)
    {
        int[] commas = [.. places.Where(place => _survey[place][FieldForm.CommaOrGroup] > 0)], points = places.Any(place => _survey[place].MayHaveGroups) ? [.. places.Where(place => _survey[place][FieldForm.PointOrGroup] > 0)] : [];
        bool comma = delimiter == ';';
        foreach (int place in commas)
        {
            if (delimiter is not (',' or ';'))
                throw Wrong(place, FieldForm.CommaOrGroup, ", of which the comma may group digits or stand before decimals: say so with -DecimalComma, or -DecimalComma:$false");
            _notes.Warn($"its column '{_layout.Names[place]}' has values such as '{_survey[place].First(FieldForm.CommaOrGroup).Text}', of which the comma is taken {(comma ? "to stand before decimals; give -DecimalComma:$false if it groups digits" : "to group digits; give -DecimalComma if it stands before decimals")}");
        }

        foreach (int place in delimiter == ';' && commas.Length + points.Length == 0 ? places.Where(place => _survey[place][FieldForm.PointOrGroup] > 0) : [])
            _notes.Warn($"its column '{_layout.Names[place]}' has values such as '{_survey[place].First(FieldForm.PointOrGroup).Text}' alone, of which the point is taken to stand before decimals; give -DecimalComma if it groups digits, as in German");
        foreach (int place in commas.Length > 0 ? [] : points)
            _notes.Warn($"its column '{_layout.Names[place]}' has values such as '{_survey[place].First(FieldForm.PointOrGroup).Text}'{(_survey[place].MayHaveGroups ? $" beside '{_survey[place].First(FieldForm.Plain).Text}'" : "")}, of which the point is taken {(comma ? "to group digits; give -DecimalComma:$false if it stands before decimals" : "to stand before decimals; give -DecimalComma if it groups digits, as in German")}");
        return commas.Length + points.Length > 0 ? comma : null;
    }

    private DataFormatException Wrong(int place, FieldForm form, string remedy) => TableColumn.Wrong(_path, _layout.Names[place], _survey[place].First(form), remedy);
}
