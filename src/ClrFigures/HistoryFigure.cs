using ClrFigures.Plotly;
using XPlot.Plotly;
using static System.FormattableString;

namespace ClrFigures;

/// <summary>
/// Draws training runs by epoch: the loss and the accuracy on training and validation samples, and beneath them, over the
/// same epochs, the learning rate; the best epoch and the ends of cycles are marked.
/// </summary>
public static class HistoryFigure
{
    /// <summary>Draws one run; the title is its model and data if null.</summary>
    public static ClrFigure Draw(TrainingHistory history, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(history);
        return Draw([new NamedHistory("", history)], title ?? HistoryText.Title(history));
    }

    /// <summary>Compares runs, which <see cref="NamedHistory.From"/> names: a colour for each in their order, dotted for training samples, solid for validation samples.</summary>
    /// <exception cref="ClrEngine.Errors.InvalidParameterException">There is no run.</exception>
    public static ClrFigure Draw(IReadOnlyList<NamedHistory> runs, string title = "Training runs")
    {
        FigureBuilder.RequireAny(runs, "Histories");
        var rows = new HistoryRows(runs.Any(r => r.History.Epochs.Any(e => e.ValidationAccuracy.HasValue)));
        var figure = new FigureBuilder(title, rows.Height);
        for (int i = 0; i < runs.Count; i++)
        {
            foreach (Curve curve in new HistoryTraces(runs[i], rows, runs.Count == 1 ? null : i).All())
                figure.Add(curve);
        }
        figure.Axis("xaxis", new Axis { title = "epoch", anchor = HistoryRows.RateAxis, showgrid = false, rangemode = "tozero", unifiedhovertitle = new { text = "epoch %{x:.4~g}" } });
        figure.Axis("yaxis", new Axis { title = "loss", domain = rows.Loss });
        if (rows.HasAccuracy)
            figure.Axis("yaxis2", new Axis { title = "accuracy (%)", domain = HistoryRows.Accuracy });
        figure.Axis("yaxis3", ScheduleFigure.RateAxis(rows.Rate[0], rows.Rate[1]));
        if (runs.Count > 1)
        {
            figure.Add(Band.LegendEntry("on training samples", "dot", Palette.Ink));
            figure.Add(Band.LegendEntry("on validation samples", "solid", Palette.Ink));
        }
        figure.VerticalLines(ScheduleCurve.Shared(runs.Select(r => CycleEnds(r.History))), "cycle end");
        return figure.Build();
    }

    private static double[] CycleEnds(TrainingHistory history) =>
        history.StepsPerEpoch < 1 || history.Epochs.Count == 0
            ? []
            : [.. ScheduleCurve.CycleEnds(history.Schedule, history.Epochs[^1].Step + 1).Select(step => step / history.StepsPerEpoch)];
}

/// <summary>A training run with the name that a figure shows, which may be any text.</summary>
public sealed record NamedHistory(string Name, TrainingHistory History)
{
    /// <summary>Names runs by what sets them apart: model, data, schedule, batch size, seed; else by their number.</summary>
    public static IReadOnlyList<NamedHistory> From(IReadOnlyList<TrainingHistory> histories)
    {
        ArgumentNullException.ThrowIfNull(histories);
        Func<TrainingHistory, string?>[] telling = [.. Parts.Where(part => histories.Select(part).Distinct().Skip(1).Any())];
        string[] names = [.. histories.Select(h => string.Join(", ", telling.Select(part => part(h)).Where(p => !string.IsNullOrEmpty(p))))];
        bool unique = names.All(n => n.Length > 0) && names.Distinct().Count() == names.Length;
        return [.. histories.Select((h, i) => new NamedHistory(unique ? names[i] : $"run {i + 1}{(names[i].Length > 0 ? ": " + names[i] : "")}", h))];
    }

    private static readonly Func<TrainingHistory, string?>[] Parts =
    [
        h => h.Model,
        h => h.Data,
        h => h.Schedule.ToString(),
        h => $"batch {h.BatchSize}",
        h => $"seed {h.Seed}",
    ];
}

/// <summary>The lines and marks of one run. It has a number where there are several.</summary>
internal sealed class HistoryTraces(NamedHistory run, HistoryRows rows, int? series)
{
    private const string LossHover = "%{y:.4f}", AccuracyHover = "%{y:.2f} %";

    private IReadOnlyList<EpochRecord> Epochs => run.History.Epochs;

    // One run has a colour for each kind of line; of several, each run has its own, and the dash tells the kinds apart.
    private string TrainColor => series is { } s ? Palette.Color(s) : Palette.Blue;

    private string ValidationColor => series is { } s ? Palette.Color(s) : Palette.Vermillion;

    public IEnumerable<Curve> All()
    {
        yield return Line(e => e.TrainLoss, "train", HistoryRows.LossAxis, TrainColor, "dot", LossHover, inLegend: series is null);
        yield return Line(e => e.ValidationLoss, "validation", HistoryRows.LossAxis, ValidationColor, "solid", LossHover, inLegend: true);
        if (rows.HasAccuracy)
        {
            yield return Line(e => e.TrainAccuracy, "train", HistoryRows.AccuracyAxis, TrainColor, "dot", AccuracyHover);
            yield return Line(e => e.ValidationAccuracy, "validation", HistoryRows.AccuracyAxis, ValidationColor, "solid", AccuracyHover);
        }
        if (run.History.BestEpoch is { } best)
            yield return Best(best);
        yield return Rate();
        if (series is null && run.History.Cycles.Any(c => c.EnsembleLoss.HasValue))
            yield return AtCycleEnds("mean prediction of all cycles", "circle", Palette.Purple, c => c.EnsembleAccuracy, c => c.EnsembleLoss);
        if (series is null && run.History.Cycles.Any(c => c.SwaLoss.HasValue))
            yield return AtCycleEnds("mean weights of all cycles", "diamond", Palette.Sky, c => c.SwaAccuracy, c => c.SwaLoss);
    }

