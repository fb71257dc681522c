using System.Management.Automation;
using ClrEngine.Torch.Models;

namespace ClrModule.Binding.Completion;

/// <summary>Completes <c>-Model</c> from the catalog of models, and paths once the word looks like one.</summary>
public sealed class ModelCompleter : ListCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Value, string Text)> Values => ModelCatalog.Known.Select(model => (model.Key, model.Value));

    /// <inheritdoc/>
    protected override IEnumerable<CompletionResult> Paths(string word) =>
        word.AsSpan().ContainsAny(@"./\~") ? CompletionCompleters.CompleteFilename(word) : [];
}
