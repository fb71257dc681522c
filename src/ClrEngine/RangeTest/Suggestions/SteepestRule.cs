namespace ClrEngine.RangeTest.Suggestions;

/// <summary>The rate of steepest descent over the logarithm of the rate, left of the lowest value.</summary>
internal static class SteepestRule
{
    public static LrSuggestion Apply(RangeTestCurve curve) => BoundsReader.FromOne(
        SuggestionMethod.Steepest,
        curve,
        curve.Rate(curve.Steepest),
        BoundsReader.SteepestAt(curve));
}
