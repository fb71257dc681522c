using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;

namespace ClrFigures.Reports;

/// <summary>Finds the range test that bounds were suggested from: bounds don't carry it.</summary>
internal static class BoundsOrigin
{
    /// <summary>The test in which both of the bounds' landmarks are points, the one before the bounds first; null if there is none.</summary>
    public static LrRangeTestResult? Of(LrBounds bounds, IReadOnlyList<LrRangeTestResult> tests, LrRangeTestResult? before)
    {
        LrRangeTestResult[] possible = [.. tests.Where(t => Has(t, bounds.SteepestLr) && Has(t, bounds.LowestLossLr))];
        // Sweeps of equal options share their rates; what the rule says of each curve tells them apart.
        LrRangeTestResult[] certain = [.. possible.Where(t => LrBoundsSuggester.Suggest(t, bounds.Method) is LrBounds again && again.SteepestLr == bounds.SteepestLr && again.LowestLossLr == bounds.LowestLossLr)];
        return Nearest(certain, before) ?? Nearest(possible, before);
    }

    private static LrRangeTestResult? Nearest(LrRangeTestResult[] tests, LrRangeTestResult? before) =>
        tests.FirstOrDefault(t => ReferenceEquals(t, before)) ?? tests.FirstOrDefault();

    private static bool Has(LrRangeTestResult test, double rate) => test.Points.Any(p => p.LearningRate == rate);
}
