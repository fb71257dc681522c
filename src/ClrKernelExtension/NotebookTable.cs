using System.Globalization;
using System.Net;
using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;
using ClrEngine.Schedules;
using ClrEngine.Training;

namespace ClrKernelExtension;

/// <summary>A small table of text cells, such as stands under a figure.</summary>
/// <param name="Headers">The columns.</param>
/// <param name="Rows">The cells of each row, as many as there are columns.</param>
internal sealed record NotebookTable(string[] Headers, IReadOnlyList<string[]> Rows)
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

    public HtmlOutput ToOutput() => new(Markup(), Text());

    private static string[] Row(LrSuggestion suggestion) => suggestion switch
    {
        LrBounds bounds => [bounds.Method.ToString(), Number(bounds.BaseLr), Number(bounds.MaxLr), string.Join(" ", bounds.Reasons)],
        NoSuggestion none => [none.Method.ToString(), "", "", none.Remedy],
        _ => [suggestion.Method.ToString(), "", "", ""],
    };

    private static string Number(double? value) => value?.ToString("G4", CultureInfo.InvariantCulture) ?? "";

    private static string Percent(double? value) => value is { } share ? share.ToString("F2", CultureInfo.InvariantCulture) + " %" : "";

    private static string Whole(long value) => value.ToString(CultureInfo.InvariantCulture);

    private string Markup() =>
        $"<table><thead><tr>{Cells("th", Headers)}</tr></thead><tbody>{string.Concat(Rows.Select(row => $"<tr>{Cells("td", row)}</tr>"))}</tbody></table>";

    private string Text()
    {
        int[] widths = [.. Headers.Select((header, column) => Math.Max(header.Length, Rows.Select(row => row[column].Length).DefaultIfEmpty().Max()))];
        return string.Join('\n', new[] { Headers }.Concat(Rows).Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()));
    }

    private static string Cells(string tag, string[] cells) =>
        string.Concat(cells.Select(cell => $"<{tag} style=\"text-align:left\">{WebUtility.HtmlEncode(cell)}</{tag}>"));
}
