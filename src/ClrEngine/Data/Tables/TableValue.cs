using System.Globalization;

namespace ClrEngine.Data;

/// <summary>What a field of a text table says.</summary>
internal static class TableValue
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
