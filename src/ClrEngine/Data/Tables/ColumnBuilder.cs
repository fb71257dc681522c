using System.Globalization;
using ClrEngine.Errors;

namespace ClrEngine.Data.Tables;

/// <summary>A column that is being read; errors name the row, counted from 1 without the header, and the column.</summary>
internal abstract class ColumnBuilder(string path, string name)
{
    /// <summary>The file, for errors.</summary>
    protected string Path => path;

    /// <summary>The column's name.</summary>
    protected string Name => name;

    /// <summary>Sets the value of a row, counted from 0, from a field of text.</summary>
    /// <exception cref="DataFormatException">The field has no value, or none of the column's kind.</exception>
    public abstract void Set(int row, ReadOnlySpan<char> text);

    /// <summary>The column, after its last row.</summary>
    public abstract TableColumn Finish();

    /// <summary>Refuses a row without a value.</summary>
    public static DataFormatException Missing(string path, string name, int row, ReadOnlySpan<char> shown) => new(
        DataErrors.MissingValue, path, $"has no value ('{shown}') in data row {row + 1} of its column '{name}': fill it in, remove the row, or leave the column out with -IgnoreColumn.");

    /// <summary>Refuses a value of a row.</summary>
    protected DataFormatException Wrong(ErrorCause cause, int row, string what, string remedy) => new(
        cause, path, $"has {what} in data row {row + 1} of its column '{name}'{remedy}.");
}

/// <summary>A column of numbers that is being read.</summary>
/// <param name="path">The file, for errors.</param>
/// <param name="name">The column's name.</param>
/// <param name="rows">How many rows there are.</param>
/// <param name="isLabel">Whether it is to be predicted, and kept in full precision.</param>
internal sealed class NumberColumnBuilder(string path, string name, int rows, bool isLabel) : ColumnBuilder(path, name)
{
    private readonly double[] _exact = new double[isLabel ? rows : 0];
    private readonly float[] _values = new float[isLabel ? 0 : rows];

    /// <inheritdoc/>
    public override void Set(int row, ReadOnlySpan<char> text)
    {
        if (FieldText.IsMissing(text)) throw Missing(Path, Name, row, text);
        if (!FieldText.IsNumber(text, out double value))
            throw Wrong(DataErrors.Value, row, Shown(text), ", where the training part has numbers only: mend the value, or leave the column out with -IgnoreColumn");
        if (!double.IsFinite(value)) throw Wrong(DataErrors.Value, row, Shown(text), ", beyond the largest number: mend the value");
        Store(row, value, text);
    }

    /// <summary>Sets the value of a row.</summary>
    /// <exception cref="DataFormatException">It is not finite, or too large to learn from.</exception>
    public void Set(int row, double value)
    {
        if (!double.IsFinite(value)) throw Missing(Path, Name, row, $"{value}");
        Store(row, value, default);
    }

    /// <inheritdoc/>
    public override TableColumn Finish() => isLabel ? new ExactNumberColumn(Name, _exact) : new NumberColumn(Name, _values);

    private void Store(int row, double value, ReadOnlySpan<char> text)
    {
        if (isLabel)
            _exact[row] = value;
        else if (!float.IsFinite(_values[row] = (float)value))
            throw Wrong(DataErrors.Value, row, text.IsEmpty ? $"{value}" : Shown(text), ", beyond the largest single-precision number: scale the column");
    }

    private static string Shown(ReadOnlySpan<char> text) => text.Length <= 40 ? $"'{text}'" : $"'{text[..40]}…'";
}

/// <summary>A column of texts that is being read, each different one kept once.</summary>
/// <param name="path">The file, for errors.</param>
/// <param name="name">The column's name.</param>
/// <param name="rows">How many rows there are.</param>
/// <param name="mostTexts">How many different texts it may have.</param>
internal sealed class TextColumnBuilder(string path, string name, int rows, int mostTexts) : ColumnBuilder(path, name)
{
    private readonly int[] _codes = new int[rows];
    private readonly Dictionary<string, int> _known = new(StringComparer.Ordinal);
    private readonly List<string> _texts = [];

    /// <inheritdoc/>
    public override void Set(int row, ReadOnlySpan<char> text)
    {
        if (text.Length > TableLimits.TextLength)
            throw Wrong(DataErrors.Categories, row, $"a text of {text.Length} characters", $", at most {TableLimits.TextLength} make a category: leave the column out with -IgnoreColumn");
        string whole = text.ToString();
        if (!_known.TryGetValue(whole, out int code))
        {
            code = _texts.Count;
            if (code == mostTexts)
                throw new DataFormatException(
                    DataErrors.Categories, Path, $"has more than {mostTexts} different texts, such as '{whole}', in its column '{Name}': leave it out with -IgnoreColumn, or if it shall be numbers, mend the fields that are none.");
            _texts.Add(whole);
            _known.Add(whole, code);
        }

        _codes[row] = code;
    }

    /// <inheritdoc/>
    public override TextColumn Finish() => new(Name, _codes, _texts);
}

/// <summary>What a field of text says.</summary>
internal static class FieldText
{
    private static readonly string[] Unknown = ["NA", "N/A", "NaN", "null", "?"];

    /// <summary>Whether a field is empty, or says in one of the usual ways that its value is not known.</summary>
    public static bool IsMissing(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return true;
        if (text.Length > 4) return false;
        foreach (string unknown in Unknown)
        {
            if (text.Equals(unknown, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    /// <summary>Whether a field is a number, with a point for decimals; it may be too large to be finite.</summary>
    public static bool IsNumber(ReadOnlySpan<char> text, out double value)
    {
        value = 0;
        // Words such as Infinity are texts here, though a parser takes them for numbers.
        return !text.IsEmpty && (char.IsAsciiDigit(text[^1]) || text[^1] == '.')
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }
}
