using System.Management.Automation;
using System.Text.RegularExpressions;

namespace ClrHelp;

/// <summary>All that the help of one cmdlet says. Texts are markdown.</summary>
/// <param name="Syntax">The parameters of each parameter set, in the order of a command line.</param>
internal sealed record CmdletPage(
    string Name,
    string Synopsis,
    IReadOnlyList<IReadOnlyList<ParameterPage>> Syntax,
    IReadOnlyList<ParameterPage> Parameters,
    IReadOnlyList<TypeNote> Inputs,
    IReadOnlyList<TypeNote> Outputs,
    WrittenPart Written)
{
    /// <summary>The rarely needed parameters that can be typed, by what they are for.</summary>
    public IEnumerable<IGrouping<string?, ParameterPage>> Groups =>
        Parameters.Where(parameter => parameter.Group is not null && Syntax.Any(set => set.Any(typed => typed.Name == parameter.Name))).GroupBy(parameter => parameter.Group);
}

/// <summary>What the help of one cmdlet says of one parameter.</summary>
/// <param name="Info">What PowerShell knows of it.</param>
/// <param name="Group">What rarely needed ones are for, as a heading says it; null of common ones, which come first.</param>
/// <param name="Type">The type as a command line shows it, such as <c>double</c> or <c>SweepKind</c>.</param>
/// <param name="Text">The XML comment and the values that it takes.</param>
internal sealed record ParameterPage(CommandParameterInfo Info, string? Group, string Type, string Text, string? Default, bool AcceptsWildcards)
{
    public string Name => Info.Name;

    public bool IsSwitch => Info.ParameterType == typeof(SwitchParameter);

    /// <summary>The position from 0, or none.</summary>
    public int? Position => Info.Position < 0 ? null : Info.Position;

    /// <summary>How the pipeline binds it, in PowerShell's words.</summary>
    public string PipelineInput => (Info.ValueFromPipeline, Info.ValueFromPipelineByPropertyName) switch
    {
        (true, true) => "true (ByValue, ByPropertyName)",
        (true, false) => "true (ByValue)",
        (false, true) => "true (ByPropertyName)",
        _ => "false",
    };
}

/// <summary>A type that goes in or comes out, and what it is; the text is empty where it is not of this product.</summary>
internal sealed record TypeNote(string Name, string Text);

/// <summary>One example: PowerShell, what it prints if the page shows that, and what to notice.</summary>
internal sealed record Example(string Title, string Code, string? Output, string Text);

/// <summary>
/// What is written by hand in a cmdlet's page: the description beneath the syntax; <c>## Example: title</c> sections of a
/// powershell block, an optional text block with its output, and a remark; and <c>## See also</c> with a list. All else in the
/// page is made.
/// </summary>
internal sealed partial record WrittenPart(string Description, IReadOnlyList<string> ExampleSections, IReadOnlyList<string> SeeAlso)
{
    private const string ExampleHeading = "Example: ";

    public IEnumerable<Example> Examples => ExampleSections.Select(ExampleFrom);

    /// <summary>Reads a page; one that is not there has nothing written.</summary>
    public static WrittenPart Read(string path)
    {
        string page = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        string[] sections = [.. Section().Split(Head().Replace(page, "")).Select(section => section.Trim())];
        return new WrittenPart(
            sections[0],
            [.. sections.Where(section => section.StartsWith(ExampleHeading, StringComparison.Ordinal))],
            [.. sections.Where(section => section.StartsWith("See also", StringComparison.Ordinal)).SelectMany(section => section.Split("\n- ").Skip(1)).Select(link => link.Trim())]);
    }

    private static Example ExampleFrom(string section)
    {
        string[] parts = section.Split('\n', 2);
        string body = parts[^1] + "\n";
        ILookup<string, string> blocks = Block().Matches(body).ToLookup(match => match.Groups[1].Value, match => match.Groups[2].Value.TrimEnd('\n'));
        return new Example(
            parts[0][ExampleHeading.Length..].Trim(),
            blocks["powershell"].FirstOrDefault(""),
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
