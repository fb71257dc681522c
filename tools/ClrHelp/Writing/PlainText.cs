using System.Text.RegularExpressions;

namespace ClrHelp.Writing;

/// <summary>Markdown's marks taken away, for a terminal.</summary>
internal static partial class PlainText
{
    /// <summary>The text without code marks, emphasis and link syntax.</summary>
    public static string From(string markdown) =>
        Mark().Replace(Link().Replace(markdown, "$1 ($2)"), "");

    [GeneratedRegex(@"\[([^\]]+)\]\(([^)]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`|\*\*")]
    private static partial Regex Mark();
}
