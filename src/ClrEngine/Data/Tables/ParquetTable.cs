namespace ClrEngine.Data.Tables;

/// <summary>Reads a table from a Parquet file: only the columns that are used, a group of rows at a time.</summary>
internal static class ParquetTable
{
    // What stands for bytes that are no text.
    private const char Replacement = '\uFFFD';

    public static IReadOnlyList<string> ColumnNames(DataStream source)
    {
        using ParquetFile file = ParquetFile.Open(source);
        return [.. file.Columns.Select(static column => column.Name)];
    }

    /// <summary>Reads a table; where there is a training part, the columns and their kinds must be the same.</summary>
    public static ColumnTable Read(DataStream source, DataOptions options, ColumnTable? training = null)
    {
        using ParquetFile file = ParquetFile.Open(source);
        var notes = new TableNotes(source.Path);
        string[] missing = options.MissingWords;
        TableLayout layout = TableLayout.Decide(source.Path, [.. file.Columns.Select(static column => column.Name)], file.Indices, options, training, notes);
        layout.CheckSize(source.Path, file.Rows, options);
        return layout.MakeTable(source.Path, file.Rows, training, options, notes, IsText, Fill);

        bool IsText(int place, TableColumn? sameInTraining)
        {
            (ParquetColumn column, string name) = (file.Columns[place], layout.Names[place]);
            if (column.Element is null)
                throw new DataFormatException(DataErrors.Type, file.Path, $"has {column.Kind} in its column '{name}', not numbers or texts: make numbers of them, or leave the column out with -IgnoreColumn.");
            if (layout.Categories[place]) return true;
            if (sameInTraining is not null && sameInTraining is TextColumn != column.IsText)
                throw new DataFormatException(DataErrors.Value, file.Path, $"has {(column.IsText ? "texts" : "numbers")} in its column '{name}', the training part does not: give both parts the same types.");
            return column.IsText;
        }

        void Fill(int place, TableColumn column)
        {
            if (column is NumberColumn numbers)
            {
                file.ReadNumbers(file.Columns[place], (row, value) => numbers.Set(row, value));
                if (file.Columns[place] is { Element.Type: Parquet.Meta.Type.INT64, Scale: 0 } && numbers.Values.TakeWhile(static value => Math.Abs(value) < FieldText.LargestWhole).Count() is var large && large < file.Rows)
                    notes.Warn($"its column '{column.Name}' has whole numbers such as {numbers.Values[large]:F0} in data row {large + 1}, of which double precision rounds the last digits: leave it out with -IgnoreColumn if they number things, or name it with -CategoryColumn");
            }
            else if (!file.Columns[place].IsText)
                file.ReadNumbersAsTexts(file.Columns[place], (row, text) => ((TextColumn)column).Set(row, text));
            else
                FillTexts(file.Columns[place], (TextColumn)column, layout.Categories[place], place == layout.Label);
        }

        void FillTexts(ParquetColumn stored, TextColumn column, bool areCategories, bool isLabel)
        {
            var survey = new ColumnSurvey("", mayBeIndex: false);
            file.ReadTexts(stored, (row, text) =>
            {
                ReadOnlySpan<char> value = text.Span.Trim();
                survey.Add(row + 1, value, missing);
                if (survey[FieldForm.Missing] > 0) throw TableColumn.Missing(file.Path, column.Name, row, value);
                if (stored.IsBytes && value.Contains(Replacement))
                    throw TableColumn.Wrong(file.Path, column.Name, row, value, ", bytes that are no text in UTF-8: leave the column out with -IgnoreColumn, or write texts");
                column.Set(row, value, value.Length < text.Length);
            });
            if (training is null && !areCategories) ColumnWords.Check(file.Path, column.Name, survey, comma: false, isLabel, notes);
        }
    }
}
