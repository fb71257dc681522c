namespace ClrEngine.RangeTest.Suggestions;

/// <summary>The conservative rule: a tenth of the rate of steepest descent, a third of the rate of the lowest value.</summary>
internal static class ConservativeRule
{
    public static LrSuggestion Apply(RangeTestCurve curve) => BoundsReader.Bounds(
        SuggestionMethod.Conservative,
        curve,
        curve.Rate(curve.Steepest) / 10,
        curve.Rate(curve.Lowest) / 3,
        BoundsReader.SteepestAt(curve),
        "The base is a tenth of that rate.",
        BoundsReader.LowestAt(curve),
        "The max is a third of that rate.");
}
