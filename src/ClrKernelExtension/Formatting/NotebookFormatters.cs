using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;
using ClrEngine.Schedules;
using ClrEngine.Training;
using ClrFigures;
using Microsoft.DotNet.Interactive.Formatting;

namespace ClrKernelExtension.Formatting;

/// <summary>Tells the notebook's formatter how to show the product's objects, and sequences of them.</summary>
internal static class NotebookFormatters
{
    private const string Html = "text/html";
    private const string Plain = "text/plain";

    public static void Register()
    {
        One<HtmlOutput>(output => output);
        One<ClrFigure>(NotebookOutputs.Of);
        One<LrRangeTestResult>(test => NotebookOutputs.Of(test));
        Each<ILrSchedule>(schedules => NotebookOutputs.Of(schedules));
        Each<SchedulePoint>(NotebookOutputs.Of);
        Each<LrSuggestion>(NotebookOutputs.Of);
        Each<TrainingHistory>(NotebookOutputs.Of);
        Many<LrRangeTestResult>(NotebookOutputs.Of);
    }

    private static void Each<T>(Func<IReadOnlyList<T>, HtmlOutput> show)
    {
        One<T>(item => show([item]));
        Many(show);
    }

    // An empty sequence has nothing to draw.
    private static void Many<T>(Func<IReadOnlyList<T>, HtmlOutput> show) =>
        One<IEnumerable<T>>(items => items.ToArray() is { Length: > 0 } some ? show(some) : new HtmlOutput("<p>empty</p>", "empty"));

    private static void One<T>(Func<T, HtmlOutput> show)
    {
        Formatter.Register<T>((item, writer) => writer.Write(show(item).Html), Html);
        Formatter.Register<T>((item, writer) => writer.Write(show(item).Text), Plain);
        Formatter.SetPreferredMimeTypesFor(typeof(T), Html, Plain);
    }
}
