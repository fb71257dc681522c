namespace ClrFigures.Tests.Browser;

[Collection(ChromeTests.Name)]
public sealed class ReportPageTests(Chrome chrome)
{
    private static readonly Report Report = SampleReport.Of();

    [Fact]
    public async Task A_report_draws_all_its_figures_offline_without_a_complaint()
    {
        await using OpenPage page = await chrome.Open(ReportHtml.Of(Report, SampleReport.Made));

        Assert.Empty(page.Complaints);
        Assert.Equal(Report.Figures.Count(), await page.Page.Locator("figure .gtitle").CountAsync());
        Assert.Empty(await page.Validate([.. Report.Figures]));
    }

    [Fact]
    public async Task A_table_has_a_caption_and_a_head_for_every_column()
    {
        await using OpenPage page = await chrome.Open(ReportHtml.Of(Report, SampleReport.Made));

        Assert.Equal(Report.Sections.SelectMany(s => s.Tables).Select(t => t.Caption).Order(StringComparer.Ordinal), await page.Texts("caption"));
        Assert.Equal(Report.Sections.SelectMany(s => s.Tables).Sum(t => t.Columns.Count), await page.Page.Locator("th[scope=col]").CountAsync());
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1400)]
    public async Task On_a_screen_no_table_need_be_scrolled(int width)
    {
        await using OpenPage page = await chrome.Open(ReportHtml.Of(Report, SampleReport.Made), width: width);

        Assert.Equal(0, await page.Page.EvaluateAsync<int>("() => [...document.querySelectorAll('.scroll')].filter(s => s.scrollWidth > s.clientWidth).length"));
    }

    [Fact]
    public async Task On_a_phone_nothing_is_wider_than_the_page_and_no_button_lies_on_a_title()
    {
        await using OpenPage page = await chrome.Open(ReportHtml.Of(Report, SampleReport.Made), width: 400);

        Assert.Equal(0, await page.Page.EvaluateAsync<int>("() => Math.max(0, document.documentElement.scrollWidth - innerWidth)"));
        Assert.Equal(0, await page.Page.EvaluateAsync<int>("() => [...document.querySelectorAll('.gtitle')].filter(t => t.getBoundingClientRect().right > innerWidth).length"));
        Assert.Equal(0, await page.Page.Locator(".modebar-btn:visible").CountAsync());
    }

    [Fact]
    public async Task A_hostile_name_is_only_a_name()
    {
        Report report = SampleReport.Of(Sample.Hostile);
        await using OpenPage page = await chrome.Open(ReportHtml.Of(report, SampleReport.Made));

        Assert.Empty(page.Complaints);
        Assert.Equal(Sample.Hostile, await page.Page.TitleAsync());
        Assert.Contains(Sample.Hostile, await page.Texts("td, th"));
        Assert.Equal(0, await page.Page.Locator("img").CountAsync());
    }

    [Fact]
    public async Task A_script_that_a_report_did_not_bring_does_not_run()
    {
        string html = ReportHtml.Of(Report, SampleReport.Made).Replace("</main>", "<script>window.injected = 1</script></main>", StringComparison.Ordinal);
        await using OpenPage page = await chrome.Open(html);

        Assert.Null(await page.Page.EvaluateAsync<int?>("() => window.injected"));
    }
}
