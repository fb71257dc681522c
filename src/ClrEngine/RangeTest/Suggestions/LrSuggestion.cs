namespace ClrEngine.RangeTest.Suggestions;

/// <summary>What a rule makes of a range test: bounds, or the reason why there are none.</summary>
/// <param name="Method">The rule.</param>
public abstract record LrSuggestion(SuggestionMethod Method);
