namespace ClrEngine.RangeTest.Suggestions;

/// <summary>The curve holds no bounds.</summary>
/// <param name="Method">The rule that looked.</param>
/// <param name="Reason">Why.</param>
/// <param name="Remedy">One sentence: what was seen, and what to change.</param>
public sealed record NoSuggestion(SuggestionMethod Method, NoSuggestionReason Reason, string Remedy) : LrSuggestion(Method);
