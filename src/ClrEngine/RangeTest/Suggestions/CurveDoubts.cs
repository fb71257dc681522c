using static System.FormattableString;

namespace ClrEngine.RangeTest.Suggestions;

/// <summary>Causes to doubt what a rule reads off a curve, each with its remedy.</summary>
internal static class CurveDoubts
{
    private const double FewestDeviations = 10;

    // As factors between rates: what is read in one place takes in no more; the steepest fall lies so far above the first rate, so that what was before it is
    // seen; and no max lies further above the lowest value.
    private const double WidestReach = 6, LeastBefore = 10, MostBeyond = 3;

    /// <summary>The causes, as sentences; empty where there is none.</summary>
    public static string[] Of(LrRangeTestResult test, RangeTestCurve curve, RuleRates read) =>
        [.. ((string?[])[Noisy(curve), Coarse(test, curve, read) ?? Begun(curve, read), Early(curve, read), Beyond(curve, read), Unended(test, curve, read)]).OfType<string>()];

    private static string? Noisy(RangeTestCurve curve) => curve.FallToNoise >= FewestDeviations ? null
        : Invariant($"The curve is noisy: it falls by {curve.FallToNoise:G2} standard deviations of its noise. Raise Iterations, Repeats or the batch size.");

    // A rule that reads the lowest value alone does not ask where the fall begins.
    private static string? Begun(RangeTestCurve curve, RuleRates read) => read.From >= curve.HalfWidth && (read.From >= curve.Lowest || curve.SteepestRate >= LeastBefore * curve.Rate(0)) ? null
        : Invariant($"The value falls from the first rates tested on ({curve.Rate(0):G3}), so that where the fall begins is not seen: lower StartLr.");

    private static string? Coarse(LrRangeTestResult test, RangeTestCurve curve, RuleRates read)
    {
        int widest = Enumerable.Range(read.From, read.To - read.From + 1).MaxBy(curve.Reach);
        double reach = Math.Pow(10, curve.Reach(widest));
        return reach <= WidestReach ? null : Invariant($"Around {curve.Rate(widest):G3} the sweep has too few points: what is read there takes in rates that are a factor of {reach:G2} apart. ") + (test.Options.Sweep == SweepKind.Linear
            ? "Sweep exponentially (Sweep Exponential), or raise StartLr to a tenth of EndLr."
            : "Raise Iterations, or bring StartLr and EndLr closer together.");
    }

    private static string? Early(RangeTestCurve curve, RuleRates read) => read.To >= curve.Steepest - curve.HalfWidth / 2 ? null
        : Invariant($"What the rule reads ends at {curve.Rate(read.To):G3}, before the value falls fastest ({curve.SteepestRate:G3}), so that single values may mislead it: raise Repeats or the batch size, or take another rule.");

    private static string? Beyond(RangeTestCurve curve, RuleRates read) => read.MaxLr <= MostBeyond * curve.LowestRate ? null
        : Invariant($"The rule points at {read.MaxLr:G3}, beyond the rate of the lowest value ({curve.LowestRate:G3}), where training runs away: take another rule.");

    private static string? Unended(LrRangeTestResult test, RangeTestCurve curve, RuleRates read)
    {
        if (curve.Rises || read.To <= curve.Lowest - curve.HalfWidth || test.StopReason is RangeTestStopReason.Diverged or RangeTestStopReason.NonFiniteLoss)
            return null;
        return test.Warnings.Count > 0 ? test.Warnings[0] : Invariant($"The test ended at a rate of {curve.Rate(curve.Count - 1):G3}, before the value rose: let it run to its end.");
    }
}
