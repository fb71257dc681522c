using System.Net;
using Microsoft.Playwright;

namespace ClrFigures.Tests.Browser;

[Collection(ChromeTests.Name)]
public sealed class DrawnFigureTests(Chrome chrome)
{
    [Theory, MemberData(nameof(Gallery.Names), MemberType = typeof(Gallery))]
    public async Task A_page_draws_its_figure_offline_without_a_complaint(string name)
    {
        OpenPage page = await chrome.Figure(name);

        Assert.Empty(page.Complaints);
        Assert.Equal(1, await page.Page.Locator(".clr-figure .main-svg >> nth=0").CountAsync());
    }

    [Theory, MemberData(nameof(Gallery.Names), MemberType = typeof(Gallery))]
    public async Task Plotly_finds_nothing_to_correct(string name)
    {
        OpenPage page = await chrome.Figure(name);

        Assert.Empty(await page.Validate(Gallery.Figures[name]));
    }

    [Theory, MemberData(nameof(Gallery.Names), MemberType = typeof(Gallery))]
    public async Task The_drawing_has_every_trace(string name)
    {
        ClrFigure figure = Gallery.Figures[name];
        OpenPage page = await chrome.Figure(name);

        int withPoints = figure.Traces().Count(t => t!["x"]!.AsArray().Any(x => x is not null));
        Assert.Equal(withPoints, await page.Page.Locator(".scatterlayer .trace").EvaluateAllAsync<int>("ts => ts.filter(t => t.querySelector('path')).length"));
    }

    [Theory, MemberData(nameof(Gallery.Names), MemberType = typeof(Gallery))]
    public async Task The_drawing_has_the_titles_of_figure_and_axes(string name)
    {
        ClrFigure figure = Gallery.Figures[name];
        OpenPage page = await chrome.Figure(name);

        IEnumerable<string?> expected = figure.Layout().Select(m => (string?)(m.Value as System.Text.Json.Nodes.JsonObject)?["title"]?["text"]).Where(t => t is not null)
            .Append(WebUtility.HtmlDecode((string?)figure.Layout()["title"]!["text"]));
        Assert.Equal(expected.Order(StringComparer.Ordinal), await page.Texts(".infolayer [class*=title] text, .infolayer text[class*=title]"));
    }

    [Theory, MemberData(nameof(Gallery.Names), MemberType = typeof(Gallery))]
    public async Task The_legend_has_the_expected_entries(string name)
    {
        ClrFigure figure = Gallery.Figures[name];
        OpenPage page = await chrome.Figure(name);

        IEnumerable<string> expected = (bool)figure.Layout()["showlegend"]! ? figure.Legend().Select(n => WebUtility.HtmlDecode(n!)) : [];
        Assert.Equal(expected.Order(StringComparer.Ordinal), await page.Texts(".legend .legendtext"));
    }

    [Theory, MemberData(nameof(Gallery.Names), MemberType = typeof(Gallery))]
    public async Task Title_legend_and_plots_do_not_overlap(string name)
    {
        OpenPage page = await chrome.Figure(name);

        string[] overlaps = await page.Page.EvaluateAsync<string[]>("""
            () => {
              const boxes = [...document.querySelectorAll('.g-gtitle, .g-xtitle, .g-ytitle, .g-y2title, .g-y3title, .legend, .xtick text, .ytick text, .bglayer .bg')]
                .map(e => [e.getAttribute('class') || e.textContent, e.getBoundingClientRect()]).filter(([, p]) => p.height > 0);
              const hits = [];
              boxes.forEach(([a, p], i) => boxes.slice(i + 1).forEach(([b, q]) => {
                if (p.left + 1 < q.right && q.left + 1 < p.right && p.top + 1 < q.bottom && q.top + 1 < p.bottom) hits.push(a + ' over ' + b);
              }));
              return hits;
            }
            """);
        Assert.Empty(overlaps);
    }

