using System.Globalization;
using ClrEngine.RangeTest.Suggestions;
using ClrFigures.Histories;
using ClrFigures.RangeTests;
using ClrFigures.Schedules;

namespace ClrFigures.Reports;

/// <summary>A report: for each kind of object a summary and figures.</summary>
/// <param name="Title">Its title, as plain text.</param>
/// <param name="Sections">One for each kind of object that there is.</param>
public sealed record Report(string Title, IReadOnlyList<ReportSection> Sections)
{
    private const int MostInOneFigure = 6;

    /// <summary>All figures, in order.</summary>
    public IEnumerable<ClrFigure> Figures => Sections.SelectMany(s => s.Figures);

    /// <summary>Draws and sums up.</summary>
    /// <param name="content">What to show.</param>
    /// <param name="title">The report's title.</param>
    public static Report Of(ReportContent content, string title)
    {
        ArgumentNullException.ThrowIfNull(content);
        return new Report(title, [.. All(content).Where(s => s.Tables.Any(t => t.Rows.Count > 0))]);
    }

    private static IEnumerable<ReportSection> All(ReportContent content)
    {
        LrBounds[] bounds = [.. content.RangeTests.SelectMany(t => t.Bounds), .. content.OtherBounds];
        ReportTable tests = ReportTables.RangeTests([.. content.RangeTests.Select(t => t.Test)]);
        yield return new ReportSection(
            content.RangeTests.Count == 0 ? "Suggested bounds" : "Range tests",
            [.. new[] { tests, ReportTables.Bounds(bounds), ReportTables.Reasons(bounds) }.Where(t => t.Rows.Count > 0)],
            [.. content.RangeTests.Select((t, i) => RangeTestFigure.Of(t.Test, t.Bounds, Numbered(RangeTestText.Title(t.Test), i, content.RangeTests.Count)))]);
        yield return new ReportSection("Schedules", [ReportTables.Schedules(content.Schedules)], [.. Schedules(content.Schedules)]);
        yield return new ReportSection("Training", [ReportTables.Histories(Named(content.Histories))], [.. Histories(content.Histories)]);
    }

    private static IEnumerable<ClrFigure> Schedules(IReadOnlyList<NamedSchedule> schedules) => schedules.Count switch
    {
        0 => [],
        1 => [ScheduleFigure.Of(schedules[0].Schedule, title: schedules[0].Name)],
        <= MostInOneFigure => [ScheduleFigure.Of(schedules)],
        _ => [ScheduleRows.Of(schedules)],
    };

    private static IEnumerable<ClrFigure> Histories(IReadOnlyList<NamedHistory> runs) => runs.Count switch
    {
        0 => [],
        1 => [HistoryFigure.Of(runs[0].History)],
        _ => [HistoryFigure.Of(runs, "Training runs compared"), .. runs.Select(r => HistoryFigure.Of(r.History, $"{HistoryText.Title(r.History)}: {r.Name}"))],
    };

    private static IReadOnlyList<NamedHistory> Named(IReadOnlyList<NamedHistory> runs) =>
        [.. runs.Select((r, i) => r.Name.Length > 0 ? r : r with { Name = (i + 1).ToString(CultureInfo.InvariantCulture) })];

    private static string Numbered(string title, int index, int count) => count == 1 ? title : $"{title} ({index + 1} of {count})";
}
