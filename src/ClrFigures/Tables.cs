using System.Net;
using ClrEngine.Torch.Trained;

namespace ClrFigures;

/// <summary>The table of each kind of object: a row for each.</summary>
internal static class Tables
{
    /// <summary>What schedules do over the steps of their figure.</summary>
    public static TextTable Schedules(IReadOnlyList<NamedSchedule> schedules) => TextTable.From<NamedSchedule>("The schedules, over the steps of their figure", schedules,
        new("Schedule", s => s.Name),
        new("First rate", s => NumberText.Rate(s.Schedule.At(0).LearningRate), true),
        new("Lowest rate", s => NumberText.Rate(Curve(s).Min(p => p.LearningRate)), true),
        new("Highest rate", s => NumberText.Rate(Curve(s).Max(p => p.LearningRate)), true),
        new("First cycle (steps)", s => NumberText.Whole(ScheduleCurve.Cycles(s.Schedule, long.MaxValue).Select(c => (long?)c.Length).FirstOrDefault()), true),
        new("Momentum", Momentum));

    /// <summary>The points of a schedule.</summary>
    public static TextTable Points(IReadOnlyList<SchedulePoint> points) => TextTable.From<SchedulePoint>("The points of the schedule", points,
        new("Step", p => NumberText.Whole(p.Step), true),
        new("Learning rate", p => NumberText.Rate(p.LearningRate), true),
        new("Momentum", p => NumberText.Momentum(p.Momentum), true));

    /// <summary>What range tests found.</summary>
    public static TextTable RangeTests(IReadOnlyList<LrRangeTestResult> tests) => TextTable.From<LrRangeTestResult>("What each range test found", tests,
        new("Model", t => t.Model ?? ""),
        new("Data", t => t.Data ?? ""),
        new("Steps", t => NumberText.Whole(t.Steps), true),
        new("First rate", t => NumberText.Rate(t.Points.Count > 0 ? t.Points[0].LearningRate : null), true),
        new("Last rate", t => NumberText.Rate(t.Points.Count > 0 ? t.Points[^1].LearningRate : null), true),
        new("Lowest smoothed loss", t => double.IsNaN(t.BestLoss) ? "" : NumberText.Loss(t.BestLoss), true),
        new("at rate", t => double.IsNaN(t.BestLr) ? "" : NumberText.Rate(t.BestLr), true),
        new("Trials", t => t.Trials.Count == 0 ? "" : $"{t.Trials.GroupBy(u => u.Steps).MaxBy(same => same.Key)!.Count()} of {t.Trials.Max(u => u.Steps)} steps", true),
        new("End", t => string.Join(". ", t.Warnings.Prepend(RangeTestText.StopReason(t.StopReason)))),
        new("Seconds", t => NumberText.Seconds(t.Seconds), true));

    /// <summary>Suggested bounds and the landmarks that they were read from.</summary>
    public static TextTable Bounds(IReadOnlyList<LrBounds> bounds) => TextTable.From<LrBounds>("Suggested bounds of a cyclic schedule", bounds,
        new("Method", b => b.Method.ToString()),
        new("Base rate", b => NumberText.Rate(b.BaseLr), true),
        new("Max rate", b => NumberText.Rate(b.MaxLr), true),
        new("Steepest descent at", b => NumberText.Rate(b.SteepestLr), true),
        new("Lowest loss at", b => NumberText.Rate(b.LowestLossLr), true),
        new("Confidence", b => b.Confidence.ToString()),
        new("Steps per epoch", b => b.StepsPerEpoch > 0 ? NumberText.Whole(b.StepsPerEpoch) : "", true));

    /// <summary>What each rule says, and why; also where it has no bounds.</summary>
    public static TextTable Suggestions(IReadOnlyList<LrSuggestion> suggestions) => TextTable.From<LrSuggestion>("Why these bounds", suggestions,
        new("Method", s => s.Method.ToString()),
        new("Base rate", s => NumberText.Rate((s as LrBounds)?.BaseLr), true),
        new("Max rate", s => NumberText.Rate((s as LrBounds)?.MaxLr), true),
        new("Why", s => s is LrBounds bounds ? string.Join(" ", bounds.Reasons.Concat(bounds.Warnings)) : (s as NoSuggestion)?.Remedy ?? ""));

    /// <summary>How training runs ended. Runs that are named after their schedules have no column for them.</summary>
    public static TextTable Histories(IReadOnlyList<NamedHistory> runs) => TextTable.From<NamedHistory>("The training runs, judged on the validation samples", runs,
    [
        new("Run", r => r.Name),
        new("Model", r => r.History.Model ?? ""),
        new("Data", r => r.History.Data ?? ""),
        .. runs.All(r => r.Name == r.History.Schedule.ToString()) ? Array.Empty<TextColumn<NamedHistory>>() : [new("Schedule", r => r.History.Schedule.ToString() ?? "")],
        new("Status", r => r.History.StatusReason is { } reason ? $"{r.History.Status}: {reason}" : r.History.Status.ToString()),
        new("Epochs", r => NumberText.Whole(r.History.Epochs.Count), true),
        new("Best epoch", r => NumberText.Whole(r.History.BestEpoch?.Epoch), true),
        new("Best accuracy", r => NumberText.Percent(r.History.BestValidationAccuracy), true),
        new("Final accuracy", r => NumberText.Percent(r.History.FinalValidationAccuracy), true),
        new("Final loss", r => NumberText.Loss(r.History.Epochs.Count > 0 ? r.History.Epochs[^1].ValidationLoss : null), true),
        new("Seconds", r => NumberText.Seconds(r.History.Seconds), true),
    ]);

