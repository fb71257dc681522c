namespace ClrEngine.RangeTest.Suggestions;

/// <summary>A rule that reads bounds off a range test.</summary>
public enum SuggestionMethod
{
    /// <summary>A tenth of the rate of steepest descent, and a third of the rate of the lowest smoothed loss.</summary>
    Conservative,
}
