using System.Globalization;
using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;
using ClrEngine.Schedules;
using ClrEngine.Training;
using static ClrKernelExtension.Formatting.NotebookTable;

namespace ClrKernelExtension.Formatting;

/// <summary>The table that stands under each kind of figure.</summary>
internal static class NotebookTables
{
    public static NotebookTable Of(IReadOnlyList<ILrSchedule> schedules) => new(
        ["schedule", "first rate", "first momentum"],
        [.. schedules.Select(s => (s, s.At(0))).Select(x => new[] { x.s.ToString() ?? "", Number(x.Item2.LearningRate), x.Item2.Momentum is { } m ? Number(m) : "the optimiser's" })]);

    public static NotebookTable Of(IReadOnlyList<SchedulePoint> points) => new(
        ["step", "learning rate", "momentum"],
        [.. points.Select(p => new[] { Whole(p.Step), Number(p.LearningRate), Number(p.Momentum) })]);

    public static NotebookTable Of(IReadOnlyList<LrRangeTestResult> tests) => new(
        ["model", "data", "points", "stopped because", "lowest smoothed loss", "at rate"],
        [.. tests.Select(t => new[] { t.Model ?? "", t.Data ?? "", Whole(t.Points.Count), string.Join(". ", t.Warnings.Prepend(t.StopReason.ToString())), Number(t.BestLoss), Number(t.BestLr) })]);

    public static NotebookTable Of(IReadOnlyList<LrSuggestion> suggestions) => new(
        ["method", "base rate", "max rate", "why"],
        [.. suggestions.Select(Row)]);

    public static NotebookTable Of(IReadOnlyList<TrainingHistory> histories) => new(
        ["model", "data", "status", "epochs", "best epoch", "best validation accuracy", "seconds"],
        [.. histories.Select(h => new[] { h.Model ?? "", h.Data ?? "", h.Status.ToString(), Whole(h.Epochs.Count), h.BestEpoch is { } best ? Whole(best.Epoch) : "", Percent(h.BestValidationAccuracy), Number(h.Seconds) })]);

    private static string[] Row(LrSuggestion suggestion) => suggestion switch
    {
        LrBounds bounds => [bounds.Method.ToString(), Number(bounds.BaseLr), Number(bounds.MaxLr), string.Join(" ", bounds.Reasons)],
        NoSuggestion none => [none.Method.ToString(), "", "", none.Remedy],
        _ => [suggestion.Method.ToString(), "", "", ""],
    };

    private static string Whole(long value) => value.ToString(CultureInfo.InvariantCulture);
}
