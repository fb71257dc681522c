using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ClrHelp;

/// <summary>Writes the help file that Get-Help reads.</summary>
internal static class MamlWriter
{
    private const string Home = "https://www.powershellgallery.com/packages/ClrModule";

    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";
    private static readonly XNamespace Root = "http://msh";

    /// <summary>Writes all pages to one file.</summary>
    public static void Write(IEnumerable<CmdletPage> pages, string path)
    {
        using var writer = new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        new XDocument(new XElement(Root + "helpItems", new XAttribute("schema", "maml"), pages.Select(Page))).Save(writer);
    }

    private static XElement Page(CmdletPage page) => new(
        Command + "command",
        new XAttribute(XNamespace.Xmlns + "maml", Maml),
        new XAttribute(XNamespace.Xmlns + "command", Command),
        new XAttribute(XNamespace.Xmlns + "dev", Dev),
        new XElement(
            Command + "details",
            new XElement(Command + "name", page.Name),
            new XElement(Command + "verb", page.Name.Split('-')[0]),
            new XElement(Command + "noun", page.Name.Split('-')[1]),
            Description(page.Synopsis)),
        Description(page.Written.Description + string.Concat(page.Groups.Select((group, at) => $"{(at == 0 ? "\n\nRarely needed parameters, by what they are for:" : "")}\n- {group.Key}: {string.Join(", ", group.Select(parameter => parameter.Name))}"))),
        new XElement(Command + "syntax", page.Syntax.Select(line => new XElement(
            Command + "syntaxItem",
            new XElement(Maml + "name", page.Name),
            line.Select(parameter => Parameter(parameter, inSyntax: true))))),
        new XElement(Command + "parameters", page.Parameters.Select(parameter => Parameter(parameter, inSyntax: false))),
        new XElement(Command + "inputTypes", page.Inputs.Select(note => Type(Command + "inputType", note))),
        new XElement(Command + "returnValues", page.Outputs.Select(note => Type(Command + "returnValue", note))),
        new XElement(Command + "examples", page.Written.Examples.Select(Example)),
        new XElement(Command + "relatedLinks", Link("Online version:", Home), page.Written.SeeAlso.Select(PlainText.OfLink).Select(link => Link(link.Text, link.Address))));

    // Get-Help -Online opens the first that has an address.
    private static XElement Link(string text, string address = "") =>
        new(Maml + "navigationLink", new XElement(Maml + "linkText", text), new XElement(Maml + "uri", address));

    private static XElement Parameter(ParameterPage parameter, bool inSyntax) => new(
        Command + "parameter",
        new XAttribute("required", Lower(parameter.Info.IsMandatory)),
        new XAttribute("variableLength", Lower(parameter.Type.EndsWith("[]", StringComparison.Ordinal))),
        new XAttribute("globbing", Lower(parameter.AcceptsWildcards)),
        new XAttribute("pipelineInput", parameter.PipelineInput),
        new XAttribute("position", parameter.Position?.ToString(CultureInfo.InvariantCulture) ?? "named"),
        new XAttribute("aliases", parameter.Info.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Info.Aliases)),
        new XElement(Maml + "name", parameter.Name),
        Description(parameter.Text),
        inSyntax && parameter.IsSwitch ? null : new XElement(
            Command + "parameterValue",
            new XAttribute("required", Lower(!parameter.IsSwitch)),
            new XAttribute("variableLength", "false"),
            parameter.Type),
        new XElement(Dev + "type", new XElement(Maml + "name", parameter.Type), new XElement(Maml + "uri")),
        new XElement(Dev + "defaultValue", parameter.Default ?? (parameter.IsSwitch ? "False" : "None")));

    private static XElement Type(XName name, TypeNote note) => new(
        name,
        new XElement(Dev + "type", new XElement(Maml + "name", note.Name)),
        Description(note.Text));

    private static XElement Example(Example example, int index) => new(
        Command + "example",
        new XElement(Maml + "title", $"Example {index + 1}: {PlainText.From(example.Title)}"),
        new XElement(Dev + "code", example.Code),
        // The mark tells output from remarks, for those who check it.
        new XElement(
            Dev + "remarks",
            example.Output is null ? null : new XElement(Maml + "para", new XAttribute(XNamespace.Xml + "space", "preserve"), example.Output),
            Paragraphs(example.Text)));

    private static XElement Description(string markdown) => new(Maml + "description", Paragraphs(markdown));

    private static IEnumerable<XElement> Paragraphs(string markdown) =>
        PlainText.From(markdown).Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(text => new XElement(Maml + "para", PlainText.Unfold(text)));

    private static string Lower(bool value) => value ? "true" : "false";
}

