using System.Management.Automation;
using System.Reflection;
using System.Text;

namespace ClrHelp;

/// <summary>Writes the documents that are made, wholly or in part, from the module.</summary>
internal static class MarkdownWriter
{
    private const int SyntaxWidth = 100;

    private static readonly string[] None = [];

    private const string Made = "<!-- Made from the XML comments: change those, then build src/ClrModule with -p:UpdateDocs=true. -->\n";

    private const string PartlyMade = """
        <!-- Made from the XML comments: synopsis, syntax, parameters, input and output; change those, then build src/ClrModule with
        -p:UpdateDocs=true. Written here: the description, the examples and "See also"; Get-Help shows them from this page too. -->

        """;

    private const string ErrorsHead = """
        <!-- Made from the causes that stand beside the code that throws them: change those, then build src/ClrModule with -p:UpdateDocs=true. -->

        # Errors

        Every failure that a user can cause has a stable id. `FullyQualifiedErrorId` of a record is the id, a comma, and the
        cmdlet's class; the message names what was given and what to do; `TargetObject` is the value or object at fault.
        `Exception.Cause` is the row of the table, but for `AccessDenied`, `FileNotFound` and `FileNotReadable`, which are the system's own errors.

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

    /// <summary>Each file's path under the folder of documents and its text: a page a cmdlet, a list of them, and the table of errors.</summary>
    /// <param name="assembly">The module's assembly, imported before.</param>
    /// <param name="pages">The pages of its cmdlets.</param>
    public static IEnumerable<(string Name, string Text)> Documents(string assembly, IReadOnlyList<CmdletPage> pages) =>
    [
        ("cmdlets/README.md", Index(pages)),
        .. pages.Select(page => ($"cmdlets/{page.Name}.md", Page(page))),
        ("errors.md", Errors(ErrorCauses.Declared(Path.GetDirectoryName(Path.GetFullPath(assembly))!))),
    ];

    private static string Index(IReadOnlyList<CmdletPage> pages) =>
        $"{Made}\n# Cmdlets\n\n| cmdlet | what it does |\n|---|---|\n{string.Concat(pages.Select(page => $"| [{page.Name}]({page.Name}.md) | {page.Synopsis} |\n"))}";

    private static string Page(CmdletPage page)
    {
        var text = new StringBuilder(PartlyMade.ReplaceLineEndings("\n")).Append($"\n# {page.Name}\n\n{page.Synopsis}\n\n```\n");
        text.AppendJoin("\n\n", page.Syntax.Select(set => Syntax(page, set))).Append("\n```\n");
        if (page.Written.Description.Length > 0)
            text.Append($"\n{page.Written.Description}\n");
        text.AppendJoin("", page.Written.ExampleSections.Select(section => $"\n## {section}\n"));
        foreach (var group in page.Parameters.GroupBy(parameter => parameter.Group))
        {
            text.Append(group.Key is null ? "\n## Parameters\n" : $"\n## Parameters: {group.Key}\n");
            foreach (ParameterPage parameter in group)
                text.Append($"\n### -{parameter.Name}\n\n{parameter.Text}\n\n{Facts(parameter)}\n");
        }
        List(text, "Input", page.Inputs.Select(Note));
        List(text, "Output", page.Outputs.Select(Note));
        List(text, "See also", page.Written.SeeAlso);
        return text.ToString();
    }

    private static void List(StringBuilder text, string heading, IEnumerable<string> items)
    {
        if (items.Any())
            text.Append($"\n## {heading}\n\n").AppendJoin("", items.Select(item => $"- {item}\n"));
    }

    private static string Note(TypeNote note) => $"`{note.Name}`{(note.Text.Length > 0 ? $": {note.Text}" : "")}";

    private static string Facts(ParameterPage parameter)
    {
        CommandParameterInfo info = parameter.Info;
        string ways = parameter.PipelineInput.Replace("ByValue", "by value", StringComparison.Ordinal).Replace("ByPropertyName", "by property name", StringComparison.Ordinal);
        return string.Join("; ",
        [
            $"`{parameter.Type}`",
            .. info.IsMandatory ? ["mandatory"] : None,
            .. parameter.Position is { } position ? [$"position {position}"] : None,
            .. parameter.Default is { } value ? [$"default `{value}`"] : None,
            .. ways == "false" ? None : ["from the pipeline " + ways["true (".Length..^1]],
            .. parameter.AcceptsWildcards ? ["wildcards"] : None,
            .. info.Aliases.Count > 0 ? [$"alias {string.Join(", ", info.Aliases)}"] : None,
        ]);
    }

    // In the notation of Get-Command -Syntax, folded.
    private static string Syntax(CmdletPage page, IReadOnlyList<ParameterPage> set)
    {
        var lines = new List<string> { page.Name };
        foreach (string item in set.Select(SyntaxItem).Append("[<CommonParameters>]"))
        {
            if (lines[^1].Length + item.Length + 1 > SyntaxWidth)
                lines.Add("   ");
            lines[^1] += " " + item;
        }
        return string.Join('\n', lines);
    }

    private static string SyntaxItem(ParameterPage parameter)
    {
        string name = parameter.Position is null ? $"-{parameter.Name}" : $"[-{parameter.Name}]";
        string item = parameter.IsSwitch ? name : $"{name} <{parameter.Type}>";
        return parameter.Info.IsMandatory ? item : $"[{item}]";
    }

    private static string Errors(IEnumerable<ErrorCause> causes) =>
        ErrorsHead.ReplaceLineEndings("\n") + string.Concat(causes.Select(cause => $"| `{cause.Id}` | {cause.Kind} | {cause.Meaning} | {cause.Remedy} |\n"));
}

/// <summary>The causes of errors, as the code declares them.</summary>
internal static class ErrorCauses
{
    /// <summary>All of them, in the order of their ids; the one that stands for all parameters is the last.</summary>
    /// <param name="folder">Where the module's assemblies lie.</param>
    /// <exception cref="InvalidOperationException">Two causes have one id.</exception>
    public static IReadOnlyList<ErrorCause> Declared(string folder)
    {
        Assembly[] assemblies =
        [
            typeof(ErrorCause).Assembly,
            Assembly.LoadFrom(Path.Combine(folder, "ClrFigures.dll")),
            Assembly.LoadFrom(Path.Combine(folder, "ClrModule.dll")),
            typeof(ErrorCauses).Assembly,
        ];
        ErrorCause[] causes =
        [
            .. assemblies.SelectMany(assembly => assembly.GetTypes())
                .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
                .Where(field => field.FieldType == typeof(ErrorCause))
                .Select(field => (ErrorCause)field.GetValue(null)!)
                .OrderBy(cause => cause.Id.Contains('<', StringComparison.Ordinal))
                .ThenBy(cause => cause.Id, StringComparer.Ordinal),
        ];
        return causes.GroupBy(cause => cause.Id).FirstOrDefault(same => same.Count() > 1) is { Key: var id }
            ? throw new InvalidOperationException($"Several causes of errors have the id {id}: declare it once.")
            : causes;
    }
}
