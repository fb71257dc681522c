namespace ClrEngine.RangeTest.Suggestions;

/// <summary>
/// Smith's reading of the curve (arXiv 1506.01186, section 3.3): base where the value begins to improve,
/// max where the improvement slows down, becomes ragged, or turns.
/// </summary>
internal static class SmithRule
{
    private const double SlowShare = 0.1;
    private const double RaggedFactor = 3;
    private const double RaggedShare = 0.05;

    public static LrSuggestion Apply(RangeTestCurve curve)
    {
        int begin = curve.Begin;
        (int end, string why) = End(curve, begin);
        return BoundsReader.Bounds(
            SuggestionMethod.Smith,
            curve,
            curve.Rate(begin),
            curve.Rate(end),
            BoundsReader.Text($"The value begins to fall for good at {curve.Rate(begin):G3}."),
            BoundsReader.Text($"It {why} at {curve.Rate(end):G3}."));
    }

    private static (int Index, string Why) End(RangeTestCurve curve, int begin)
    {
        // The share of the fall keeps the bends of a curve without noise from passing for raggedness.
        double ragged = Math.Max(RaggedFactor * Enumerable.Range(0, begin + 1).Select(curve.Raggedness).Order().ElementAt(begin / 2), RaggedShare * curve.Fall);
        for (int i = begin + 1; i < curve.Lowest; i++)
        {
            if (i > curve.Steepest && curve.Slope(i) > SlowShare * curve.Slope(curve.Steepest))
                return (i, "slows to a tenth of its steepest fall");
            if (curve.Raggedness(i) > ragged)
                return (i, "becomes ragged");
        }
        return (curve.Lowest, "turns");
    }
}
