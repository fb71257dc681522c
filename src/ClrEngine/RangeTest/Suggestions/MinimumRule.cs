namespace ClrEngine.RangeTest.Suggestions;

/// <summary>A tenth of the rate of the lowest value.</summary>
internal static class MinimumRule
{
    public static LrSuggestion Apply(RangeTestCurve curve) => BoundsReader.FromOne(
        SuggestionMethod.Minimum,
        curve,
        curve.Rate(curve.Lowest) / 10,
        BoundsReader.LowestAt(curve) + " The max is a tenth of that rate.");
}
