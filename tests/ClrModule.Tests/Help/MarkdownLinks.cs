using System.Text.RegularExpressions;

namespace ClrModule.Tests.Help;

/// <summary>The links of a markdown text that lead to files.</summary>
internal static partial class MarkdownLinks
{
    public static IEnumerable<string> Of(string markdown) => Link().Matches(markdown)
        .Select(match => match.Groups[1].Value.Split('#')[0])
        .Where(target => target.Length > 0 && !target.StartsWith("http", StringComparison.Ordinal));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