    private Curve AtCycleEnds(string name, string symbol, string color, Func<CycleRecord, double?> accuracy, Func<CycleRecord, double?> loss) => Curve.Marks(
        Curve.OrGap(run.History.Cycles.Select(c => (double)c.Step / Math.Max(1, run.History.StepsPerEpoch))),
        Curve.OrGap(run.History.Cycles.Select(c => (rows.HasAccuracy ? accuracy(c) : loss(c)) ?? double.NaN)),
        name,
        Curve.Outlined(symbol, 10, color),
        rows.HasAccuracy ? HistoryRows.AccuracyAxis : HistoryRows.LossAxis,
        rows.HasAccuracy ? AccuracyHover : LossHover);

    private Curve Line(Func<EpochRecord, double?> value, string kind, string axis, string color, string dash, string hover, bool inLegend = false)
    {
        string name = Name(kind);
        double[] x = Curve.OrGap(Epochs.Select(e => (double)e.Epoch)), y = Curve.OrGap(Epochs.Select(e => value(e) ?? double.NaN));
        Curve curve = Epochs.Count == 1
            ? Curve.Marks(x, y, name, new Marker { color = color, size = 8 }, axis, hover)
            : Curve.Lines(x, y, name, new Line { color = color, dash = dash, width = dash == "solid" ? 2.4 : 1.8 }, axis, hover);
        return OfTheRun(curve, inLegend, name);
    }

    private Curve Best(EpochRecord best)
    {
        bool byAccuracy = best.ValidationAccuracy.HasValue;
        string value = byAccuracy
            ? Invariant($"{best.ValidationAccuracy:F2} %")
            : Invariant($"loss {best.ValidationLoss:F4}");
        return OfTheRun(Curve.Marks(
            new[] { best.Epoch },
            new[] { best.ValidationAccuracy ?? best.ValidationLoss },
            Name($"best epoch {best.Epoch}: {value}"),
            Curve.Outlined("star", 14, series is null ? Palette.Orange : ValidationColor),
            byAccuracy ? HistoryRows.AccuracyAxis : HistoryRows.LossAxis,
            byAccuracy ? AccuracyHover : LossHover), inLegend: series is null);
    }

    private Curve Rate()
    {
        (double[] epochs, double[] rates) = RateCurve();
        var stroke = new Stroke { color = series is null ? Palette.Green : ValidationColor, width = 2.0 };
        return OfTheRun(Curve.Lines(Curve.OrGap(epochs), Curve.OrGap(rates), Name("learning rate"), stroke, HistoryRows.RateAxis, "%{y:.4~g}", 1.0 / Math.Max(1, run.History.StepsPerEpoch)), inLegend: false);
    }

    private Curve OfTheRun(Curve curve, bool inLegend, string? groupOfOne = null)
    {
        curve.showlegend = inLegend;
        curve.legendgroup = series is null ? groupOfOne : "run " + series;
        return curve;
    }

    // Where the length of an epoch is known and the run kept to its schedule, the schedule itself is drawn; else what each epoch recorded.
    private (double[] Epochs, double[] Rates) RateCurve()
    {
        if (run.History.StepsPerEpoch < 1 || run.History.Run.LowersOnPlateau || Epochs.Count == 0 || Epochs[^1].Step < 2)
            return ([.. Epochs.Select(e => (double)e.Epoch)], [.. Epochs.Select(e => e.LearningRate)]);
        IReadOnlyList<SchedulePoint> points = ScheduleCurve.Points(run.History.Schedule, Epochs[^1].Step);
        return ([.. points.Select(p => (double)p.Step / run.History.StepsPerEpoch)], [.. points.Select(p => p.LearningRate)]);
    }

    // Of several runs only the validation loss has an entry in the legend: it speaks for the run.
    private string Name(string kind) => PlotText.Plain(series is null ? kind : kind == "validation" ? run.Name : $"{run.Name}, {kind}");
}

/// <summary>The rows of a history's figure: which y axis draws what, and where. A task without classes has no row for the accuracy.</summary>
internal readonly record struct HistoryRows(bool HasAccuracy)
{
    public double[] Loss => HasAccuracy ? [0.66, 1.0] : [0.34, 1.0];

    public static double[] Accuracy => [0.27, 0.60];

    public double[] Rate => HasAccuracy ? [0.0, 0.19] : [0.0, 0.25];

    public int Height => HasAccuracy ? 660 : 500;

    public const string LossAxis = "y";

    public const string AccuracyAxis = "y2";

    public const string RateAxis = "y3";
}

/// <summary>What figures and tables of training runs say.</summary>
internal static class HistoryText
{
    public static string Title(TrainingHistory history)
    {
        string of = history.Model is { } model ? $" of {model}" : "", on = history.Data is { } data ? $" on {data}" : "";
        return $"Training{of}{on}{Status(history.Status)}";
    }

    private static string Status(TrainingStatus status) => status switch
    {
        TrainingStatus.Completed => "",
        TrainingStatus.Diverged => " (diverged)",
        TrainingStatus.StoppedEarly => " (stopped early)",
        TrainingStatus.Cancelled => " (cancelled)",
        TrainingStatus.Running => " (running)",
        _ => $" ({status})",
    };
}
