using System.Runtime.CompilerServices;
using ClrFigures.Html;
using ClrFigures.Reports;
using ClrFigures.Tests.Recorded;
using ClrFigures.Tests.Reports;

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
