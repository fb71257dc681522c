namespace ClrEngine.Data.Tables;

/// <summary>Looks at a column that is taken for words, and may hold something else: days and times, money, numbers.</summary>
internal static class ColumnWords
{
    /// <summary>The error of a column of too many different texts, at least half of which are numbers; null where they are not.</summary>
    public static DataFormatException? Mixed(string path, string name, ColumnSurvey column, Func<int, int> dataRow) =>
        Math.Max(column.Numbers(true), column.Numbers(false)) is var numbers && numbers * 2 >= column.Rows && column.Earliest(FieldForm.Word, FieldForm.Quantity, FieldForm.Date) is { } odd
            ? TableColumn.Wrong(path, name, dataRow(column.First(odd).Row) - 1, column.First(odd).Text, $", where {numbers} of {column.Rows} rows have numbers, too many different ones for categories: mend the texts, or leave the column out with -IgnoreColumn")
            : null;

    /// <summary>Says what the words may be.</summary>
    /// <param name="path">The file, for errors.</param>
    /// <param name="name">The column's name.</param>
    /// <param name="column">What its fields look like.</param>
    /// <param name="dataRow">A row of the survey, as errors count them.</param>
    /// <param name="comma">Whether numbers have decimal commas.</param>
    /// <param name="isLabel">Whether it is predicted.</param>
    /// <param name="notes">Takes what is said.</param>
    /// <exception cref="DataFormatException">Nearly all are dates or times, or have a sign for percent or money.</exception>
    public static void Check(string path, string name, ColumnSurvey column, Func<int, int> dataRow, bool comma, bool isLabel, TableNotes notes)
    {
        if (column.IsNearly(FieldForm.Date, comma))
            throw Wrong(FieldForm.Date, "a date or a time: make numbers of them");
        if (column.IsNearly(FieldForm.Quantity, comma))
        {
            string first = column.First(FieldForm.Quantity).Text;
            throw Wrong(FieldForm.Quantity, NumberText.IsNegative(first) ? "a number below zero as bookkeepers write it: write a minus before it"
                : NumberText.IsOfOtherDigits(first) ? "a number in other digits than 0 to 9: write these"
                : "a number with a sign for percent or money: write numbers alone");
        }

        long numbers = Math.Max(column.Numbers(true), column.Numbers(false));
        if (numbers == 0 || !(isLabel || numbers * 2 >= column.Rows)) return;
        if (column.Earliest(FieldForm.Word, FieldForm.Quantity, FieldForm.Date, FieldForm.Point, FieldForm.Comma) is { } odd && numbers < column.Rows)
            notes.Warn(path, $"its column '{name}' has numbers in {numbers} of {column.Rows} rows, and texts such as '{column.First(odd).Text}' in data row {dataRow(column.First(odd).Row)}: all its values are taken for words. Mend the texts if it shall be numbers, or name it with -CategoryColumn");
        else
            notes.Warn(path, $"its column '{name}' has texts that are all numbers, such as '{column.FirstText}', and they are taken for words, no nearer to one than to another: write the column as numbers if it shall be numbers, or name it with -CategoryColumn");

        DataFormatException Wrong(FieldForm form, string what) =>
            TableColumn.Wrong(path, name, dataRow(column.First(form).Row) - 1, column.First(form).Text, $", {what}, leave the column out with -IgnoreColumn, or name it with -CategoryColumn");
    }
}
