namespace ClrEngine.RangeTest.Suggestions;

/// <summary>
/// The interval slide: an interval moves from the highest rates to the left until the slopes at its two ends are alike,
/// which leaves the runaway behind; its left end is the rate. An idea of fastai's, with a threshold
/// relative to the curve's own steepest slope, so that the size of the loss does not matter. It stops where the fall begins.
/// </summary>
internal static class SlideRule
{
    private const double IntervalShare = 0.15;
    private const double AlikeShare = 0.1;

    public static LrSuggestion Apply(RangeTestCurve curve)
    {
        int interval = Math.Min(Math.Max(2, (int)(IntervalShare * curve.Count)), curve.Count - 1);
        double alike = AlikeShare * Math.Abs(curve.Slope(curve.Steepest));
        int right = curve.Count - 1;
        while (right - interval > curve.Begin && Math.Abs(curve.Slope(right) - curve.Slope(right - interval)) > alike)
            right--;
        double rate = curve.Rate(right - interval);
        return BoundsReader.FromOne(
            SuggestionMethod.Slide,
            curve,
            rate,
            BoundsReader.Text($"Sliding down from the highest rate, the interval from {rate:G3} to {curve.Rate(right):G3} is the first with like slopes at its ends, or the last before the fall begins."));
    }
}
