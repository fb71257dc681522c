using System.Text.RegularExpressions;

namespace ClrHelp;

/// <summary>All that the help of one cmdlet says. Texts are markdown.</summary>
internal sealed record CmdletPage
{
    public required string Name { get; init; }

    public required string Synopsis { get; init; }

    public required bool SupportsShouldProcess { get; init; }

    public required IReadOnlyList<SyntaxLine> Syntax { get; init; }

    public required IReadOnlyList<ParameterPage> Parameters { get; init; }

    public required IReadOnlyList<TypeNote> Inputs { get; init; }

    public required IReadOnlyList<TypeNote> Outputs { get; init; }

    public required WrittenPart Written { get; init; }
}

/// <summary>One parameter set: its parameters in the order of a command line.</summary>
/// <param name="Name">The set's name.</param>
/// <param name="Parameters">The parameters as they are in this set.</param>
internal sealed record SyntaxLine(string Name, IReadOnlyList<ParameterPage> Parameters);

/// <summary>What the help says of one parameter.</summary>
internal sealed record ParameterPage
{
    public required string Name { get; init; }

    /// <summary>The type as a command line shows it, such as <c>double</c> or <c>SweepKind</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The XML comment, empty where there is none.</summary>
    public required string Text { get; init; }

    /// <summary>The values of an enumeration, each with its meaning.</summary>
    public required IReadOnlyList<(string Name, string Text)> Values { get; init; }

    public required bool IsSwitch { get; init; }

    public required bool IsMandatory { get; init; }

    /// <summary>The position from 0, or none.</summary>
    public required int? Position { get; init; }

    public required string? Default { get; init; }

    public required IReadOnlyList<string> Aliases { get; init; }

    /// <summary>How the pipeline binds it, in PowerShell's words: <c>true (ByValue)</c> and the like, or <c>false</c>.</summary>
    public required string PipelineInput { get; init; }

    public required bool AcceptsWildcards { get; init; }
}

/// <summary>A type that goes in or comes out, and what it is.</summary>
/// <param name="Name">The type's full name.</param>
/// <param name="Text">Its summary, empty where it is not of this product.</param>
internal sealed record TypeNote(string Name, string Text);

/// <summary>One example of a cmdlet's help.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Code">PowerShell.</param>
/// <param name="Output">What it prints, or null where the page does not show it.</param>
/// <param name="Text">What to notice.</param>
internal sealed record Example(string Title, string Code, string? Output, string Text);

/// <summary>
/// What is written by hand in a cmdlet's page: the description beneath the syntax; <c>## Example: title</c> sections of a
/// powershell block, an optional text block with its output, and a remark; and <c>## See also</c> with a list. All else in the
/// page is made.
/// </summary>
internal sealed partial record WrittenPart(string Description, IReadOnlyList<string> ExampleSections, IReadOnlyList<string> SeeAlso)
{
    private const string ExampleHeading = "Example: ";

    public IReadOnlyList<Example> Examples { get; } = [.. ExampleSections.Select(ExampleFrom)];

    /// <summary>Reads a page; one that is not there has nothing written.</summary>
    public static WrittenPart Read(string path) => Parse(File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "");

    public static WrittenPart Parse(string page)
    {
        string[] sections = Section().Split(Head().Replace(page, ""));
        return new WrittenPart(
            sections[0].Trim(),
            [.. sections.Where(s => s.StartsWith(ExampleHeading, StringComparison.Ordinal)).Select(s => s.Trim())],
            [.. sections.Where(s => s.StartsWith("See also", StringComparison.Ordinal)).SelectMany(s => s.Split('\n')).Where(line => line.StartsWith("- ", StringComparison.Ordinal)).Select(line => line[2..].Trim())]);
    }

    private static Example ExampleFrom(string section)
    {
        int end = section.IndexOf('\n', StringComparison.Ordinal);
        (string title, string body) = end < 0 ? (section, "") : (section[..end], section[(end + 1)..] + "\n");
        ILookup<string, string> blocks = Block().Matches(body).ToLookup(m => m.Groups[1].Value, m => m.Groups[2].Value.TrimEnd('\n'));
        return new Example(
            title[ExampleHeading.Length..].Trim(),
            blocks["powershell"].FirstOrDefault() ?? "",
            blocks["text"].FirstOrDefault(),
            Block().Replace(body, "").Trim());
    }

    // The title to the end of the first block, which is the syntax.
    [GeneratedRegex(@"\A(<!--.*?-->\s*)?# [^\n]*\n.*?^```\n.*?^```\n", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Head();

    [GeneratedRegex("^## ", RegexOptions.Multiline)]
    private static partial Regex Section();

    [GeneratedRegex(@"^```(\w+)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
