using ClrEngine.Schedules;

namespace ClrFigures.Tests.Browser;

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
