using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace ClrEngine.Data.Tables;

/// <summary>What a field of a text table looks like on its own; what it is, its column decides.</summary>
internal enum FieldForm
{
    /// <summary>Nothing, or one of the words that say so.</summary>
    Missing,

    /// <summary>What stands for nothing among numbers, and may be a word among words, such as a dash.</summary>
    Blank,

    /// <summary>Infinity.</summary>
    NotFinite,

    /// <summary>A number that reads alike with decimal points and decimal commas.</summary>
    Plain,

    /// <summary>A number with a decimal point, such as 1.5 or 1,234.5.</summary>
    Point,

    /// <summary>A number with a decimal comma, such as 1,5 or 1.234,5.</summary>
    Comma,

    /// <summary>Such as 1.234, which a German reader takes for a thousand.</summary>
    PointOrGroup,

    /// <summary>Such as 1,234, which a German reader takes for a little more than one.</summary>
    CommaOrGroup,

    /// <summary>A number with a percent or currency sign, below zero as bookkeepers write it, or in digits of another script.</summary>
    Quantity,

    /// <summary>A day, with or without a time, a time of day, or a span of time.</summary>
    Date,

    /// <summary>Anything else.</summary>
    Word,
}

/// <summary>Numbers and missing values as pandas, R, SQL, Excel and people write them.</summary>
internal static partial class FieldText
{
    /// <summary>The words for a missing value where none are given, in any case of letters: those of pandas, R, SQL and Excel, and UCI's question mark.</summary>
    public static readonly string[] UsualMissing =
    [
        "NA", "N/A", "NaN", "-NaN", "<NA>", "NaT", "null", "(null)", "[null]", "None", "nil", @"\N", "?", "#N/A", "#NA", "#N/A N/A", "#DIV/0!", "#VALUE!",
        "#REF!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN",
    ];

    // A word among words, and a gap among numbers.
    private static readonly string[] Blanks = [".", "-", "--", "---", "–", "—", "*", "..", "...", "missing", "unknown", "undefined", "empty", "n.a.", "n.d.", "nd", "tbd"];

    // A longer text is a note, no date or number.
    private const int LongestNumber = 40;

    // The sign of typographers.
    private const char Minus = '\u2212';
    private const int MostSimple = 15;

    /// <summary>Beyond this a double no longer tells neighbouring whole numbers apart.</summary>
    public const double LargestWhole = 1L << 53;

    private const string Year = "(19|20)[0-9]{2}";

    private const string Month = "(jan(uary?)?|feb(ruary?)?|mar(ch)?|m[äa]rz|mrz|apr(il)?|may|mai|june?|juni|july?|juli|aug(ust)?|sept?(ember)?|o[ck]t(ober)?|nov(ember)?|de[cz](ember)?)";

