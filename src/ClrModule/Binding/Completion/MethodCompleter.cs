using ClrEngine.RangeTest.Suggestions;

namespace ClrModule.Binding.Completion;

/// <summary>Completes <c>-Method</c>: the rules, and All.</summary>
public sealed class MethodCompleter : ListCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Value, string Text)> Values => [.. FieldSummary.OfAll<SuggestionMethod>(), ("All", "One object a rule, also where a rule has no suggestion.")];
}
