using ClrEngine.RangeTest;
using ClrEngine.Schedules;
using ClrFigures.Reports;

namespace ClrFigures.Tests.Reports;

/// <summary>A report with every kind of object.</summary>
internal static class SampleReport
{
    public static readonly DateTimeOffset Made = new(2026, 3, 1, 9, 30, 0, TimeSpan.Zero);

    public static Report Of(string? name = null)
    {
        LrRangeTestResult test = Sample.RangeTest(model: name ?? "mlp");
        return Report.Of(
            ReportContent.Of([test, Sample.Bounds(test), Sample.Schedule(), Sample.Schedule(CyclicMode.Triangular), Sample.History(model: name ?? "mlp"), Sample.History(Sample.Schedule(CyclicMode.Triangular), model: name ?? "mlp", shift: 0.06)]),
            name ?? "Digits");
    }
}
