namespace ClrEngine.RangeTest.Suggestions;

/// <summary>
/// The conservative rule: a tenth of the rate of steepest descent, a third of the rate of the lowest smoothed loss.
/// The slope is taken over the logarithm of the rate, left of the minimum, on a curve trimmed at both ends.
/// </summary>
internal static class ConservativeRule
{
    public static LrSuggestion Apply(LrRangeTestResult result, LossCurve curve)
    {
        int lowest = curve.Lowest;
        int steepest = curve.Steepest(lowest);
        double steepestLr = curve.LearningRate(steepest);
        double lowestLossLr = curve.LearningRate(lowest);
        return new LrBounds(
            SuggestionMethod.Conservative,
            Math.Max(steepestLr / 10, result.Options.StartLr),
            lowestLossLr / 3,
            steepestLr,
            lowestLossLr);
    }
}
