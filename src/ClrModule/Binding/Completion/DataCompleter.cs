using System.Management.Automation;
using ClrEngine.Data;

namespace ClrModule.Binding.Completion;

/// <summary>Completes <c>-Data</c>: the names of the catalog, then paths.</summary>
public sealed class DataCompleter : ListCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Value, string Text)> Values =>
        DataCatalog.Default.Known.Where(known => !known.IsFormat).Select(known => (known.Name, known.Description));

    /// <inheritdoc/>
    protected override IEnumerable<CompletionResult> Paths(string word) => CompletionCompleters.CompleteFilename(word);
}
