using ClrEngine.Errors;

namespace ClrEngine.RangeTest.Suggestions;

/// <summary>Bounds were asked for and the curve holds none.</summary>
/// <param name="suggestion">Why there are none.</param>
public sealed class NoSuggestionException(NoSuggestion suggestion) : Exception(suggestion.Remedy), IClrError
{
    /// <summary>Why there are none.</summary>
    public NoSuggestion Suggestion { get; } = suggestion;

    /// <inheritdoc/>
    public string ErrorId => "NoSuggestion" + Suggestion.Reason;
}
