namespace ClrEngine.RangeTest.Suggestions;

/// <summary>
/// The rule of the least regret in this project's benchmark (docs/regret.md): max is twice the rate of the lowest value, and
/// not above three times the rate of steepest descent; base is a tenth of it. A cycle is at its top for a moment, with the momentum at its
/// lowest, and so bears more than the sweep at the end of its fall; where the loss goes to zero, the lowest value may lie
/// anywhere in a wide basin, and the steepest descent bounds it.
/// </summary>
internal static class BalancedRule
{
    private const double OfLowest = 2, OfSteepest = 3, BaseShare = 0.1;

    public static LrSuggestion Apply(RangeTestCurve curve)
    {
        double lowest = OfLowest * curve.Rate(curve.Lowest), steepest = OfSteepest * curve.Rate(curve.Steepest);
        double max = Math.Min(lowest, steepest);
        return BoundsReader.Bounds(
            SuggestionMethod.Balanced,
            curve,
            BaseShare * max,
            max,
            BoundsReader.SteepestAt(curve),
            BoundsReader.LowestAt(curve),
            lowest <= steepest ? "The max is twice the rate of the lowest value." : "The max is three times the rate of steepest descent, which is below twice the rate of the lowest value.",
            "The base is a tenth of the max.");
    }
}
