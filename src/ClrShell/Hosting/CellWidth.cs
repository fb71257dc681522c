using System.Globalization;
using System.Text;

namespace ClrShell.Hosting;

/// <summary>How many cells of a terminal a text takes.</summary>
internal static class CellWidth
{
    // The ranges of Unicode's East Asian Width that take two cells: Hangul, Kana, CJK, full-width forms, emoji.
    private static readonly (int First, int Last)[] Wide =
    [
        (0x1100, 0x115F), (0x2E80, 0x303E), (0x3041, 0x33FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA000, 0xA4CF),
        (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFE30, 0xFE6F), (0xFF00, 0xFF60), (0xFFE0, 0xFFE6), (0x1F300, 0x1F64F),
        (0x1F900, 0x1F9FF), (0x20000, 0x3FFFD),
    ];

    /// <summary>Gives the width of <paramref name="text"/>, which holds no escape sequences.</summary>
    public static int Of(string text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            width += Of(rune);
        }

        return width;
    }

    /// <summary>Gives the longest start of <paramref name="text"/> that fits <paramref name="width"/> cells.</summary>
    public static string Fit(string text, int width)
    {
        var used = 0;
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            used += Of(rune);
            if (used > width)
            {
                return text[..length];
            }

            length += rune.Utf16SequenceLength;
        }

        return text;
    }

    private static int Of(Rune rune)
    {
        if (rune.IsAscii)
        {
            return Rune.IsControl(rune) ? 0 : 1;
        }

        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
            _ => Array.Exists(Wide, range => rune.Value >= range.First && rune.Value <= range.Last) ? 2 : 1,
        };
    }
}
