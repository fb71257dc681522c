namespace ClrEngine.Data.Tables;

/// <summary>A table that was read: the columns to learn from and the one to predict.</summary>
internal sealed record ColumnTable(string Path, int Rows, IReadOnlyList<TableColumn> Features, TableColumn Label)
{
    public void AddTo(ContentHash contents)
    {
        contents.Add("table");
        foreach (TableColumn column in Features.Append(Label))
        {
            contents.Add(column.Name);
            column.AddTo(contents);
        }
    }
}

/// <summary>One column of a table; errors name the row, counted from 1 without the header, and the column.</summary>
internal abstract class TableColumn(string path, string name)
{
    private static readonly string[] Unknown = ["NA", "N/A", "NaN", "null", "?"];

    public string Name => name;

    protected string Path => path;

    /// <summary>Sets the value of a row, counted from 0, from a field of text.</summary>
    /// <exception cref="DataFormatException">The field has no value, or none of the column's kind.</exception>
    public abstract void Set(int row, ReadOnlySpan<char> text);

    public abstract void AddTo(ContentHash contents);

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

    public static DataFormatException Missing(string path, string name, int row, ReadOnlySpan<char> shown) => new(
        DataErrors.MissingValue, path, $"has no value ('{shown}') in data row {row + 1} of its column '{name}': fill it in, remove the row, or leave the column out with -IgnoreColumn.");

    protected DataFormatException Wrong(ErrorCause cause, int row, string what, string remedy) => new(
        cause, path, $"has {what} in data row {row + 1} of its column '{name}'{remedy}.");
}

/// <summary>A column of finite numbers in full precision; those to learn from are rounded after they were centred, and must not pass the largest number of single precision.</summary>
internal sealed class NumberColumn(string path, string name, double[] exact, bool isLabel) : TableColumn(path, name)
{
    public NumberColumn(string path, string name, int rows, bool isLabel)
        : this(path, name, new double[rows], isLabel)
    {
    }

    public double[] Exact => exact;

    public override void Set(int row, ReadOnlySpan<char> text)
    {
        if (IsMissing(text)) throw Missing(Path, Name, row, text);
        if (!TryParse(text, out double value))
            throw Wrong(DataErrors.Value, row, Shown(text), ", where the training part has numbers only: mend the value, or leave the column out with -IgnoreColumn");
        if (!double.IsFinite(value)) throw Wrong(DataErrors.Value, row, Shown(text), ", beyond the largest number: mend the value");
        if (!Store(row, value)) throw TooLarge(row, Shown(text));
    }

    /// <exception cref="DataFormatException">The value is not finite, or too large to learn from.</exception>
    public void Set(int row, double value)
    {
        if (!double.IsFinite(value)) throw Missing(Path, Name, row, $"{value}");
        if (!Store(row, value)) throw TooLarge(row, $"{value}");
    }

    public override void AddTo(ContentHash contents) => contents.Add<double>(exact);

    /// <summary>Whether a field is a number, with a point for decimals; it may be too large to be finite.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out double value)
    {
        value = 0;
        // Words such as Infinity are texts here, though a parser takes them for numbers.
        return !text.IsEmpty && (char.IsAsciiDigit(text[^1]) || text[^1] == '.')
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    private bool Store(int row, double value)
    {
        exact[row] = value;
        return isLabel || float.IsFinite((float)value);
    }

    private static string Shown(ReadOnlySpan<char> text) => text.Length <= 40 ? $"'{text}'" : $"'{text[..40]}…'";

    private DataFormatException TooLarge(int row, string shown) => Wrong(DataErrors.Value, row, shown, ", beyond the largest single-precision number: scale the column");
}

/// <summary>A column of texts: each row's place in a list of the different ones, which are in the order of their first rows.</summary>
internal sealed class TextColumn(string path, string name, int rows, int mostTexts) : TableColumn(path, name)
{
    private const int LongestText = 1_024;

    private readonly Dictionary<string, int> _known = new(StringComparer.Ordinal);
    private readonly List<string> _texts = [];

    public int[] Codes { get; } = new int[rows];

    public IReadOnlyList<string> Texts => _texts;

    public override void Set(int row, ReadOnlySpan<char> text)
    {
        if (text.Length > LongestText)
            throw Wrong(DataErrors.Categories, row, $"a text of {text.Length} characters", $", at most {LongestText} make a category: leave the column out with -IgnoreColumn");
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

        Codes[row] = code;
    }

    public override void AddTo(ContentHash contents)
    {
        contents.Add(Codes);
        foreach (string text in Texts) contents.Add(text);
    }
}
