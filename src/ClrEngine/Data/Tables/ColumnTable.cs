namespace ClrEngine.Data.Tables;

/// <summary>A table that was read: the columns to learn from and the one to predict, the names of those that were to be left out, and what the reader has to say.</summary>
internal sealed record ColumnTable(string Path, int Rows, IReadOnlyList<TableColumn> Features, TableColumn Label, string[] Ignored, TableNotes Notes)
{
    public IReadOnlyCollection<string> Names => [.. Features.Append(Label).Select(static column => column.Name)];

    public bool IsOnDisk => Features.All(static column => column.IsOnDisk);

    /// <summary>Whether it has the column to predict; where it has not, a model is asked.</summary>
    public bool HasLabels { get; init; } = true;

    /// <summary>The names of those that are words by the user's word.</summary>
    public string[] Categories { get; init; } = [];

    /// <summary>Whether a text has decimal commas; null where none of its fields tells.</summary>
    public bool? DecimalComma { get; init; }

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
    public string Name => name;

    protected string Path => path;

    public abstract bool IsOnDisk { get; }

    public abstract void AddTo(ContentHash contents);

    /// <summary>Reads values, or the codes of texts, from a row on.</summary>
    public abstract void Read(int first, Span<double> values);

    /// <summary>The error of a row, counted from 0, that has no value; whether what is shown is no word that the file has, but a number's.</summary>
    public static DataFormatException Missing(string path, string name, int row, ReadOnlySpan<char> shown, bool isNumber = false) => new(
        DataErrors.MissingValue, path, $"has no value ('{shown}') in data row {row + 1} of its column '{name}': fill it in, remove the row, or leave the column out with -IgnoreColumn{(shown.IsEmpty || isNumber ? "" : $"; if '{shown}' is a value like others, say which words are missing ones with -MissingValue")}.");

    /// <summary>The error of a row, counted from 0, whose value cannot be taken.</summary>
    public static DataFormatException Wrong(string path, string name, int row, ReadOnlySpan<char> shown, string remedy) => new(
        DataErrors.Value, path, $"has {(shown.Length <= 40 ? $"'{shown}'" : $"'{shown[..40]}…'")} in data row {row + 1} of its column '{name}'{remedy}.");

    /// <summary>The same of a row that is counted from 1, as a survey does.</summary>
    public static DataFormatException Wrong(string path, string name, (int Row, string Text) at, string remedy) => Wrong(path, name, at.Row - 1, at.Text, remedy);
}

/// <summary>A column whose values lie in memory, or else on the disk.</summary>
internal abstract class TableColumn<T>(string path, string name, T[]? inMemory, DiskColumn<T>? onDisk) : TableColumn(path, name)
    where T : unmanaged
{
    /// <summary>Its values, wherever they lie: whoever looks at them goes from the first to the last.</summary>
    public IReadOnlyList<T> Values => inMemory ?? (IReadOnlyList<T>)onDisk!;

    public override bool IsOnDisk => inMemory is null;

    public override void AddTo(ContentHash contents)
    {
        if (inMemory is not null) contents.Add<T>(inMemory);
        else contents.Add(onDisk!.Count, onDisk.Blocks());
    }

    protected void Put(int row, T value)
    {
        if (inMemory is not null) inMemory[row] = value;
        else onDisk!.Set(row, value);
    }

    protected void Copy(int first, Span<T> values)
    {
        if (inMemory is not null) inMemory.AsSpan(first, values.Length).CopyTo(values);
        else onDisk!.Read(first, values);
    }
}

/// <summary>A column of finite numbers in full precision; those to learn from are rounded after they were centred, and must not pass the largest number of single precision.</summary>
internal sealed class NumberColumn : TableColumn<double>
{
    private readonly bool _isLabel;

    public NumberColumn(string path, string name, double[] exact, bool isLabel)
        : base(path, name, exact, null) => _isLabel = isLabel;