    /// <summary>How trained models did on samples that they were tested on.</summary>
    public static TextTable Scores(IReadOnlyList<TrainedModelScore> scores) => TextTable.From<TrainedModelScore>("The tests of trained models", scores,
        new("Model", s => s.Model),
        new("Data", s => s.Data),
        new("Samples", s => NumberText.Whole(s.Samples), true),
        new("Loss", s => NumberText.Loss(s.Loss), true),
        new("Accuracy", s => NumberText.Percent(s.Accuracy), true),
        new("Balanced accuracy", s => NumberText.Percent(s.BalancedAccuracy), true),
        new("Macro F1", s => NumberText.Percent(s.MacroF1), true),
        new("R²", s => NumberText.Loss(s.RSquared), true));

    private static string Momentum(NamedSchedule schedule)
    {
        double[] momenta = [.. Curve(schedule).Where(p => p.Momentum.HasValue).Select(p => p.Momentum!.Value)];
        if (momenta.Length == 0)
            return "the optimiser's own";
        (string least, string most) = (NumberText.Momentum(momenta.Min()), NumberText.Momentum(momenta.Max()));
        return least == most ? least : $"{least} to {most}";
    }

    private static IReadOnlyList<SchedulePoint> Curve(NamedSchedule schedule) =>
        ScheduleCurve.Points(schedule.Schedule, ScheduleCurve.Span([schedule], null));
}

/// <summary>A table for people, in reports, notebooks and terminals; the first column names the row. Its texts are plain: they are encoded for the place that they go to.</summary>
internal sealed record TextTable(IReadOnlyList<TextColumn> Columns, IReadOnlyList<IReadOnlyList<string>> Rows, string? Caption = null)
{
    // Texts of more letters are broken into lines.
    private const int Long = 40;

    /// <summary>The table as an HTML element, readable without styles of its own; a text that is missing is shown as a dash.</summary>
    public string ToHtml()
    {
        string caption = Caption is null ? "" : $"<caption style=\"text-align:left\">{WebUtility.HtmlEncode(Caption)}</caption>\n";
        IEnumerable<string> heads = Columns.Select(c => $"<th scope=\"col\"{Style(c)}>{Placed(c, WebUtility.HtmlEncode(c.Name))}</th>");
        IEnumerable<string> rows = Rows.Select(row => $"<tr>{string.Concat(row.Select((text, i) => Cell(i, text)))}</tr>\n");
        return $"<table>\n{caption}<thead><tr>{string.Concat(heads)}</tr></thead>\n<tbody>\n{string.Concat(rows)}</tbody>\n</table>\n";
    }

    /// <summary>The table as lines of text, each column as wide as its longest text.</summary>
    public string ToText()
    {
        int[] widths = [.. Columns.Select((column, i) => Rows.Select(row => row[i].Length).Append(column.Name.Length).Max())];
        return string.Join('\n', Rows.Prepend([.. Columns.Select(c => c.Name)]).Select(Line));

        string Line(IReadOnlyList<string> row) =>
            string.Join("  ", row.Select((text, i) => Columns[i].IsNumber ? text.PadLeft(widths[i]) : text.PadRight(widths[i]))).TrimEnd();
    }

    /// <summary>A row for each item, its texts as the columns say.</summary>
    internal static TextTable From<T>(string caption, IReadOnlyList<T> items, params TextColumn<T>[] columns) =>
        new([.. columns], [.. items.Select(item => columns.Select(c => c.Text(item)).ToArray())], caption);

    private string Cell(int column, string text)
    {
        string shown = Placed(Columns[column], WebUtility.HtmlEncode(text.Length == 0 ? "–" : text));
        return column == 0
            ? $"<th scope=\"row\"{Style(Columns[column], text)}>{shown}</th>"
            : $"<td{Style(Columns[column], text)}>{shown}</td>";
    }

    // The place may have no style for them: a number stays on its line, and a long text is not pressed into a narrow column.
    private static string Style(TextColumn column, string text = "") => column.IsNumber
        ? $" style=\"text-align:right{(text.Length > 0 ? ";white-space:nowrap" : "")}\""
        : text.Length > Long ? " style=\"min-width:12em\"" : "";

    // Jupyter puts all texts of tables at the right, and takes styles out of what it does not trust, but not this.
    private static string Placed(TextColumn column, string shown) => column.IsNumber ? shown : $"<div align=\"left\">{shown}</div>";
}

/// <summary>A column of a table; numbers stand at the right.</summary>
internal record TextColumn(string Name, bool IsNumber = false);

/// <summary>A column that knows its text for an item.</summary>
internal sealed record TextColumn<T>(string Name, Func<T, string> Text, bool IsNumber = false) : TextColumn(Name, IsNumber);
