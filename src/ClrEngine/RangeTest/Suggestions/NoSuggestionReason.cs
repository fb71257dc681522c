namespace ClrEngine.RangeTest.Suggestions;

/// <summary>Why a curve holds no bounds.</summary>
public enum NoSuggestionReason
{
    /// <summary>Fewer finite points than a slope needs.</summary>
    TooFewPoints,

    /// <summary>The value never fell by more than its noise.</summary>
    NeverFell,

    /// <summary>No value was finite.</summary>
    AllNonFinite,

    /// <summary>The rule points at a rate that was not tested.</summary>
    OutsideRange,

    /// <summary>Accuracies were to be read, and the task has no classes.</summary>
    NoAccuracy,
}