    [Fact]
    public async Task A_hostile_name_is_drawn_letter_by_letter_and_runs_nothing()
    {
        OpenPage page = await chrome.Figure("hostile");

        Assert.Contains(Sample.Hostile, await page.Texts(".gtitle"));
        Assert.Equal(0, await page.Page.Locator("img").CountAsync());
        Assert.Equal(Sample.Hostile, await page.Page.TitleAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ink_stands_out_from_the_page_in_light_and_dark(bool dark)
    {
        await using OpenPage page = await chrome.Open(FigureHtml.Page(Gallery.Figures["history"]), dark);

        double contrast = await page.Page.EvaluateAsync<double>("""
            () => {
              const light = c => { const [r, g, b] = c.match(/[\d.]+/g).map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
              const ink = light(getComputedStyle(document.querySelector('.xtick text')).fill), page = light(getComputedStyle(document.body).backgroundColor);
              return (Math.max(ink, page) + 0.05) / (Math.min(ink, page) + 0.05);
            }
            """);
        Assert.InRange(contrast, 7, 21);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Lines_stand_out_from_the_page_in_light_and_dark(bool dark)
    {
        await using OpenPage page = await chrome.Open(FigureHtml.Page(Gallery.Figures["histories"]), dark);

        double least = await page.Page.EvaluateAsync<double>("""
            () => {
              const light = c => { const [r, g, b] = c.match(/[\d.]+/g).map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
              const page = light(getComputedStyle(document.body).backgroundColor);
              return Math.min(...[...document.querySelectorAll('.scatterlayer .js-line')].map(l => { const ink = light(getComputedStyle(l).stroke); return (Math.max(ink, page) + 0.05) / (Math.min(ink, page) + 0.05); }));
            }
            """);
        Assert.InRange(least, 3, 21);
    }

    [Fact]
    public async Task Fragments_before_and_after_the_loader_are_drawn_on_one_page()
    {
        string first = FigureHtml.Fragment(Gallery.Figures["schedule"]), second = FigureHtml.Fragment(Gallery.Figures["history"]);
        await using OpenPage page = await chrome.Open($"<!DOCTYPE html><html><body>{first}{FigureHtml.Loader}{FigureHtml.Loader}{second}</body></html>");

        Assert.Empty(page.Complaints);
        Assert.Equal(2, await page.Page.Locator(".clr-figure .gtitle").CountAsync());
    }

    [Fact]
    public async Task The_loader_keeps_out_of_the_way_of_RequireJS()
    {
        await using OpenPage page = await chrome.Open($"<!DOCTYPE html><html><body><script>window.module = {{ exports: {{}} }}; window.define = Object.assign(() => {{ window.taken = true; }}, {{ amd: {{}} }});</script>{FigureHtml.Loader}{FigureHtml.Fragment(Gallery.Figures["schedule"])}</body></html>");

        Assert.Empty(page.Complaints);
        Assert.Equal(1, await page.Page.Locator(".clr-figure .gtitle").CountAsync());
        Assert.Null(await page.Page.EvaluateAsync<bool?>("() => window.taken"));
    }

    [Fact]
    public async Task A_redraw_replaces_the_figure_in_its_element()
    {
        string live = FigureHtml.Fragment(Gallery.Figures["history-empty"], "live");
        await using OpenPage page = await chrome.Open($"<!DOCTYPE html><html><body>{FigureHtml.Loader}{live}{FigureHtml.Redraw(Gallery.Figures["history"], "live")}</body></html>");

        await page.Page.WaitForFunctionAsync("() => document.querySelectorAll('.legendtext').length == 4");
        Assert.Equal(1, await page.Page.Locator(".gtitle").CountAsync());
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_figure_follows_when_the_page_turns_dark()
    {
        await using OpenPage page = await chrome.Open(FigureHtml.Page(Gallery.Figures["schedule"]));
        string ink = await page.Page.Locator(".xtick text >> nth=0").EvaluateAsync<string>("e => getComputedStyle(e).fill");

        await page.Page.EmulateMediaAsync(new() { ColorScheme = Microsoft.Playwright.ColorScheme.Dark });

        await page.Page.WaitForFunctionAsync("ink => getComputedStyle(document.querySelector('.xtick text')).fill != ink", ink);
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_figure_follows_the_width_of_its_place()
    {
        await using OpenPage page = await chrome.Open(FigureHtml.Page(Gallery.Figures["schedule"]));

        await page.Page.SetViewportSizeAsync(500, 600);

        await page.Page.WaitForFunctionAsync("() => document.querySelector('.main-svg').clientWidth < 500");
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task In_a_row_of_boxes_a_figure_becomes_narrower_with_the_page()
    {
        await using OpenPage page = await chrome.Open($"<!DOCTYPE html><html><body>{FigureHtml.Loader}<div style=\"display:flex\"><div style=\"flex-grow:1\">{FigureHtml.Fragment(Gallery.Figures["schedule"])}</div></div></body></html>");

        await page.Page.SetViewportSizeAsync(500, 600);

        await page.Page.WaitForFunctionAsync("() => document.querySelector('.main-svg').clientWidth < 500");
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Between_the_corners_of_a_line_the_pointer_finds_the_rates_of_whole_steps()
    {
        OpenPage page = await chrome.Figure("schedule");

        double[][] points = await page.Page.EvaluateAsync<double[][]>("() => { const t = document.querySelector('.clr-figure').data[0]; return t.x.map((x, i) => [x, t.y[i]]); }");

        Assert.InRange(points.Length, 300, 500);
        Assert.All(points, p => Assert.Equal(Sample.Schedule().At((long)p[0]).LearningRate, p[1], 12));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(1000)]
    [InlineData(3000)]
    public async Task A_long_range_test_is_drawn_with_the_rates_steps_and_losses_that_it_has(int steps)
    {
        ClrFigure figure = RangeTestFigure.Draw(LrRangeTestResult.Pool([Sample.RangeTest(1, steps: steps), Sample.RangeTest(2, steps: steps)]));
        await using OpenPage page = await chrome.Open(FigureHtml.Page(figure));

        double worst = await page.Page.EvaluateAsync<double>("""
            text => {
              const { data } = JSON.parse(text), drawn = document.querySelector('.clr-figure').data;
              const off = (trace, there, row) => (trace[row] || []).map((v, i) => there[row].length !== trace[row].length ? 1 : v === there[row][i] ? 0 : Math.abs(there[row][i] / v - 1));
              return Math.max(...data.flatMap((trace, i) => ['x', 'y', 'customdata'].flatMap(row => off(trace, drawn[i], row))));
            }
            """, figure.ToJson());
        Assert.InRange(worst, 0, 1e-4);
        Assert.Empty(page.Complaints);
    }

    [Theory]
    [InlineData("modes")]
    [InlineData("range-test-methods")]
    [InlineData("histories")]
    public async Task On_a_narrow_page_no_text_is_cut_off(string name)
    {
        await using OpenPage page = await chrome.Open(FigureHtml.Page(Gallery.Figures[name]), width: 360);

        Assert.Empty(await page.Page.EvaluateAsync<string[]>("""
            () => {
              const all = document.querySelector('.main-svg').getBoundingClientRect();
              return [...document.querySelectorAll('.main-svg text')].filter(t => { const p = t.getBoundingClientRect(); return p.width && (p.left < all.left || p.right > all.right || p.top < all.top || p.bottom > all.bottom); }).map(t => t.textContent);
            }
            """));
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_figure_follows_when_the_root_of_the_page_turns_dark()
    {
        await using OpenPage page = await chrome.Open($"<!DOCTYPE html><html><head><style>.dark {{ color: #EEE; background: #111 }}</style></head><body>{FigureHtml.Loader}{FigureHtml.Fragment(Gallery.Figures["schedule"])}</body></html>");
        string ink = await page.Page.Locator(".xtick text >> nth=0").EvaluateAsync<string>("e => getComputedStyle(e).fill");

        await page.Page.EvaluateAsync("() => { document.body.className = 'dark'; }");

        await page.Page.WaitForFunctionAsync("ink => getComputedStyle(document.querySelector('.xtick text')).fill != ink", ink);
    }
}

/// <summary>What is seen where no script runs.</summary>
[Collection(ChromeTests.Name)]
public sealed class StillPageTests(Chrome chrome)
{
    [Theory]
    [InlineData(480)]
    [InlineData(900)]
    public async Task Without_scripts_a_picture_stands_in_the_place_of_the_figure(int width)
    {
        await using OpenPage page = await chrome.Open(FigureHtml.Page(Gallery.Figures["range-test"]), width: width, scripts: false);

        LocatorBoundingBoxResult box = (await page.Page.Locator(".clr-figure img").BoundingBoxAsync())!;
        Assert.InRange(box.Width, 400, width);
        Assert.Equal(Gallery.Figures["range-test"].Height * box.Width / Plotly.StillPicture.Width, box.Height, 1.0);
        Assert.Empty(page.Complaints);
    }

    [Theory, MemberData(nameof(Gallery.Names), MemberType = typeof(Gallery))]
    public async Task In_a_picture_no_text_lies_on_another_or_outside(string name)
    {
        await using OpenPage page = await chrome.Open($"<!DOCTYPE html><html><body style=\"margin:0\">{Plotly.StillPicture.Draw(Gallery.Figures[name])}</body></html>", width: 640);

        Assert.Empty(await page.Page.EvaluateAsync<string[]>("""
            () => {
              const boxes = [...document.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]), all = document.querySelector('svg').getBoundingClientRect();
              const hits = boxes.filter(([, p]) => p.left < all.left || p.right > all.right || p.top < all.top || p.bottom > all.bottom).map(([a]) => a + ' outside');
              boxes.forEach(([a, p], i) => boxes.slice(i + 1).forEach(([b, q]) => {
                if (p.left + 1 < q.right && q.left + 1 < p.right && p.top + 3 < q.bottom && q.top + 3 < p.bottom) hits.push(a + ' over ' + b);
              }));
              return hits;
            }
            """));
    }
}