    /// <summary>A column to learn from, whose values lie on the disk.</summary>
    public NumberColumn(string path, string name, DiskColumn<double> onDisk)
        : base(path, name, null, onDisk)
    {
    }

    /// <summary>Its numbers, where they lie in memory, as those to predict always do.</summary>
    public double[] Exact => Values as double[] ?? throw new InvalidOperationException($"The column '{Name}' lies on the disk.");

    public bool IsWhole => Values.All(static value => value == Math.Floor(value));

    /// <summary>Whether the numbers, to learn from, count the rows from any whole number on.</summary>
    public bool CountsRows => !_isLabel && Values.Count > 0 && Values[0] is var first && first == Math.Floor(first) && Math.Abs(first) < FieldText.LargestWhole && !Values.Where((value, row) => value != first + row).Any();

    /// <summary>Sets the value of a row, counted from 0; the text is for errors.</summary>
    public void Set(int row, double value, ReadOnlySpan<char> text = default)
    {
        bool isNumber = text.IsEmpty;
        if (isNumber) text = value.ToString(CultureInfo.InvariantCulture);
        if (double.IsNaN(value)) throw Missing(Path, Name, row, text, isNumber);
        if (!double.IsFinite(value)) throw Wrong(Path, Name, row, text, ", which is not finite, or beyond the largest number: mend the value, remove the row, or leave the column out with -IgnoreColumn");
        Put(row, value);
        if (!_isLabel && !float.IsFinite((float)value)) throw Wrong(Path, Name, row, text, ", beyond the largest single-precision number: scale the column");
    }

    public override void Read(int first, Span<double> values) => Copy(first, values);
}

/// <summary>A column of texts: each row's place in a list of the different ones, which are in the order of their first rows.</summary>
internal sealed class TextColumn : TableColumn<int>
{
    public const int LongestText = 1_024;

    private readonly Dictionary<string, int> _known = new(StringComparer.Ordinal);
    private readonly List<string> _texts = [];
    private readonly int _mostTexts;
    private readonly List<(bool With, bool Without)> _hadBlanks = [];

    public TextColumn(string path, string name, int rows, int mostTexts)
        : base(path, name, new int[rows], null) => _mostTexts = mostTexts;

    public TextColumn(string path, string name, DiskColumn<int> onDisk, int mostTexts)
        : base(path, name, null, onDisk) => _mostTexts = mostTexts;

    /// <summary>The place of each row's text among <see cref="Texts"/>.</summary>
    public IReadOnlyList<int> Codes => Values;

    public IReadOnlyList<string> Texts => _texts;

    /// <summary>The first text that had blanks around it in some rows and none in others; null where there is none.</summary>
    public string? Merged => _hadBlanks.FindIndex(static had => had.With && had.Without) is var code and >= 0 ? _texts[code] : null;

    /// <summary>Sets the value of a row, counted from 0; whether blanks around the text were taken off.</summary>
    public void Set(int row, ReadOnlySpan<char> text, bool hadBlanks = false)
    {
        if (text.Length > LongestText)
            throw new DataFormatException(DataErrors.Categories, Path, $"has a text of {text.Length} characters in data row {row + 1} of its column '{Name}', at most {LongestText} make a category: leave the column out with -IgnoreColumn.");
        string whole = text.ToString();
        if (!_known.TryGetValue(whole, out int code))
        {
            code = _texts.Count;
            if (code == _mostTexts)
                throw new DataFormatException(
                    DataErrors.Categories, Path, $"has more than {_mostTexts} different texts, such as '{whole}', in its column '{Name}': leave it out with -IgnoreColumn, or write all of it as numbers if it shall be numbers.");
            _texts.Add(whole);
            _hadBlanks.Add(default);
            _known.Add(whole, code);
        }

        (bool hadSome, bool hadNone) = _hadBlanks[code];
        _hadBlanks[code] = (hadSome || hadBlanks, hadNone || !hadBlanks);
        Put(row, code);
    }

