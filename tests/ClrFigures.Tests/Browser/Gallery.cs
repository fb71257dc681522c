using ClrEngine.RangeTest;
using ClrEngine.Schedules;
using ClrFigures.Histories;
using ClrFigures.RangeTests;
using ClrFigures.Schedules;
using ClrFigures.Tests.Recorded;

namespace ClrFigures.Tests.Browser;

/// <summary>A figure of every kind, and of every special case that is drawn otherwise.</summary>
internal static class Gallery
{
    private static readonly LrRangeTestResult Test = Sample.RangeTest();

    public static IReadOnlyDictionary<string, ClrFigure> Figures { get; } = new Dictionary<string, ClrFigure>
    {
        ["schedule"] = ScheduleFigure.Of(Sample.Schedule()),
        ["schedules"] = ScheduleFigure.Of([new("Triangular", Sample.Schedule(CyclicMode.Triangular)), new("Triangular2", Sample.Schedule()), new("ExpRange", Sample.Schedule(CyclicMode.ExpRange))], title: "Three modes over each other"),
        ["sweep"] = ScheduleFigure.Of(new ExponentialSweep(1e-6, 1, 100), title: "An exponential sweep"),
        ["long-schedule"] = ScheduleFigure.Of(new CyclicSchedule(0.001, 0.006, 500), count: 100_000),
        ["groups"] = ScheduleFigure.Of(new GroupedSchedule([new WarmupSchedule(Sample.Schedule(), 500), new CosineWarmRestartsSchedule(0.004, 4000)]), title: "Two parameter groups"),
        ["modes"] = ModesFigure.Of(),
        ["range-test"] = RangeTestFigure.Of(Recording.RangeTest, [Recording.AllBounds[0]]),
        ["range-test-methods"] = RangeTestFigure.Of(Recording.RangeTest, Recording.AllBounds),
        ["range-test-without-bounds"] = RangeTestFigure.Of(Test),
        ["range-test-not-finite"] = RangeTestFigure.Of(Sample.RangeTest(reason: RangeTestStopReason.NonFiniteLoss)),
        ["range-test-repeats"] = RangeTestFigure.Of(LrRangeTestPool.Of([Sample.RangeTest(1), Sample.RangeTest(2), Sample.RangeTest(3)])),
        ["range-test-accuracy"] = RangeTestFigure.Of(Test with { Points = [.. Test.Points.Select(p => p with { Accuracy = 100 / (1 + p.Loss) })] }, [Sample.Bounds(Test)]),
        ["range-test-empty"] = RangeTestFigure.Of(Test with { Points = [] }),
        ["history"] = HistoryFigure.Of(Recording.Triangular2),
        ["histories"] = HistoryFigure.Of([new("Triangular", Recording.Triangular), new("Triangular2", Recording.Triangular2), new("ExpRange", Recording.ExpRange)], "Three modes on handwritten digits"),
        ["history-without-classes"] = HistoryFigure.Of(Sample.History(classes: false)),
        ["history-with-cycles"] = HistoryFigure.Of(Sample.WithCycles()),
        ["history-empty"] = HistoryFigure.Of(Sample.History(epochs: 0)),
        ["hostile"] = HistoryFigure.Of([new(Sample.Hostile, Sample.History(model: Sample.Hostile)), new("b", Sample.History())], Sample.Hostile),
    };

    public static TheoryData<string> Names => [.. Figures.Keys];
}
