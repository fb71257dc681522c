using System.Runtime.CompilerServices;
using ClrFigures.Tests.Recorded;

namespace ClrFigures.Tests.Browser;

[Collection(ChromeTests.Name)]
public sealed class ReportPageTests(Chrome chrome)
{
    private static readonly Report Report = SampleReport.Of();

    [Fact]
    public async Task A_report_draws_all_its_figures_offline_without_a_complaint()
    {
        await using OpenPage page = await chrome.Open(ReportHtml.Write(Report, SampleReport.Made));

        Assert.Empty(page.Complaints);
        Assert.Equal(Report.Figures.Count(), await page.Page.Locator("figure .gtitle").CountAsync());
        Assert.Empty(await page.Validate([.. Report.Figures]));
    }

    [Fact]
    public async Task A_table_has_a_caption_and_a_head_for_every_column()
    {
        await using OpenPage page = await chrome.Open(ReportHtml.Write(Report, SampleReport.Made));

        Assert.Equal(Report.Sections.SelectMany(s => s.Tables).Select(t => t.Caption).Order(StringComparer.Ordinal), await page.Texts("caption"));
        Assert.Equal(Report.Sections.SelectMany(s => s.Tables).Sum(t => t.Columns.Count), await page.Page.Locator("th[scope=col]").CountAsync());
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1400)]
    public async Task On_a_screen_no_table_need_be_scrolled(int width)
    {
        await using OpenPage page = await chrome.Open(ReportHtml.Write(Report, SampleReport.Made), width: width);

        Assert.Equal(0, await page.Page.EvaluateAsync<int>("() => [...document.querySelectorAll('.scroll')].filter(s => s.scrollWidth > s.clientWidth).length"));
    }

    [Fact]
    public async Task On_a_phone_nothing_is_wider_than_the_page_and_no_button_lies_on_a_title()
    {
        await using OpenPage page = await chrome.Open(ReportHtml.Write(Report, SampleReport.Made), width: 400);

        Assert.Equal(0, await page.Page.EvaluateAsync<int>("() => Math.max(0, document.documentElement.scrollWidth - innerWidth)"));
        Assert.Equal(0, await page.Page.EvaluateAsync<int>("() => [...document.querySelectorAll('.gtitle')].filter(t => t.getBoundingClientRect().right > innerWidth).length"));
        Assert.Equal(0, await page.Page.Locator(".modebar-btn:visible").CountAsync());
    }

    [Fact]
    public async Task A_hostile_name_is_only_a_name()
    {
        Report report = SampleReport.Of(Sample.Hostile);
        await using OpenPage page = await chrome.Open(ReportHtml.Write(report, SampleReport.Made));

        Assert.Empty(page.Complaints);
        Assert.Equal(Sample.Hostile, await page.Page.TitleAsync());
        Assert.Contains(Sample.Hostile, await page.Texts("td, th"));
        Assert.Equal(0, await page.Page.Locator("img").CountAsync());
    }

    [Fact]
    public async Task A_script_that_a_report_did_not_bring_does_not_run()
    {
        string html = ReportHtml.Write(Report, SampleReport.Made).Replace("</main>", "<script>window.injected = 1</script></main>", StringComparison.Ordinal);
        await using OpenPage page = await chrome.Open(html);

        Assert.Null(await page.Page.EvaluateAsync<int?>("() => window.injected"));
    }
}

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
    [InlineData("confusion", false)]
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
        await using OpenPage page = await chrome.Open(ReportHtml.Write(RecordedReport(), SampleReport.Made), width: 1000, height: 1100);

        Keep(await page.Page.ScreenshotAsync(), "report");
    }

    private static Report RecordedReport() => Report.From(
        ReportContent.From([Recording.RangeTest, Recording.AllBounds[0], Recording.Triangular2.Schedule, Recording.Triangular, Recording.Triangular2]),
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
        ["schedule"] = ScheduleFigure.Draw(Sample.Schedule()),
        ["schedules"] = ScheduleFigure.Draw([new("Triangular", Sample.Schedule(CyclicMode.Triangular)), new("Triangular2", Sample.Schedule()), new("ExpRange", Sample.Schedule(CyclicMode.ExpRange))], title: "Three modes over each other"),
        ["sweep"] = ScheduleFigure.Draw(new ExponentialSweep(1e-6, 1, 100), title: "An exponential sweep"),
        ["long-schedule"] = ScheduleFigure.Draw(new CyclicSchedule(0.001, 0.006, 500), count: 100_000),
        ["groups"] = ScheduleFigure.Draw(new GroupedSchedule([new WarmupSchedule(Sample.Schedule(), 500), new CosineWarmRestartsSchedule(0.004, 4000)]), title: "Two parameter groups"),
        ["modes"] = ModesFigure.Draw(),
        ["range-test"] = RangeTestFigure.Draw(Recording.RangeTest, [Recording.AllBounds[0]]),
        ["range-test-methods"] = RangeTestFigure.Draw(Recording.RangeTest, Recording.AllBounds),
        ["range-test-without-bounds"] = RangeTestFigure.Draw(Test),
        ["range-test-not-finite"] = RangeTestFigure.Draw(Sample.RangeTest(reason: RangeTestStopReason.NonFiniteLoss)),
        ["range-test-repeats"] = RangeTestFigure.Draw(LrRangeTestResult.Pool([Sample.RangeTest(1), Sample.RangeTest(2), Sample.RangeTest(3)])),
        ["range-test-accuracy"] = RangeTestFigure.Draw(Test with { Points = [.. Test.Points.Select(p => p with { Accuracy = 100 / (1 + p.Loss) })] }, [Sample.Bounds(Test)]),
        ["range-test-empty"] = RangeTestFigure.Draw(Test with { Points = [] }),
        ["history"] = HistoryFigure.Draw(Recording.Triangular2),
        ["histories"] = HistoryFigure.Draw([new("Triangular", Recording.Triangular), new("Triangular2", Recording.Triangular2), new("ExpRange", Recording.ExpRange)], "Three modes on handwritten digits"),
        ["history-without-classes"] = HistoryFigure.Draw(Sample.History(classes: false)),
        ["history-with-cycles"] = HistoryFigure.Draw(Sample.WithCycles()),
        ["history-empty"] = HistoryFigure.Draw(Sample.History(epochs: 0)),
        ["confusion"] = ConfusionFigure.Draw(Recording.Score),
        ["hostile"] = HistoryFigure.Draw([new(Sample.Hostile, Sample.History(model: Sample.Hostile)), new("b", Sample.History())], Sample.Hostile),
    };

    public static TheoryData<string> Names => [.. Figures.Keys];
}

