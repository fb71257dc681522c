using System.Text;
using ClrHelp.Pages;

namespace ClrHelp.Writing;

/// <summary>Writes the pages as markdown.</summary>
internal static class MarkdownWriter
{
    private const string Made = "<!-- Made from the XML comments and from src/ClrModule/Help: change those. -->\n";

    /// <summary>The list of cmdlets.</summary>
    public static string Index(IReadOnlyList<CmdletPage> pages)
    {
        var text = new StringBuilder(Made).Append("\n# Cmdlets\n\n| cmdlet | what it does |\n|---|---|\n");
        foreach (CmdletPage page in pages)
            text.Append($"| [{page.Name}]({page.Name}.md) | {page.Synopsis} |\n");
        return text.ToString();
    }

    /// <summary>One cmdlet's page.</summary>
    public static string Page(CmdletPage page)
    {
        var text = new StringBuilder(Made).Append($"\n# {page.Name}\n\n{page.Synopsis}\n\n```\n");
        text.AppendJoin("\n\n", page.Syntax.Select(line => SyntaxText.Of(page, line))).Append("\n```\n");
        if (page.Description.Length > 0)
            text.Append($"\n{page.Description}\n");
        Examples(text, page);
        text.Append("\n## Parameters\n");
        foreach (ParameterPage parameter in page.Parameters)
            text.Append($"\n### -{parameter.Name}\n\n{WithValues(parameter)}\n\n{Facts(parameter)}\n");
        Notes(text, "Input", page.Inputs);
        Notes(text, "Output", page.Outputs);
        if (page.SeeAlso.Count > 0)
            text.Append("\n## See also\n\n").AppendJoin("", page.SeeAlso.Select(link => $"- {link}\n"));
        return text.ToString();
    }

    /// <summary>A parameter's text with the values that it takes.</summary>
    public static string WithValues(ParameterPage parameter) => parameter.Values.Count == 0
        ? parameter.Text
        : $"{parameter.Text}\n\n{string.Join('\n', parameter.Values.Select(value => $"- {value.Name}: {value.Text}"))}";

    private static void Examples(StringBuilder text, CmdletPage page)
    {
        foreach (Example example in page.Examples)
        {
            text.Append($"\n## Example: {example.Title}\n\n```powershell\n{example.Code}\n```\n");
            if (example.Output is not null)
                text.Append($"\n```text\n{example.Output}\n```\n");
            if (example.Text.Length > 0)
                text.Append($"\n{example.Text}\n");
        }
    }

    private static void Notes(StringBuilder text, string heading, IReadOnlyList<TypeNote> notes)
    {
        if (notes.Count > 0)
            text.Append($"\n## {heading}\n\n").AppendJoin("", notes.Select(note => $"- `{note.Name}`{(note.Text.Length > 0 ? $": {note.Text}" : "")}\n"));
    }

    private static string Facts(ParameterPage parameter)
    {
        List<string> facts = [$"`{parameter.Type}`"];
        if (parameter.IsMandatory)
            facts.Add("mandatory");
        if (parameter.Position is { } position)
            facts.Add($"position {position}");
        if (parameter.Default is { } value)
            facts.Add($"default `{value}`");
        if (parameter.PipelineInput != "false")
            facts.Add("from the pipeline " + parameter.PipelineInput["true (".Length..^1].Replace("ByValue", "by value", StringComparison.Ordinal).Replace("ByPropertyName", "by property name", StringComparison.Ordinal));
        if (parameter.AcceptsWildcards)
            facts.Add("wildcards");
        if (parameter.Aliases.Count > 0)
            facts.Add($"alias {string.Join(", ", parameter.Aliases)}");
        return string.Join("; ", facts);
    }
}
