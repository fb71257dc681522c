using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClrEngine.Torch.Trained;
using ClrFigures.Plotly;

namespace ClrFigures;

/// <summary>A report: for each kind of object a summary and figures.</summary>
internal sealed record Report(string Title, IReadOnlyList<ReportSection> Sections)
{
    private const int MostInOneFigure = 6;

    /// <summary>All figures, in order.</summary>
    public IEnumerable<ClrFigure> Figures => Sections.SelectMany(s => s.Figures);

    /// <summary>Draws and sums up.</summary>
    public static Report From(ReportContent content, string title) => new(title, [.. All(content).Where(s => s.Tables.Any(t => t.Rows.Count > 0))]);

    private static IEnumerable<ReportSection> All(ReportContent content)
    {
        LrBounds[] bounds = [.. content.RangeTests.SelectMany(t => t.Bounds), .. content.OtherBounds];
        yield return new ReportSection(
            content.RangeTests.Count == 0 ? "Suggested bounds" : "Range tests",
            [.. new[] { Tables.RangeTests([.. content.RangeTests.Select(t => t.Test)]), Tables.Bounds(bounds), Tables.Suggestions(bounds) }.Where(t => t.Rows.Count > 0)],
            [.. content.RangeTests.Select((t, i) => RangeTestFigure.Draw(t.Test, t.Bounds, Numbered(RangeTestText.Title(t.Test), i, content.RangeTests.Count)))]);
        yield return new ReportSection("Schedules", [Tables.Schedules(content.Schedules)], [.. Schedules(content.Schedules)]);
        yield return new ReportSection("Training", [Tables.Histories(Named(content.Histories))], [.. Histories(content.Histories)]);
        yield return new ReportSection("Tests", [Tables.Scores(content.Scores)], [.. content.Scores.Where(ConfusionFigure.IsOf).Select(score => ConfusionFigure.Draw(score))]);
    }

    private static IEnumerable<ClrFigure> Schedules(IReadOnlyList<NamedSchedule> schedules) => schedules.Count switch
    {
        0 => [],
        1 => [ScheduleFigure.Draw(schedules[0].Schedule, title: schedules[0].Name)],
        <= MostInOneFigure => [ScheduleFigure.Draw(schedules)],
        _ => [ScheduleRows.Draw(schedules)],
    };

    private static IEnumerable<ClrFigure> Histories(IReadOnlyList<NamedHistory> runs) => runs.Count switch
    {
        0 => [],
        1 => [HistoryFigure.Draw(runs[0].History)],
        _ => [HistoryFigure.Draw(runs, "Training runs compared"), .. runs.Select(r => HistoryFigure.Draw(r.History, $"{HistoryText.Title(r.History)}: {r.Name}"))],
    };

    private static IReadOnlyList<NamedHistory> Named(IReadOnlyList<NamedHistory> runs) =>
        [.. runs.Select((r, i) => r.Name.Length > 0 ? r : r with { Name = (i + 1).ToString(CultureInfo.InvariantCulture) })];

    private static string Numbered(string title, int index, int count) => count == 1 ? title : $"{title} ({index + 1} of {count})";
}

/// <summary>One kind of object in a report: a summary and its figures.</summary>
internal sealed record ReportSection(string Name, IReadOnlyList<TextTable> Tables, IReadOnlyList<ClrFigure> Figures);

/// <summary>What a report shows, sorted by kind.</summary>
internal sealed record ReportContent
{
    private static readonly ErrorCause NotReportable = new(nameof(NotReportable), ErrorKind.InvalidArgument,
        "A report can't show this kind of object.", "Give it schedules, range tests, bounds, training histories and what Test-TrainedModel gives.");

    /// <summary>The range tests, each with the bounds that were suggested from it.</summary>
    public IReadOnlyList<ReportedRangeTest> RangeTests { get; init; } = [];

    /// <summary>Bounds whose range test is not in the report.</summary>
    public IReadOnlyList<LrBounds> OtherBounds { get; init; } = [];

    /// <summary>The schedules.</summary>
    public IReadOnlyList<NamedSchedule> Schedules { get; init; } = [];

    /// <summary>The training runs.</summary>
    public IReadOnlyList<NamedHistory> Histories { get; init; } = [];

    /// <summary>The tests of trained models.</summary>
    public IReadOnlyList<TrainedModelScore> Scores { get; init; } = [];

