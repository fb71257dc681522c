using System.Reflection;
using ClrHelp.Pages;

namespace ClrHelp.Writing;

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
