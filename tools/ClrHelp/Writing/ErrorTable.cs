using System.Collections;
using System.Reflection;
using System.Text;

namespace ClrHelp.Writing;

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