/// <summary>Figures that are drawn anew while work goes on, as a notebook shows them: each redraw is a script in an output that replaces the one before.</summary>
[Collection(ChromeTests.Name)]
public sealed class LivePageTests(Chrome chrome)
{
    private const string Output = "html => { const output = document.getElementById('output'); output.innerHTML = html; for (const s of output.querySelectorAll('script')) eval(s.textContent); }";

    private static string PageOf(string first) => $"<!DOCTYPE html><html><body>{FigureHtml.Loader}{first}<div id=\"output\"></div></body></html>";

    // Without ends of cycles: each has a line of its own, and the page may hold that.
    private static ClrFigure After(int epochs) => HistoryFigure.Draw(Sample.History(new CyclicSchedule(0.001, 0.006, 100_000), epochs: epochs));

    [Fact]
    public async Task Redraws_end_where_a_whole_figure_would_and_hold_nothing()
    {
        var live = new LiveFigure(After(1));
        await using OpenPage page = await chrome.Open(PageOf(live.Fragment));
        (int Listeners, int Nodes) early = default;
        for (int epoch = 2; epoch <= 60; epoch++)
        {
            await page.Page.EvaluateAsync(Output, live.Redraw(After(epoch)));
            if (epoch == 20)
                early = await page.Held();
        }
        (int Listeners, int Nodes) late = await page.Held();

        Assert.Empty(page.Complaints);
        Assert.Equal(1, await page.Page.Locator(".gtitle").CountAsync());
        Assert.True(await page.Page.EvaluateAsync<bool>("figure => { const whole = JSON.parse(figure), there = document.querySelector('.clr-figure').data; return whole.data.every((t, i) => t.meta || ['x', 'y', 'name'].every(m => JSON.stringify(t[m]) === JSON.stringify(there[i][m]))); }", After(60).ToJson()));
        Assert.InRange(late.Listeners, 0, early.Listeners);
        Assert.InRange(late.Nodes, 0, early.Nodes + 50);
    }

    [Fact]
    public async Task A_redraw_that_was_missed_leaves_the_figure_as_it_was_until_it_is_sent_whole()
    {
        var live = new LiveFigure(HistoryFigure.Draw(Sample.History(epochs: 1)));
        await using OpenPage page = await chrome.Open(PageOf(live.Fragment));
        string missed = live.Redraw(HistoryFigure.Draw(Sample.History(epochs: 20)));

        await page.Page.EvaluateAsync(Output, live.Redraw(HistoryFigure.Draw(Sample.History(epochs: 21))));
        Assert.Equal(1, await page.Page.EvaluateAsync<int>("() => document.querySelector('.clr-figure').data[0].x.length"));
        await page.Page.EvaluateAsync(Output, missed);
        await page.Page.WaitForFunctionAsync("() => document.querySelector('.clr-figure').data[0].x.length == 20");
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Figures_that_other_outputs_replace_are_given_up()
    {
        string[] outputs = [.. Enumerable.Range(21, 30).Select(epochs => FigureHtml.Fragment(After(epochs)))];
        await using OpenPage page = await chrome.Open(PageOf(""));
        foreach (string output in outputs)
        {
            await page.Page.EvaluateAsync(Output, output);
            await page.Page.WaitForFunctionAsync("() => document.querySelector('.clr-figure .main-svg') !== null");
        }
        (int Listeners, int Nodes) late = await page.Held();

        // The browser lets go of the newest few when it likes; thirty have 3,000 listeners and 12,000 nodes.
        Assert.InRange(late.Listeners, 0, 1000);
        Assert.InRange(late.Nodes, 0, 6000);
    }
}
