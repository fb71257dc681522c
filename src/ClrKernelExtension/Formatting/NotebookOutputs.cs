using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;
using ClrEngine.Schedules;
using ClrEngine.Training;
using ClrFigures;

namespace ClrKernelExtension.Formatting;

/// <summary>What a notebook shows for each kind of object: a figure where there is one, and a small table.</summary>
internal static class NotebookOutputs
{
    private const int MostPoints = 20;

    public static HtmlOutput Of(IReadOnlyList<ILrSchedule> schedules, long? count = null) => Of(
        schedules.Count == 1
            ? ScheduleFigure.Of(schedules[0], count)
            : ScheduleFigure.Of([.. schedules.Select(NamedSchedule.Of)], count),
        NotebookTables.Of(schedules));

    public static HtmlOutput Of(IReadOnlyList<SchedulePoint> points)
    {
        var table = NotebookTables.Of([.. points.Take(MostPoints)]);
        string more = points.Count > MostPoints ? $"and {points.Count - MostPoints} more points" : "";
        return new HtmlOutput(table.ToHtml() + $"<p>{Encoded.Html(more)}</p>", $"{table.ToText()}\n{more}".TrimEnd());
    }

    public static HtmlOutput Of(LrRangeTestResult test, IReadOnlyList<LrSuggestion>? suggestions = null)
    {
        HtmlOutput figure = Of(RangeTestFigure.Of(test, [.. (suggestions ?? []).OfType<LrBounds>()]), NotebookTables.Of([test]));
        if (suggestions is null)
            return figure;
        var table = NotebookTables.Of(suggestions);
        return new HtmlOutput(figure.Html + table.ToHtml(), $"{figure.Text}\n\n{table.ToText()}");
    }

    public static HtmlOutput Of(IReadOnlyList<LrRangeTestResult> tests)
    {
        HtmlOutput[] each = [.. tests.Select(test => Of(test))];
        return new HtmlOutput(string.Concat(each.Select(e => e.Html)), string.Join("\n\n", each.Select(e => e.Text)));
    }

    public static HtmlOutput Of(IReadOnlyList<LrSuggestion> suggestions)
    {
        var table = NotebookTables.Of(suggestions);
        return new HtmlOutput(table.ToHtml(), table.ToText());
    }

    public static HtmlOutput Of(IReadOnlyList<TrainingHistory> histories)
    {
        var table = NotebookTables.Of(histories);
        // Nothing to draw before the first epoch has ended.
        TrainingHistory[] drawn = [.. histories.Where(h => h.Epochs.Count > 0)];
        return drawn.Length switch
        {
            0 => new HtmlOutput(table.ToHtml(), table.ToText()),
            1 => Of(HistoryFigure.Of(drawn[0]), table),
            _ => Of(HistoryFigure.Of(NamedHistory.Of(drawn)), table),
        };
    }

    public static HtmlOutput Of(ClrFigure figure) => new(FigureHtml.Fragment(figure), figure.Title);

    private static HtmlOutput Of(ClrFigure figure, NotebookTable table) =>
        new(FigureHtml.Fragment(figure) + table.ToHtml(), $"{figure.Title}\n{table.ToText()}");
}
