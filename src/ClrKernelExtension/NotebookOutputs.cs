using System.Net;
using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;
using ClrEngine.Schedules;
using ClrEngine.Training;
using ClrFigures;
using Microsoft.DotNet.Interactive.Formatting;

namespace ClrKernelExtension;

/// <summary>What a notebook shows as HTML, with a plain form for clients that show none.</summary>
/// <param name="Markup">The HTML.</param>
/// <param name="Text">The plain form.</param>
internal sealed record HtmlOutput(string Markup, string Text)
{
    public const string Html = "text/html";
    public const string Plain = "text/plain";

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
        One<ClrFigure>(NotebookOutputs.Of);
        One<LrRangeTestResult>(test => NotebookOutputs.Of(test));
        Many<LrRangeTestResult>(NotebookOutputs.Of);
        Each<ILrSchedule>(schedules => NotebookOutputs.Of(schedules));
        Each<SchedulePoint>(NotebookOutputs.Of);
        Each<LrSuggestion>(suggestions => NotebookTable.Of(suggestions).ToOutput());
        Each<TrainingHistory>(NotebookOutputs.Of);
    }

    private static void Each<T>(Func<IReadOnlyList<T>, HtmlOutput> show)
    {
        One<T>(item => show([item]));
        Many(show);
    }

    // An empty sequence has nothing to draw.
    private static void Many<T>(Func<IReadOnlyList<T>, HtmlOutput> show) =>
        One<IEnumerable<T>>(items => items.ToArray() is { Length: > 0 } some ? show(some) : HtmlOutput.Line("empty"));

    private static void One<T>(Func<T, HtmlOutput> show)
    {
        Formatter.Register<T>((item, writer) => writer.Write(show(item).Markup), HtmlOutput.Html);
        Formatter.Register<T>((item, writer) => writer.Write(show(item).Text), HtmlOutput.Plain);
        Formatter.SetPreferredMimeTypesFor(typeof(T), HtmlOutput.Html, HtmlOutput.Plain);
    }
}

/// <summary>What is shown for each kind of object: a figure where there is one, and a small table.</summary>
internal static class NotebookOutputs
{
    private const int MostPoints = 20;

    public static HtmlOutput Of(ClrFigure figure) => new(FigureHtml.Fragment(figure), figure.Title);

    public static HtmlOutput Of(IReadOnlyList<ILrSchedule> schedules, long? count = null) =>
        Of(schedules.Count == 1 ? ScheduleFigure.Of(schedules[0], count) : ScheduleFigure.Of([.. schedules.Select(NamedSchedule.Of)], count))
            .Then(NotebookTable.Of(schedules).ToOutput());

    public static HtmlOutput Of(IReadOnlyList<SchedulePoint> points)
    {
        HtmlOutput table = NotebookTable.Of([.. points.Take(MostPoints)]).ToOutput();
        return points.Count > MostPoints ? table.Then(HtmlOutput.Line($"and {points.Count - MostPoints} more points")) : table;
    }

    public static HtmlOutput Of(LrRangeTestResult test, IReadOnlyList<LrSuggestion>? suggestions = null)
    {
        HtmlOutput curve = Of(RangeTestFigure.Of(test, [.. (suggestions ?? []).OfType<LrBounds>()])).Then(NotebookTable.Of([test]).ToOutput());
        return suggestions is null ? curve : curve.Then(NotebookTable.Of(suggestions).ToOutput(), "\n\n");
    }

    public static HtmlOutput Of(IReadOnlyList<LrRangeTestResult> tests) =>
        tests.Select(test => Of(test)).Aggregate((above, below) => above.Then(below, "\n\n"));

    public static HtmlOutput Of(IReadOnlyList<TrainingHistory> histories)
    {
        HtmlOutput table = NotebookTable.Of(histories).ToOutput();
        // Nothing to draw before the first epoch has ended.
        TrainingHistory[] drawn = [.. histories.Where(h => h.Epochs.Count > 0)];
        return drawn.Length switch
        {
            0 => table,
            1 => Of(HistoryFigure.Of(drawn[0])).Then(table),
            _ => Of(HistoryFigure.Of(NamedHistory.Of(drawn))).Then(table),
        };
    }
}
