namespace ClrEngine.Data;

/// <summary>The checks of a delimited text's rows and fields; errors name the row, counted from 1 without the header, and the column.</summary>
internal static class CsvFields
{
    public static void CheckCount(string path, CsvRows rows, int expected, int row)
    {
        if (rows.FieldCount != expected)
            throw new DataFormatException(
                DataFault.RowLength, path, $"has {rows.FieldCount} fields in data row {row}, {expected} were expected: mend the row, and quote fields that hold the delimiter.");
    }

    /// <summary>Whether a field is a number that a model can read; refuses a missing value.</summary>
    public static bool IsNumber(string path, ReadOnlySpan<char> text, string column, int row)
    {
        if (TableValue.IsMissing(text)) throw Missing(path, text, column, row);
        return TableValue.IsNumber(text, out _);
    }

    /// <summary>A field of a column of numbers.</summary>
    public static double Number(string path, ReadOnlySpan<char> text, string column, int row)
    {
        if (TableValue.IsMissing(text)) throw Missing(path, text, column, row);
        if (!TableValue.IsNumber(text, out double value))
            throw new DataFormatException(
                DataFault.Value, path, $"has '{Shown(text)}' in data row {row} of its column '{column}', where the training part has numbers only: mend the value, or leave the column out with -IgnoreColumn.");
        return double.IsFinite(value)
            ? value
            : throw new DataFormatException(DataFault.Value, path, $"has '{Shown(text)}' in data row {row} of its column '{column}', beyond the largest number: mend the value.");
    }

    /// <summary>A field of a column of numbers to learn from.</summary>
    public static float Feature(string path, ReadOnlySpan<char> text, string column, int row)
    {
        float value = (float)Number(path, text, column, row);
        return float.IsFinite(value)
            ? value
            : throw new DataFormatException(DataFault.Value, path, $"has '{Shown(text)}' in data row {row} of its column '{column}', beyond the largest single-precision number: scale the column.");
    }

    /// <summary>A field of a column of texts.</summary>
    public static ReadOnlySpan<char> Text(string path, ReadOnlySpan<char> text, string column, int row)
    {
        if (TableValue.IsMissing(text)) throw Missing(path, text, column, row);
        return text.Length <= TableLimits.TextLength
            ? text
            : throw new DataFormatException(
                DataFault.Categories, path, $"has a text of {text.Length} characters in data row {row} of its column '{column}', at most {TableLimits.TextLength} make a category: leave the column out with -IgnoreColumn.");
    }

    private static DataFormatException Missing(string path, ReadOnlySpan<char> text, string column, int row) => new(
        DataFault.MissingValue, path, $"has no value ('{text}') in data row {row} of its column '{column}': fill it in, remove the row, or leave the column out with -IgnoreColumn.");

    private static string Shown(ReadOnlySpan<char> text) => text.Length <= 40 ? text.ToString() : $"{text[..40]}…";
}
