using System.Runtime.CompilerServices;
using ClrEngine.RangeTest;
using ClrEngine.Schedules;
using ClrFigures.Tests.Recorded;

namespace ClrFigures.Tests.Browser;

/// <summary>Writes the pictures of the documentation where CLR_SCREENSHOTS is 1: else a test run would touch the tree.</summary>
[Collection(ChromeTests.Name)]
public sealed class ScreenshotTests(Chrome chrome)
{
    private const int Largest = 150_000;

    [Theory]
    [InlineData("schedule", false)]
    [InlineData("schedules", false)]
    [InlineData("modes", false)]
    [InlineData("range-test", false)]
    [InlineData("range-test", true)]
    [InlineData("range-test-methods", false)]
    [InlineData("history", false)]
    [InlineData("history", true)]
    [InlineData("histories", false)]
    public async Task A_figure_makes_a_small_picture(string name, bool dark)
    {
        ClrFigure figure = Gallery.Figures[name];
        await using OpenPage page = await chrome.Open(FigureHtml.Page(figure), dark);

        await page.Page.AddStyleTagAsync(new() { Content = ".modebar { display: none } body { padding: 8px }" });
        byte[] picture = await page.Page.ScreenshotAsync(new() { FullPage = true, Clip = new() { X = 0, Y = 0, Width = 900, Height = figure.Height + 16 } });

        Keep(picture, dark ? name + "-dark" : name);
    }

    [Fact]
    public async Task A_report_makes_a_small_picture()
    {
        await using OpenPage page = await chrome.Open(ReportHtml.Of(RecordedReport(), SampleReport.Made), width: 1000, height: 1100);

        Keep(await page.Page.ScreenshotAsync(), "report");
    }

    private static Report RecordedReport() => Report.Of(
        ReportContent.Of([Recording.RangeTest, Recording.AllBounds[0], Recording.Triangular2.Schedule, Recording.Triangular, Recording.Triangular2]),
        "Handwritten digits");

    private static void Keep(byte[] picture, string name)
    {
        Assert.InRange(picture.Length, 5_000, Largest);
        if (Environment.GetEnvironmentVariable("CLR_SCREENSHOTS") == "1")
            File.WriteAllBytes(Path.Combine(Images(), name + ".png"), picture);
    }

    private static string Images([CallerFilePath] string path = "") =>
        Directory.CreateDirectory(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "..", "docs", "images"))).FullName;
}

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
        ["range-test-repeats"] = RangeTestFigure.Of(LrRangeTestResult.Pool([Sample.RangeTest(1), Sample.RangeTest(2), Sample.RangeTest(3)])),
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