    /// <summary>Gives the object back if a report can show it: a schedule, a range test, bounds, a training run or the test of a model.</summary>
    public static object Check(object? item) => item is ILrSchedule or LrRangeTestResult or LrBounds or TrainingHistory or TrainedModelScore
        ? item
        : throw new InvalidParameterException("InputObject", item, $"A report can't show a {item?.GetType().Name ?? "null"}; give it schedules, range tests, bounds, training histories and what Test-TrainedModel gives.", NotReportable);

    /// <summary>Sorts objects by kind, in their order, and finds the range test that bounds came from.</summary>
    public static ReportContent From(IReadOnlyList<object> items)
    {
        FigureBuilder.RequireAny(items, "InputObject");
        foreach (object item in items)
            Check(item);
        LrRangeTestResult[] tests = [.. items.OfType<LrRangeTestResult>()];
        (LrBounds Bounds, LrRangeTestResult? Test)[] bounds = [.. items.Select((item, i) => (item, i)).Where(x => x.item is LrBounds)
            .Select(x => ((LrBounds)x.item, Origin((LrBounds)x.item, tests, items.Take(x.i).OfType<LrRangeTestResult>().LastOrDefault())))];
        return new ReportContent
        {
            RangeTests = [.. tests.Select(t => new ReportedRangeTest(t, [.. bounds.Where(b => ReferenceEquals(b.Test, t)).Select(b => b.Bounds)]))],
            OtherBounds = [.. bounds.Where(b => b.Test is null).Select(b => b.Bounds)],
            Schedules = [.. items.OfType<ILrSchedule>().Select(NamedSchedule.From)],
            Histories = NamedHistory.From([.. items.OfType<TrainingHistory>()]),
            Scores = [.. items.OfType<TrainedModelScore>()],
        };
    }

    // Bounds don't carry their test: it is the one in which both of their landmarks are points, the one before the bounds first.
    private static LrRangeTestResult? Origin(LrBounds bounds, IReadOnlyList<LrRangeTestResult> tests, LrRangeTestResult? before)
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

/// <summary>A range test in a report.</summary>
internal sealed record ReportedRangeTest(LrRangeTestResult Test, IReadOnlyList<LrBounds> Bounds);

/// <summary>A report as one HTML file: plotly.js inside, nothing fetched, readable without a script: then its figures are still pictures.</summary>
internal static class ReportHtml
{
    /// <summary>The page.</summary>
    public static string Write(Report report, DateTimeOffset made)
    {
        var body = new StringBuilder();
        var script = new StringBuilder();
        body.Append(CultureInfo.InvariantCulture, $"<main>\n<h1>{WebUtility.HtmlEncode(report.Title)}</h1>\n");
        body.Append(CultureInfo.InvariantCulture, $"<p class=\"made\">Made on <time datetime=\"{made:O}\">{made:yyyy-MM-dd HH:mm zzz}</time>.</p>\n");
        foreach (ReportSection section in report.Sections)
            Append(section, body, script);
        body.Append("</main>");
        return PageHtml.Write(report.Title, body.ToString(), script.ToString());
    }

    private static void Append(ReportSection section, StringBuilder body, StringBuilder script)
    {
        body.Append(CultureInfo.InvariantCulture, $"<section>\n<h2>{WebUtility.HtmlEncode(section.Name)}</h2>\n");
        foreach (TextTable table in section.Tables)
            body.Append(CultureInfo.InvariantCulture, $"<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{WebUtility.HtmlEncode(table.Caption)}\">\n{table.ToHtml()}</div>\n");
        foreach (ClrFigure figure in section.Figures)
        {
            string element = FigureHtml.NewId();
            body.Append(CultureInfo.InvariantCulture, $"<figure>\n{FigureHtml.Place(figure, element)}</figure>\n");
            script.AppendLine(FigureHtml.DrawCall(figure, element));
        }
        body.Append("</section>\n");
    }
}

/// <summary>A report as JSON: its tables, and its figures as plotly.js 3 takes them.</summary>
internal static class ReportJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The JSON.</summary>
    public static string Write(Report report, DateTimeOffset made) => JsonSerializer.Serialize(
        new
        {
            title = report.Title,
            made,
            sections = report.Sections.Select(section => new
            {
                name = section.Name,
                tables = section.Tables.Select(table => new { caption = table.Caption, columns = table.Columns.Select(column => column.Name), rows = table.Rows }),
                figures = section.Figures.Select(Titled),
            }),
        },
        Indented);

    private static JsonNode Titled(ClrFigure figure)
    {
        JsonNode json = JsonNode.Parse(figure.ToJson())!;
        json["title"] = figure.Title;
        return json;
    }
}