    private static readonly double[] Powers = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14];
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");
    private static readonly string[] Infinities = ["inf", "infinity", "∞", "1.#INF"];

    /// <summary>Tells a field's form; it has no blanks around it.</summary>
    public static FieldForm FormOf(ReadOnlySpan<char> text, string[] missing)
    {
        // A word that was given may look like a number; the usual ones do not.
        if (text.IsEmpty || (missing != UsualMissing && IsAny(text, missing))) return FieldForm.Missing;
        if (NumberForm(text) is { } number) return number;
        if (IsAny(text, missing)) return FieldForm.Missing;
        if (IsAny(text, Blanks)) return FieldForm.Blank;
        if (IsAny(text[0] is '-' or '+' ? text[1..] : text, Infinities)) return FieldForm.NotFinite;
        if (IsDate(text) || (text.Length <= LongestNumber && text.ContainsAny(Digits) && (NamedDate().IsMatch(text) || Period().IsMatch(text) || Time().IsMatch(text)))) return FieldForm.Date;
        return NumberForm(WithoutUnit(text)) is null && !IsNegative(text) && !IsOfOtherDigits(text) ? FieldForm.Word : FieldForm.Quantity;
    }

    /// <summary>Whether a text is a number in the digits of another script than this one.</summary>
    public static bool IsOfOtherDigits(ReadOnlySpan<char> text)
    {
        if (text.Length > LongestNumber || Ascii.IsValid(text)) return false;
        Span<char> latin = stackalloc char[text.Length];
        bool has = false;
        for (int i = 0; i < text.Length; i++)
        {
            bool isOther = char.IsDigit(text[i]) && !char.IsAsciiDigit(text[i]);
            has |= isOther;
            latin[i] = isOther ? (char)('0' + char.GetNumericValue(text[i])) : text[i] switch { '\u066B' => '.', '\u066C' => ',', var c => c };
        }

        return has && NumberForm(latin) is not null;
    }

    /// <summary>Whether a text is a number in brackets, or before a minus, with a currency sign or without one.</summary>
    public static bool IsNegative(ReadOnlySpan<char> text)
    {
        if (text is not (['(', _, .., ')'] or [_, .., '-' or Minus])) return false;
        text = (text[0] == '(' ? text[1..^1] : text[..^1]).Trim();
        return text.Length > 0 && text[0] is not ('-' or '+' or Minus) && (NumberForm(text) ?? NumberForm(WithoutUnit(text))) is not null;
    }

    /// <summary>Reads a number; where its mark for decimals is the comma, points group its digits, else commas do.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, bool decimalComma, out double value)
    {
        if (TrySimple(text, decimalComma ? ',' : '.', out value)) return true;
        if (text.IsEmpty || NumberForm(text) is not { } form || form == (decimalComma ? FieldForm.Point : FieldForm.Comma)) return false;
        Span<char> plain = text.Length <= 256 ? stackalloc char[text.Length] : new char[text.Length];
        int length = 0;
        foreach (char c in text)
        {
            if (c == (decimalComma ? ',' : '.')) plain[length++] = '.';
            else if (char.IsAsciiDigit(c) || c is '+' or '-' or 'e' or 'E') plain[length++] = c;
            else if (c == Minus) plain[length++] = '-';
            else if (c is 'd' or 'D') plain[length++] = 'e';
        }

        return double.TryParse(plain[..length], NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Whether a number is whole, and so large that double precision need not hold its last digit.</summary>
    public static bool IsRounded(ReadOnlySpan<char> text) =>
        !text.ContainsAny("eEdD") && TryParse(text, decimalComma: false, out double value) && Math.Abs(value) >= LargestWhole;

    // Few digits and a mark among them: both parts of the quotient are exact, so the number is the nearest one, at a fraction of the time.
    private static bool TrySimple(ReadOnlySpan<char> text, char mark, out double value)
    {
        value = 0;
        bool isNegative = !text.IsEmpty && text[0] == '-';
        if (isNegative) text = text[1..];
        long digits = 0;
        int decimals = -1;
        if (text.Length is < 1 or > MostSimple) return false;
        foreach (char c in text)
        {
            if (char.IsAsciiDigit(c)) (digits, decimals) = ((10 * digits) + c - '0', decimals < 0 ? -1 : decimals + 1);
            else if (c == mark && decimals < 0) decimals = 0;
            else return false;
        }

        // What begins or ends with its mark is told below.
        if (decimals == 0 || decimals == text.Length - 1) return false;
        value = decimals < 1 ? digits : digits / Powers[decimals];
        if (isNegative) value = -value;
        return true;
    }

    // Null where it is no number in any way of writing.
    private static FieldForm? NumberForm(ReadOnlySpan<char> text)
    {
        if (!text.IsEmpty && text[0] is '+' or '-' or Minus) text = text[1..];
        if (text.IsEmpty || !(char.IsAsciiDigit(text[0]) || text[0] is '.' or ',')) return null;
        int digits = 0, points = 0, commas = 0, others = 0, lastMark = -1, end = 0;
        char other = '\0';
        for (; end < text.Length && text[end] is not ('e' or 'E' or 'd' or 'D'); end++)
        {
            char c = text[end];
            if (char.IsAsciiDigit(c)) digits++;
            else if (c == '.') (points, lastMark) = (points + 1, end);
            else if (c == ',') (commas, lastMark) = (commas + 1, end);
            else if (c is ' ' or '\u00A0' or '\u202F' or '\'' or '’' && (others == 0 || c == other)) (others, other) = (others + 1, c);
            else return null;
        }

        bool hasExponent = end < text.Length;
        // Fortran's exponents have a sign; 1d5 is a code.
        if (digits == 0 || (hasExponent && (!IsExponent(text[(end + 1)..]) || (text[end] is 'd' or 'D' && char.IsAsciiDigit(text[end + 1]))))) return null;
        text = text[..end];
        ReadOnlySpan<char> before = lastMark < 0 ? text : text[..lastMark], after = lastMark < 0 ? [] : text[(lastMark + 1)..];
        if (others > 0) return hasExponent || !IsGrouped(before, other) || after.Contains(other) || points + commas > 1 ? null : Marked(points, commas);
        switch (points, commas)
        {
            case (0, 0):
                return FieldForm.Plain;
            case (0, 1) or (1, 0):
                bool mayBeGroup = !hasExponent && after.Length == 3 && before.Length is >= 1 and <= 3 && before[0] != '0';
                return mayBeGroup ? commas == 1 ? FieldForm.CommaOrGroup : FieldForm.PointOrGroup : commas == 1 && after.IsEmpty ? null : Marked(points, commas);
            case (0, _) when !hasExponent && IsGrouped(text, ','):
                return FieldForm.Point;
            case (_, 0) when !hasExponent && IsGrouped(text, '.'):
                return FieldForm.Comma;
            case (1, _) when text[lastMark] == '.' && IsGrouped(before, ','):
                return FieldForm.Point;
            case (_, 1) when text[lastMark] == ',' && IsGrouped(before, '.'):
                return FieldForm.Comma;
            default:
                return null;
        }
    }

    private static FieldForm Marked(int points, int commas) => points > 0 ? FieldForm.Point : commas > 0 ? FieldForm.Comma : FieldForm.Plain;

    private static bool IsExponent(ReadOnlySpan<char> text)
    {
        if (!text.IsEmpty && text[0] is '+' or '-') text = text[1..];
        return !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9');
    }

    // One to three digits, and then groups of three.
    private static bool IsGrouped(ReadOnlySpan<char> text, char mark)
    {
        int first = text.IndexOf(mark);
        if (first is < 1 or > 3 || text[0] == '0' || text[..first].ContainsAnyExceptInRange('0', '9')) return false;
        for (text = text[first..]; !text.IsEmpty; text = text[4..])
        {
            if (text.Length < 4 || text[0] != mark || text[1..4].ContainsAnyExceptInRange('0', '9')) return false;
        }

        return true;
    }

    private static ReadOnlySpan<char> WithoutUnit(ReadOnlySpan<char> text)
    {
        if (text.Length > 1 && text[0] is '-' or '+' or Minus && IsUnit(text[1])) text = text[1..];
        if (IsUnit(text[0])) return text[1..].TrimStart();
        return IsUnit(text[^1]) ? text[..^1].TrimEnd() : [];

        static bool IsUnit(char c) => c is '%' or '‰' || char.GetUnicodeCategory(c) == UnicodeCategory.CurrencySymbol;
    }

    // Year, month and day, in either order, and whatever time comes behind.
    private static bool IsDate(ReadOnlySpan<char> text)
    {
        int end = text.IndexOfAny('T', ' ');
        ReadOnlySpan<char> day = end < 0 ? text : text[..end];
        if (day.Length is < 8 or > 10 || day.IndexOfAny("-/.") is var mark && mark is not (1 or 2 or 4)) return false;
        ReadOnlySpan<char> rest = day[(mark + 1)..];
        int second = rest.IndexOf(day[mark]);
        if (second is not (1 or 2)) return false;
        ReadOnlySpan<char> last = rest[(second + 1)..];
        return (mark == 4 ? last.Length is 1 or 2 : last.Length is 2 or 4)
            && !day[..mark].ContainsAnyExceptInRange('0', '9') && !rest[..second].ContainsAnyExceptInRange('0', '9') && !last.ContainsAnyExceptInRange('0', '9');
    }

    // 05-Jan-20, 05JAN2020, Jan 5, 2020, 26/Nov/2026:16:18:09, Thu Nov 26 16:18:09 UTC 2026.
    [GeneratedRegex(
        @"^(\p{L}{2,10}\.?,? +)?([0-9]{1,2}[-/. ]*" + Month + @"[-/.,' ]*([0-9]{4}|[0-9]{2})|[0-9]{4}[-/ ]" + Month + "[-/ ][0-9]{1,2}|" + Month + @"\.? +[0-9]{1,2}(st|nd|rd|th)?,? +([0-9]{4}|[0-9]{1,2}:[0-9]{2}))([ T:,].*)?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex NamedDate();

    // 2020-01, 01/2020, Jan 2000, 2000-Jan, Jan-20, 2020Q1, H2 2020, 2020-W05.
    [GeneratedRegex(
        "^(" + Year + "[-/](0?[1-9]|1[0-2])|(0?[1-9]|1[0-2])[-/]" + Year + "|" + Month + @"\.?([-/., ']*" + Year + "|[-/][0-9]{2}| '[0-9]{2})|" + Year + "[-/ ]*" + Month + "|" + Year + "[-/ ]?([QT][1-4]|[HS][12])|([QT][1-4]|[HS][12])[-/ ]*" + Year + "|" + Year + "-?W[0-5]?[0-9](-?[1-7])?)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Period();

    // 9:30, 16:18:09.5, 4:18 PM, 0 days 00:05:30.
    [GeneratedRegex("^([+-]?[0-9]+ days?,? )?[+-]?[0-9]{1,3}:[0-5][0-9](:[0-5][0-9]([.,][0-9]+)?)?( ?[ap][.]?m[.]?)?(Z|[+-][0-9]{2}:?[0-9]{2})?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Time();

    private static bool IsAny(ReadOnlySpan<char> text, string[] words)
    {
        foreach (string word in words)
        {
            if (text.Length == word.Length && text.Equals(word, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }
}
