using System.Text;

namespace ClrFigures.Model;

/// <summary>Texts inside a figure.</summary>
internal static class PlotText
{
    private const int LongestName = 60, LongestTitle = 110;

    /// <summary>
    /// Any text as plotly.js shows it letter by letter. plotly.js reads some HTML tags and entities in its texts, fills
    /// in <c>%{…}</c>, and hands <c>$…$</c> to MathJax where a page has it.
    /// </summary>
    public static string Plain(string text) => Encoded(Shortened(text, LongestName));

    /// <summary>A title, which has more room than a name.</summary>
    public static string Title(string text) => Encoded(Shortened(text, LongestTitle));

    private static string Encoded(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (char c in text)
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

    private static string Shortened(string text, int longest) => text.Length <= longest ? text : text[..(longest - 1)] + "…";
}
