using System.Text;

namespace ClrFigures.Model;

/// <summary>Texts inside a figure.</summary>
internal static class PlotText
{
    private const int Longest = 60;

    /// <summary>
    /// Any text as plotly.js shows it letter by letter. plotly.js reads some HTML tags and entities in its texts, fills
    /// in <c>%{…}</c>, and hands <c>$…$</c> to MathJax where a page has it.
    /// </summary>
    public static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (char c in Shortened(text))
        {
            plain.Append(c switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '%' => "&#37;",
                '{' => "&#123;",
                '}' => "&#125;",
                '$' => "&#36;",
                _ when char.IsControl(c) => " ",
                _ => c.ToString(),
            });
        }
        return plain.ToString();
    }

    private static string Shortened(string text) => text.Length <= Longest ? text : text[..(Longest - 1)] + "…";
}
