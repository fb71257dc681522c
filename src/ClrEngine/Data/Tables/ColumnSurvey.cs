namespace ClrEngine.Data.Tables;

/// <summary>What the fields of one column of text look like: how many there are of each form, and the first of each.</summary>
/// <param name="top">The text of the first row, which may be a header.</param>
/// <param name="mayBeIndex">Whether to look for fields that are alike.</param>
internal sealed class ColumnSurvey(string top, bool mayBeIndex)
{
    // Where fewer of a hundred fields are something else, a column is one of numbers, and these are faults.
    private const int MostOdd = 5;

    // The rows from which a single odd field is a fault too.
    private const int FewestRows = 10;

    // More different texts than that, and no two alike, are names.
    private const int MostDistinct = 100_000;

    // The digits of 2^53, from which on double precision leaves out whole numbers.
    private const int FewestRounded = 16;

    private const int GroupLength = 3;

    private static readonly int Forms = Enum.GetValues<FieldForm>().Length;

    private readonly long[] _counts = new long[Forms];
    private readonly (int Row, string Text)[] _first = new (int, string)[Forms];
    private double _before = double.NaN;
    private bool _hasTop;
    private (int Row, string Text)? _padded, _rounded;
    private HashSet<string>? _distinct = mayBeIndex ? new(StringComparer.Ordinal) : null;

    /// <summary>The text of all rows, where they have the same; else null.</summary>
    public string? Only { get; private set; }

    /// <summary>The text of the last row; known of what may be an index alone.</summary>
    public string? Last { get; private set; }

    /// <summary>The first digits behind a zero, as codes have them; null where there are none.</summary>
    public (int Row, string Text)? Padded => _padded is { } first ? InData(first) : null;

    /// <summary>The first whole number that double precision rounds; null where there is none.</summary>
    public (int Row, string Text)? Rounded => _rounded is { } first ? InData(first) : null;

    /// <summary>How many other rows have the first row's text.</summary>
    public int TopCount { get; private set; }

    /// <summary>Whether a whole number without marks has more digits than one group.</summary>
    public bool HasLongWhole { get; private set; }

    /// <summary>Whether no two fields are alike; known of what may be an index alone.</summary>
    public bool IsDistinct => _distinct is not null;

    /// <summary>Whether each field is a larger number than the one before it; known of what may be an index alone.</summary>
    public bool IsIncreasing { get; private set; } = true;

    public long Rows => _counts.Sum();

    public long this[FieldForm form] => _counts[(int)form];

    /// <summary>Whether nearly all fields that are not missing are numbers.</summary>
    public bool IsNumeric => IsNumbers(decimalComma: true) || IsNumbers(decimalComma: false);

    /// <summary>Whether there are texts, and nothing is a number.</summary>
    public bool IsWords => this[FieldForm.Word] > 0 && Numbers(true) + Numbers(false) == 0;

    /// <summary>Adds a row, counted from 1 behind the first one of the text.</summary>
    public void Add(int row, ReadOnlySpan<char> text, string[] missing)
    {
        if (row == 1) Only = text.ToString();
        else if (Only is not null && !text.SequenceEqual(Only)) Only = null;
        Count(row, text, FieldText.FormOf(text, missing));
        if (top.Length > 0 && text.SequenceEqual(top)) TopCount++;
        if (_distinct is null) return;
        if (IsIncreasing)
        {
            IsIncreasing = FieldText.TryParse(text, decimalComma: false, out double number) && !(number <= _before);
            _before = number;
        }

        Last = text.ToString();
        if (_distinct.Count < MostDistinct && !_distinct.Add(Last)) _distinct = null;
    }

    /// <summary>Adds the first row, which is no header.</summary>
    public void AddTop(string[] missing)
    {
        if (Only != top) Only = null;
        _hasTop = true;
        Count(0, top, FieldText.FormOf(top, missing));
    }

    /// <summary>The first of a form: its row, counted from 1 without a header, and its text.</summary>
    public (int Row, string Text) First(FieldForm form) => InData(_first[(int)form]);

    public string FirstText => _first.Where(static first => !string.IsNullOrEmpty(first.Text)).OrderBy(static first => first.Row).Select(static first => first.Text).FirstOrDefault("");

    public FieldForm? Earliest(params FieldForm[] forms) =>
        forms.Where(form => this[form] > 0).OrderBy(form => First(form).Row).Select(static form => (FieldForm?)form).FirstOrDefault();

    /// <summary>Whether numbers have a decimal comma, where fields tell.</summary>
    public bool? TellsComma => (this[FieldForm.Point], this[FieldForm.Comma]) switch
    {
        (0, 0) => null,
        var (points, commas) => commas > points,
    };

