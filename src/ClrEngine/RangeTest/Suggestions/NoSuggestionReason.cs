namespace ClrEngine.RangeTest.Suggestions;

/// <summary>Why a curve holds no bounds.</summary>
public enum NoSuggestionReason
{
    /// <summary>Fewer finite points than a slope needs.</summary>
    TooFewPoints,

    /// <summary>The smoothed loss never fell by more than its noise.</summary>
    NeverFell,

    /// <summary>No loss was finite.</summary>
    AllNonFinite,
}