/// <summary>
/// A topic's markdown as the text that Get-Help shows: headings in capitals, prose folded at 80 columns and indented,
/// code and tables kept as they are.
/// </summary>
internal static class TopicText
{
    private const int Width = 76;
    private const string Indent = "    ";

    /// <summary>Reads a topic whose first heading is its name and whose first paragraph is its short description.</summary>
    public static string From(string path)
    {
        string[] blocks = File.ReadAllText(path).ReplaceLineEndings("\n").Trim().Split("\n\n");
        string name = Path.GetFileNameWithoutExtension(path);
        var text = new StringBuilder($"TOPIC\n{Indent}{name}\n\nSHORT DESCRIPTION\n{Fold(blocks[1])}\n\nLONG DESCRIPTION\n");
        bool inCode = false;
        foreach (string block in blocks.Skip(2))
        {
            string[] lines = block.Split('\n');
            bool hasCode = inCode || IsFence(block);
            inCode ^= lines.Count(IsFence) % 2 == 1;
            text.Append(
                hasCode ? Indented(lines.Where(line => !IsFence(line)), Indent + Indent)
                : block.StartsWith('#') ? PlainText.From(block.TrimStart('#').Trim()).ToUpperInvariant()
                : block.StartsWith('|') ? Indented(PlainText.From(block).Split('\n'), Indent)
                : string.Join('\n', block.StartsWith("- ", StringComparison.Ordinal) ? lines.Select(Fold) : [Fold(block)])).Append("\n\n");
        }
        return text.ToString();
    }

    private static bool IsFence(string line) => line.StartsWith("```", StringComparison.Ordinal);

    private static string Indented(IEnumerable<string> lines, string indent) => string.Join('\n', lines.Select(line => line.Length == 0 ? line : indent + line));

    private static string Fold(string paragraph)
    {
        var lines = new List<string> { Indent };
        foreach (string word in PlainText.From(paragraph).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (lines[^1].Length + word.Length + 1 > Width)
                lines.Add(Indent);
            lines[^1] += lines[^1] == Indent ? word : " " + word;
        }
        return string.Join('\n', lines);
    }
}

/// <summary>Markdown's marks taken away, for a terminal.</summary>
internal static partial class PlainText
{
    /// <summary>The text without code marks, emphasis and link syntax. A link keeps its address only if it leads somewhere from a terminal.</summary>
    public static string From(string markdown) =>
        Mark().Replace(Link().Replace(markdown, link => link.Groups[2].Value.StartsWith("http", StringComparison.Ordinal) ? $"{link.Groups[1]} ({link.Groups[2]})" : link.Groups[1].Value), "");

    /// <summary>A link by itself: what stands for it, and the address where it has one. A page of the project that is no help topic is named by its file.</summary>
    public static (string Text, string Address) OfLink(string markdown) => Link().Match(markdown) is not { Success: true, Groups: [_, var text, { Value: var target }] } ? (From(markdown), "")
        : target.StartsWith("http", StringComparison.Ordinal) ? (text.Value, target)
        : (target.StartsWith("../", StringComparison.Ordinal) && !target.StartsWith("../about_", StringComparison.Ordinal) ? $"{text.Value}: docs/{target[3..]}" : text.Value, "");

    /// <summary>A paragraph as one line, which the terminal folds at its own width; the items of a list stay lines.</summary>
    public static string Unfold(string paragraph) => Fold().Replace(paragraph, " ");

    [GeneratedRegex(@"\[([^\]]+)\]\(([^)]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`|\*\*")]
    private static partial Regex Mark();

    [GeneratedRegex(@"\n(?!- |\|| {4})")]
    private static partial Regex Fold();
}
