using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;

namespace ClrFigures.Reports;

/// <summary>A range test in a report.</summary>
/// <param name="Test">The range test.</param>
/// <param name="Bounds">The bounds that were suggested from it.</param>
public sealed record ReportedRangeTest(LrRangeTestResult Test, IReadOnlyList<LrBounds> Bounds);
