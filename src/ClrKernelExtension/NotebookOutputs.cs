using System.Net;
using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;
using ClrEngine.Schedules;
using ClrEngine.Training;
using ClrFigures;
using Microsoft.DotNet.Interactive.Formatting;

namespace ClrKernelExtension;

/// <summary>What a notebook shows as HTML, with a plain form for clients that show none.</summary>
internal sealed record HtmlOutput(string Markup, string Text)
{
    public const string Html = "text/html";
    public const string Plain = "text/plain";

    /// <summary>A table.</summary>
    public static HtmlOutput From(TextTable table) => new(table.ToHtml(), table.ToText());

    /// <summary>A line of text.</summary>
    public static HtmlOutput Line(string text) => new($"<p>{WebUtility.HtmlEncode(text)}</p>", text);

    /// <summary>This above another.</summary>
    public HtmlOutput Then(HtmlOutput next, string between = "\n") => new(Markup + next.Markup, $"{Text}{between}{next.Text}");
}

/// <summary>Tells the notebook's formatter how to show the product's objects, and sequences of them.</summary>
internal static class NotebookFormatters
{
    public static void Register()
    {
        One<HtmlOutput>(output => output);
        One<ClrFigure>(NotebookOutputs.Show);
        One<LrRangeTestResult>(test => NotebookOutputs.Show(test));
        Many<LrRangeTestResult>(NotebookOutputs.Show);
        Each<ILrSchedule>(schedules => NotebookOutputs.Show(schedules));
        Each<SchedulePoint>(NotebookOutputs.Show);
        Each<LrSuggestion>(suggestions => HtmlOutput.From(Tables.Suggestions(suggestions)));
        Each<TrainingHistory>(NotebookOutputs.Show);
    }

    private static void Each<T>(Func<IReadOnlyList<T>, HtmlOutput> show)
    {
        One<T>(item => show([item]));
        Many(show);
    }

    // An empty sequence has nothing to draw.
    private static void Many<T>(Func<IReadOnlyList<T>, HtmlOutput> show) =>
        One<IEnumerable<T>>(items => items.ToArray() is { Length: > 0 } found ? show(found) : HtmlOutput.Line("empty"));

    private static void One<T>(Func<T, HtmlOutput> show)
    {
        Formatter.Register<T>((item, writer) => writer.Write(show(item).Markup), HtmlOutput.Html);
        Formatter.Register<T>((item, writer) => writer.Write(show(item).Text), HtmlOutput.Plain);
        Formatter.SetPreferredMimeTypesFor(typeof(T), HtmlOutput.Html, HtmlOutput.Plain);
    }
}

/// <summary>What is shown for each kind of object: a figure where there is one, and its table.</summary>
internal static class NotebookOutputs
{
    private const int MostPoints = 20;

    public static HtmlOutput Show(ClrFigure figure) => new(FigureHtml.Fragment(figure), figure.Title);

    public static HtmlOutput Show(IReadOnlyList<ILrSchedule> schedules, long? count = null)
    {
        NamedSchedule[] named = [.. schedules.Select(NamedSchedule.From)];
        return Show(named.Length == 1 ? ScheduleFigure.Draw(schedules[0], count) : ScheduleFigure.Draw(named, count)).Then(HtmlOutput.From(Tables.Schedules(named)));
    }

    public static HtmlOutput Show(IReadOnlyList<SchedulePoint> points)
    {
        HtmlOutput table = HtmlOutput.From(Tables.Points([.. points.Take(MostPoints)]));
        return points.Count > MostPoints ? table.Then(HtmlOutput.Line($"and {points.Count - MostPoints} more points")) : table;
    }

    public static HtmlOutput Show(LrRangeTestResult test, IReadOnlyList<LrSuggestion>? suggestions = null)
    {
        HtmlOutput curve = Show(RangeTestFigure.Draw(test, [.. (suggestions ?? []).OfType<LrBounds>()])).Then(HtmlOutput.From(Tables.RangeTests([test])));
        return suggestions is null ? curve : curve.Then(HtmlOutput.From(Tables.Suggestions(suggestions)), "\n\n");
    }

    public static HtmlOutput Show(IReadOnlyList<LrRangeTestResult> tests) =>
        tests.Select(test => Show(test)).Aggregate((above, below) => above.Then(below, "\n\n"));

    public static HtmlOutput Show(IReadOnlyList<TrainingHistory> histories)
    {
        HtmlOutput table = HtmlOutput.From(Tables.Histories(NamedHistory.From(histories)));
        // Nothing to draw before the first epoch has ended.
        TrainingHistory[] drawn = [.. histories.Where(history => history.Epochs.Count > 0)];
        return drawn.Length switch
        {
            0 => table,
            1 => Show(HistoryFigure.Draw(drawn[0])).Then(table),
            _ => Show(HistoryFigure.Draw(NamedHistory.From(drawn))).Then(table),
        };
    }
}