    /// <summary>Whether there are numbers such as 1.588, and besides them whole ones of up to three digits alone: all may be whole, and points group their digits.</summary>
    public bool MayHaveGroups => this[FieldForm.PointOrGroup] > 0 && this[FieldForm.Plain] > 0 && !HasLongWhole && TellsComma is null;

    /// <summary>Whether nearly all fields that are not missing are numbers, with this mark for decimals.</summary>
    public bool IsNumbers(bool decimalComma) => IsNearlyAll(Numbers(decimalComma) + this[FieldForm.NotFinite]);

    /// <summary>Whether nearly all fields that are not missing are numbers or of this form, which some are.</summary>
    public bool IsNearly(FieldForm form, bool decimalComma) => this[form] > 0 && IsNearlyAll(this[form] + Numbers(decimalComma));

    /// <summary>How many fields are numbers, with this mark for decimals.</summary>
    public long Numbers(bool decimalComma) =>
        this[FieldForm.Plain] + this[FieldForm.PointOrGroup] + this[FieldForm.CommaOrGroup] + this[decimalComma ? FieldForm.Comma : FieldForm.Point];

    public static bool IsNearlyAll(long count, long given) => count > 0 && given - count <= Math.Max(given * MostOdd / 100, given >= FewestRows ? 1 : 0);

    private bool IsNearlyAll(long count) => IsNearlyAll(count, Rows - this[FieldForm.Missing] - this[FieldForm.Blank]);

    private (int Row, string Text) InData((int Row, string Text) first) => first with { Row = first.Row + (_hasTop ? 1 : 0) };

    private void Count(int row, ReadOnlySpan<char> text, FieldForm form)
    {
        if (form == FieldForm.Plain && text.Length > 1)
        {
            if (text[0] == '0' && _padded is null && char.IsAsciiDigit(text[1])) _padded = (row, text.ToString());
            if (text.Length > GroupLength && text.TrimStart("+-\u2212").Length > GroupLength) HasLongWhole = true;
            if (text.Length >= FewestRounded && _rounded is null && FieldText.IsRounded(text)) _rounded = (row, text.ToString());
        }

        ref (int Row, string Text) first = ref _first[(int)form];
        if (_counts[(int)form]++ == 0 || row < first.Row) first = (row, text.ToString());
    }
}

/// <summary>Looks at a column that is taken for words, and may hold something else: days and times, money, numbers.</summary>
internal static class ColumnWords
{
    /// <summary>The error of a column of too many different texts, at least half of which are numbers; null where they are not.</summary>
    public static DataFormatException? Mixed(string path, string name, ColumnSurvey column) =>
        Math.Max(column.Numbers(true), column.Numbers(false)) is var numbers && numbers * 2 >= column.Rows && column.Earliest(FieldForm.Word, FieldForm.Quantity, FieldForm.Date) is { } odd
            ? TableColumn.Wrong(path, name, column.First(odd), $", where {numbers} of {column.Rows} rows have numbers, too many different ones for categories: mend the texts, or leave the column out with -IgnoreColumn")
            : null;

    /// <summary>Says what the words may be.</summary>
    public static void Check(string path, string name, ColumnSurvey column, bool comma, bool isLabel, TableNotes notes)
    {
        if (column.IsNearly(FieldForm.Date, comma))
            throw Wrong(FieldForm.Date, "a date or a time: make numbers of them");
        if (column.IsNearly(FieldForm.Quantity, comma))
        {
            string first = column.First(FieldForm.Quantity).Text;
            throw Wrong(FieldForm.Quantity, FieldText.IsNegative(first) ? "a number below zero as bookkeepers write it: write a minus before it"
                : FieldText.IsOfOtherDigits(first) ? "a number in other digits than 0 to 9: write these"
                : "a number with a sign for percent or money: write numbers alone");
        }

        long numbers = Math.Max(column.Numbers(true), column.Numbers(false));
        if (numbers == 0 || !(isLabel || numbers * 2 >= column.Rows)) return;
        if (column.Earliest(FieldForm.Word, FieldForm.Quantity, FieldForm.Date, FieldForm.Point, FieldForm.Comma) is { } odd && numbers < column.Rows)
            notes.Warn($"its column '{name}' has numbers in {numbers} of {column.Rows} rows, and texts such as '{column.First(odd).Text}' in data row {column.First(odd).Row}: all its values are taken for words. Mend the texts if it shall be numbers, or name it with -CategoryColumn");
        else
            notes.Warn($"its column '{name}' has texts that are all numbers, such as '{column.FirstText}', and they are taken for words, no nearer to one than to another: write the column as numbers if it shall be numbers, or name it with -CategoryColumn");

        DataFormatException Wrong(FieldForm form, string what) =>
            TableColumn.Wrong(path, name, column.First(form), $", {what}, leave the column out with -IgnoreColumn, or name it with -CategoryColumn");
    }
}
