using System.Text.RegularExpressions;
using ClrHelp.Pages;

namespace ClrHelp.Reading;

/// <summary>
/// A cmdlet's markdown source: a description, then <c>## Example: title</c> sections of a powershell block, an optional
/// text block with its output, and a remark; then <c>## See also</c> with a list.
/// </summary>
internal sealed partial record CmdletSource(string Description, IReadOnlyList<Example> Examples, IReadOnlyList<string> SeeAlso)
{
    private const string ExampleHeading = "Example: ";

    /// <summary>Reads a source; one that is not there is empty.</summary>
    public static CmdletSource Read(string path)
    {
        string text = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        string[] sections = Section().Split(text);
        return new CmdletSource(
            sections[0].Trim(),
            [.. sections.Where(s => s.StartsWith(ExampleHeading, StringComparison.Ordinal)).Select(ExampleOf)],
            [.. sections.Where(s => s.StartsWith("See also", StringComparison.Ordinal)).SelectMany(Items)]);
    }

    private static Example ExampleOf(string section)
    {
        (string title, string body) = Cut(section);
        MatchCollection blocks = Block().Matches(body);
        return new Example(
            title[ExampleHeading.Length..].Trim(),
            CodeOf(blocks, "powershell") ?? "",
            CodeOf(blocks, "text"),
            Block().Replace(body, "").Trim());
    }

    private static string? CodeOf(MatchCollection blocks, string language) =>
        blocks.FirstOrDefault(block => block.Groups[1].Value == language)?.Groups[2].Value.TrimEnd('\n');

    private static IEnumerable<string> Items(string section) =>
        Cut(section).Body.Split('\n').Where(line => line.StartsWith("- ", StringComparison.Ordinal)).Select(line => line[2..].Trim());

    private static (string Title, string Body) Cut(string section)
    {
        int end = section.IndexOf('\n', StringComparison.Ordinal);
        return end < 0 ? (section, "") : (section[..end], section[(end + 1)..]);
    }

    [GeneratedRegex("^## ", RegexOptions.Multiline)]
    private static partial Regex Section();

    [GeneratedRegex(@"^```(\w+)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
