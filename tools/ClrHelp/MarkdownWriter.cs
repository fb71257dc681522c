using System.Collections;
using System.Reflection;
using System.Text;

namespace ClrHelp;

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

/// <summary>A parameter set in the notation of Get-Command -Syntax.</summary>
internal static class SyntaxText
{
    private const int Width = 100;

    /// <summary>The line, folded.</summary>
    public static string Of(CmdletPage page, SyntaxLine line)
    {
        var lines = new List<string> { page.Name };
        foreach (string item in line.Parameters.Select(Item).Append(page.SupportsShouldProcess ? "[-WhatIf] [-Confirm] [<CommonParameters>]" : "[<CommonParameters>]"))
        {
            if (lines[^1].Length + item.Length + 1 > Width)
                lines.Add("   ");
            lines[^1] += " " + item;
        }
        return string.Join('\n', lines);
    }

    private static string Item(ParameterPage parameter)
    {
        string name = parameter.Position is null ? $"-{parameter.Name}" : $"[-{parameter.Name}]";
        string item = parameter.IsSwitch ? name : $"{name} <{parameter.Type}>";
        return parameter.IsMandatory ? item : $"[{item}]";
    }
}

/// <summary>The markdown files that are made, under the folder of documents.</summary>
internal static class MarkdownDocs
{
    /// <summary>Each file's relative path and text: a page a cmdlet, a list of them, and the table of errors.</summary>
    /// <param name="assembly">The module's assembly, imported before.</param>
    /// <param name="pages">The pages of its cmdlets.</param>
    public static IEnumerable<(string Name, string Text)> Of(string assembly, IReadOnlyList<CmdletPage> pages) =>
    [
        ("cmdlets/README.md", MarkdownWriter.Index(pages)),
        .. pages.Select(page => ($"cmdlets/{page.Name}.md", MarkdownWriter.Page(page))),
        ("errors.md", ErrorTable.Of(Assembly.LoadFrom(Path.GetFullPath(assembly)))),
    ];
}

/// <summary>The table of errors, from the module's own catalog.</summary>
internal static class ErrorTable
{
    private const string Head = """
        <!-- Made from src/ClrModule/Errors/ErrorCatalog.cs: change that. -->

        # Errors

        Every failure that a user can cause has a stable id. `FullyQualifiedErrorId` of a record is the id, a comma, and the
        cmdlet's class; the message names what was given and what to do; `TargetObject` is the value or object at fault.

        ```powershell
        try { New-CyclicSchedule -BaseLr 0.1 -MaxLr 0.01 -StepSize 100 }
        catch {
            switch -Wildcard ($_.FullyQualifiedErrorId) {
                'BaseLrNotBelowMaxLr,*' { 'swapped bounds' }
                default { throw }
            }
        }
        ```

        | id | category | meaning | remedy |
        |---|---|---|---|

        """;

    /// <summary>The document.</summary>
    public static string Of(Assembly module)
    {
        Type catalog = module.GetType("ClrModule.Errors.ErrorCatalog", throwOnError: true)!;
        var text = new StringBuilder(Head.ReplaceLineEndings("\n"));
        foreach (object entry in (IEnumerable)catalog.GetProperty("All")!.GetValue(null)!)
            text.Append($"| `{Of(entry, "Id")}` | {Of(entry, "Category")} | {Of(entry, "Meaning")} | {Of(entry, "Remedy")} |\n");
        return text.ToString();
    }

    private static object? Of(object entry, string property) => entry.GetType().GetProperty(property)!.GetValue(entry);
}
