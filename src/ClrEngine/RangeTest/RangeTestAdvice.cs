using System.Globalization;
using ClrEngine.RangeTest.Suggestions;

namespace ClrEngine.RangeTest;

/// <summary>Says where a sweep began too late or ended too early.</summary>
internal static class RangeTestAdvice
{
    private const double RiseShare = 0.1;

    public static IReadOnlyList<string> For(LrRangeTestResult result)
    {
        double first = result.Options.StartLr, last = result.Options.EndLr;
        if (DivergedAtOnce(result))
            return [Text($"The loss ran away within the first {result.Points.Count} steps, from a rate of {first:G3} on: lower StartLr.")];
        if (result.StopReason == RangeTestStopReason.Completed && !Rose(result))
            return [Text($"The loss never diverged up to a rate of {last:G3}, so the upper bound may lie beyond: raise EndLr.")];
        return [];
    }

    private static bool DivergedAtOnce(LrRangeTestResult result) =>
        result.StopReason is RangeTestStopReason.Diverged or RangeTestStopReason.NonFiniteLoss
        && (result.Points.Count <= result.Options.WarmUp + 1 || new RangeTestCurve(result).Lowest == 0);

    private static bool Rose(LrRangeTestResult result)
    {
        var curve = new RangeTestCurve(result);
        return curve.Count > 0 && curve.Value(curve.Count - 1) - curve.Value(curve.Lowest) > RiseShare * Math.Abs(curve.Fall);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