    public override void AddTo(ContentHash contents)
    {
        base.AddTo(contents);
        foreach (string text in Texts) contents.Add(text);
    }

    public override void Read(int first, Span<double> values)
    {
        int[] codes = new int[values.Length];
        Copy(first, codes);
        for (int i = 0; i < codes.Length; i++) values[i] = codes[i];
    }
}

/// <summary>What a reader of tables guessed or left out, for <see cref="TrainingData.Warnings"/>, and what it chose as documented, for <see cref="TrainingData.Remarks"/>.</summary>
internal sealed class TableNotes(string path)
{
    private const int MostNamed = 5;

    private static readonly string[] Sums = ["total", "totals", "grand total", "subtotal", "sub total", "sub-total", "sum", "summe", "gesamt"];

    private static readonly string[] Summaries =
        [.. Sums, "mean", "average", "avg", "mittelwert", "median", "std", "stdev", "std dev", "sd", "variance", "min", "max", "minimum", "maximum", "count"];

    public List<string> Warnings { get; } = [];

    public List<string> Remarks { get; } = [];

    /// <summary>Keeps a warning: what is so, after the file's name.</summary>
    public void Warn(string what) => Warnings.Add($"'{path}': {what}.");

    /// <summary>Whether a row that sums up others was warned of.</summary>
    public bool SaysSummary { get; private set; }

    public void Remark(string what) => Remarks.Add($"'{path}': {what}.");

    /// <summary>Whether a text is a word that spreadsheets write beside a sum or a mean of the rows above.</summary>
    public static bool IsSummary(string text) => IsSum(text) || Summaries.Contains(Bare(text), StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a text is a word that spreadsheets write beside a sum of some of the rows, such as <c>Berlin Total</c>.</summary>
    public static bool IsSum(string text) =>
        Bare(text) is var bare && (Sums.Contains(bare, StringComparer.OrdinalIgnoreCase) || bare.EndsWith(" total", StringComparison.OrdinalIgnoreCase) || bare.StartsWith("total ", StringComparison.OrdinalIgnoreCase));

    /// <summary>Warns of a row, counted from 1, and of as many more, that sum up others.</summary>
    public void WarnOfSummary(string column, string word, int row, int rows, int more)
    {
        SaysSummary = true;
        Warn($"its {(row == rows ? "last " : "")}data row{(row == rows ? "," : "")} {row}{(row == rows ? "," : "")} has '{word}' in the column '{column}', {(more > 0 ? $"as {more} more have or the like, and these are taken for samples: remove the rows if they sum up others" : "which no other row has, and is taken for a sample: remove the row if it sums up the others")}");
    }

    /// <summary>The first texts that differ in capital letters or blanks alone, in quotes, and in which of them; null where there are none.</summary>
    public static string? Twins(IEnumerable<string> texts, string which = "") =>
        texts.GroupBy(static text => string.Join(' ', Visible(text).Normalize().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.'), StringComparer.OrdinalIgnoreCase).FirstOrDefault(static same => same.Skip(1).Any()) is { } twins
            ? $"{List([.. twins])}{which} differ in {(twins.Distinct(StringComparer.OrdinalIgnoreCase).Skip(1).Any() ? "blanks, signs without a width, points at the end, capital letters or the coding of accents" : "capital letters")} alone"
            : null;

    private static string Visible(string text) => text.Any(static c => char.GetUnicodeCategory(c) == UnicodeCategory.Format) ? string.Concat(text.Where(static c => char.GetUnicodeCategory(c) != UnicodeCategory.Format)) : text;

    private static string Bare(string text) => text.Trim(' ', ':', '.', '=');

    /// <summary>Some names in quotes, the first few of many.</summary>
    public static string List(IReadOnlyCollection<string> names) =>
        string.Join(", ", names.Take(MostNamed).Select(static name => $"'{name}'")) + (names.Count > MostNamed ? $" and {names.Count - MostNamed} more" : "");
}
