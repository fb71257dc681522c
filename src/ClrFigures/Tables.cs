using System.Globalization;
using ClrEngine.RangeTest.Suggestions;
using ClrEngine.RangeTest;
using ClrEngine.Schedules;
using ClrEngine.Training;

namespace ClrFigures;

/// <summary>A table of a report: texts, not encoded.</summary>
/// <param name="Caption">What the rows are.</param>
/// <param name="Columns">The heads; the first column names the row.</param>
/// <param name="Rows">The rows, each as long as the heads.</param>
public sealed record ReportTable(string Caption, IReadOnlyList<ReportColumn> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);

/// <summary>A column of a table.</summary>
/// <param name="Name">Its head.</param>
/// <param name="IsNumber">Whether it holds numbers, which stand at the right.</param>
public sealed record ReportColumn(string Name, bool IsNumber = false);

/// <summary>Numbers in tables.</summary>
internal static class NumberText
{
    public const string None = "–";

    public static string Rate(double? rate) => Finite(rate)?.ToString("G4", CultureInfo.InvariantCulture) ?? None;

    public static string Loss(double? loss) => Finite(loss)?.ToString("F4", CultureInfo.InvariantCulture) ?? None;

    public static string Percent(double? percent) => Finite(percent)?.ToString("F2", CultureInfo.InvariantCulture) ?? None;

    public static string Seconds(double? seconds) => Finite(seconds)?.ToString("F1", CultureInfo.InvariantCulture) ?? None;

    public static string Count(long? count) => count is > 0 ? count.Value.ToString("N0", CultureInfo.InvariantCulture) : None;

    private static double? Finite(double? number) => number is { } value && double.IsFinite(value) ? value : null;
}

/// <summary>The summaries of each kind.</summary>
internal static class ReportTables
{
    public static ReportTable RangeTests(IReadOnlyList<LrRangeTestResult> tests) => Table<LrRangeTestResult>("What each range test found", tests,
        new("Model", t => t.Model ?? NumberText.None),
        new("Data", t => t.Data ?? NumberText.None),
        new("Steps", t => NumberText.Count(t.Points.Count), true),
        new("First rate", t => NumberText.Rate(t.Points.Count > 0 ? t.Points[0].LearningRate : null), true),
        new("Last rate", t => NumberText.Rate(t.Points.Count > 0 ? t.Points[^1].LearningRate : null), true),
        new("Lowest smoothed loss", t => NumberText.Loss(t.BestLoss), true),
        new("at rate", t => NumberText.Rate(t.BestLr), true),
        new("End", t => string.Join(". ", t.Warnings.Prepend(RangeTestText.StopReason(t.StopReason)))),
        new("Seconds", t => NumberText.Seconds(t.Seconds), true));

    public static ReportTable Bounds(IReadOnlyList<LrBounds> bounds) => Table<LrBounds>("Suggested bounds of a cyclic schedule", bounds,
        new("Method", b => b.Method.ToString()),
        new("Base rate", b => NumberText.Rate(b.BaseLr), true),
        new("Max rate", b => NumberText.Rate(b.MaxLr), true),
        new("Steepest descent at", b => NumberText.Rate(b.SteepestLr), true),
        new("Lowest loss at", b => NumberText.Rate(b.LowestLossLr), true),
        new("Steps per epoch", b => NumberText.Count(b.StepsPerEpoch), true));

    public static ReportTable Reasons(IReadOnlyList<LrBounds> bounds) => Table<(LrBounds Bounds, string Reason)>(
        "Why these bounds",
        [.. bounds.SelectMany(b => b.Reasons.Select(reason => (b, reason)))],
        new("Method", r => r.Bounds.Method.ToString()),
        new("Reason", r => r.Reason));

    public static ReportTable Schedules(IReadOnlyList<NamedSchedule> schedules) => Table<NamedSchedule>("The schedules, over the steps of their figure", schedules,
        new("Schedule", s => s.Name),
        new("First rate", s => NumberText.Rate(s.Schedule.At(0).LearningRate), true),
        new("Lowest rate", s => NumberText.Rate(Curve(s).Min(p => p.LearningRate)), true),
        new("Highest rate", s => NumberText.Rate(Curve(s).Max(p => p.LearningRate)), true),
        new("First cycle (steps)", s => NumberText.Count(CycleBoundaries.Cycles(s.Schedule, long.MaxValue).Select(c => (long?)c.Length).FirstOrDefault()), true),
        new("Momentum", Momentum));

    public static ReportTable Histories(IReadOnlyList<NamedHistory> runs) => Table<NamedHistory>("The training runs, judged on the validation samples", runs,
    [
        new("Run", r => r.Name),
        new("Model", r => r.History.Model ?? NumberText.None),
        new("Data", r => r.History.Data ?? NumberText.None),
        // Runs that are named after their schedules need not tell them again.
        .. runs.All(r => r.Name == r.History.Schedule.ToString()) ? Array.Empty<Column<NamedHistory>>() : [new("Schedule", r => r.History.Schedule.ToString() ?? NumberText.None)],
        new("Status", Status),
        new("Epochs", r => NumberText.Count(r.History.Epochs.Count), true),
        new("Best epoch", r => NumberText.Count(r.History.BestEpoch?.Epoch), true),
        new("Best accuracy (%)", r => NumberText.Percent(r.History.BestValidationAccuracy), true),
        new("Final accuracy (%)", r => NumberText.Percent(r.History.FinalValidationAccuracy), true),
        new("Final loss", r => NumberText.Loss(r.History.Epochs.Count > 0 ? r.History.Epochs[^1].ValidationLoss : null), true),
        new("Seconds", r => NumberText.Seconds(r.History.Seconds), true),
    ]);

    private static string Status(NamedHistory run) =>
        run.History.StatusReason is { } reason ? $"{run.History.Status}: {reason}" : run.History.Status.ToString();

    private static string Momentum(NamedSchedule schedule)
    {
        double[] momenta = [.. Curve(schedule).Where(p => p.Momentum.HasValue).Select(p => p.Momentum!.Value)];
        return momenta.Length == 0
            ? "the optimiser's own"
            : string.Create(CultureInfo.InvariantCulture, $"{momenta.Min():0.###} to {momenta.Max():0.###}");
    }

    private static IReadOnlyList<SchedulePoint> Curve(NamedSchedule schedule) =>
        ScheduleCurve.Of(schedule.Schedule, ScheduleSpan.Of([schedule], null));

    private static ReportTable Table<T>(string caption, IReadOnlyList<T> items, params Column<T>[] columns) => new(
        caption,
        [.. columns.Select(c => new ReportColumn(c.Name, c.IsNumber))],
        [.. items.Select(item => columns.Select(c => c.Text(item)).ToArray())]);

    private sealed record Column<T>(string Name, Func<T, string> Text, bool IsNumber = false);
}
