using System.Globalization;
using ClrEngine.Schedules;
using ClrEngine.Training;
using ClrEngine.Training.Cycles;
using ClrFigures.Model;
using ClrFigures.Schedules;
using XPlot.Plotly;

namespace ClrFigures.Histories;

/// <summary>The lines and marks of one run.</summary>
/// <param name="run">The run.</param>
/// <param name="rows">Where they go.</param>
/// <param name="series">The run's number, or null where it is alone.</param>
internal sealed class HistoryTraces(NamedHistory run, HistoryRows rows, int? series)
{
    private const string LossHover = "%{y:.4f}", AccuracyHover = "%{y:.2f} %";

    private IReadOnlyList<EpochRecord> Epochs => run.History.Epochs;

    // One run has a colour for each kind of line; of several, each run has its own, and the dash tells the kinds apart.
    private string TrainColor => series is { } s ? Palette.Of(s) : Palette.Blue;

    private string ValidationColor => series is { } s ? Palette.Of(s) : Palette.Vermillion;

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

    private Curve AtCycleEnds(string name, string symbol, string color, Func<CycleRecord, double?> accuracy, Func<CycleRecord, double?> loss) => new()
    {
        x = Series.Of(run.History.Cycles.Select(c => (double)c.Step / Math.Max(1, run.History.StepsPerEpoch))),
        y = Series.Of(run.History.Cycles.Select(c => (rows.HasAccuracy ? accuracy(c) : loss(c)) ?? double.NaN)),
        name = name,
        mode = "markers",
        yaxis = rows.HasAccuracy ? HistoryRows.AccuracyAxis : HistoryRows.LossAxis,
        marker = new Marker { symbol = symbol, size = 10, color = color, line = new Line { color = "#FFFFFF", width = 1.0 } },
        hovertemplate = rows.HasAccuracy ? AccuracyHover : LossHover,
    };

    private Curve Line(Func<EpochRecord, double?> value, string kind, string axis, string color, string dash, string hover, bool inLegend = false)
    {
        string name = Name(kind);
        bool isDot = Epochs.Count == 1;
        return new Curve
        {
            x = Series.Of(Epochs.Select(e => (double)e.Epoch)),
            y = Series.Of(Epochs.Select(e => value(e) ?? double.NaN)),
            name = name,
            legendgroup = series is null ? name : Group,
            showlegend = inLegend,
            mode = isDot ? "markers" : "lines",
            yaxis = axis,
            line = isDot ? null : new Line { color = color, dash = dash, width = dash == "solid" ? 2.4 : 1.8 },
            marker = isDot ? new Marker { color = color, size = 8 } : null,
            hovertemplate = hover,
        };
    }

    private Curve Best(EpochRecord best)
    {
        bool byAccuracy = best.ValidationAccuracy.HasValue;
        string value = byAccuracy
            ? string.Create(CultureInfo.InvariantCulture, $"{best.ValidationAccuracy:F2} %")
            : string.Create(CultureInfo.InvariantCulture, $"loss {best.ValidationLoss:F4}");
        return new Curve
        {
            x = new[] { best.Epoch },
            y = new[] { best.ValidationAccuracy ?? best.ValidationLoss },
            name = Name($"best epoch {best.Epoch}: {value}"),
            showlegend = series is null,
            legendgroup = series is null ? null : Group,
            mode = "markers",
            yaxis = byAccuracy ? HistoryRows.AccuracyAxis : HistoryRows.LossAxis,
            marker = new Marker { symbol = "star", size = 14, color = series is null ? Palette.Orange : ValidationColor, line = new Line { color = "#FFFFFF", width = 1.0 } },
            hovertemplate = byAccuracy ? AccuracyHover : LossHover,
        };
    }

    private Curve Rate()
    {
        (double[] epochs, double[] rates) = RateCurve();
        return new Curve
        {
            x = Series.Of(epochs),
            y = Series.Of(rates),
            name = Name("learning rate"),
            showlegend = false,
            legendgroup = series is null ? null : Group,
            mode = "lines",
            yaxis = HistoryRows.RateAxis,
            line = new Stroke { color = series is null ? Palette.Green : ValidationColor, width = 2.0 },
            hovertemplate = "%{y:.4~g}",
        };
    }

    // Where the length of an epoch is known, the schedule itself is drawn; else what each epoch recorded.
    private (double[] Epochs, double[] Rates) RateCurve()
    {
        if (run.History.StepsPerEpoch < 1 || Epochs.Count == 0 || Epochs[^1].Step < 2)
            return ([.. Epochs.Select(e => (double)e.Epoch)], [.. Epochs.Select(e => e.LearningRate)]);
        IReadOnlyList<SchedulePoint> points = ScheduleCurve.Of(run.History.Schedule, Epochs[^1].Step);
        return ([.. points.Select(p => (double)p.Step / run.History.StepsPerEpoch)], [.. points.Select(p => p.LearningRate)]);
    }

    private string Group => "run " + series;

    // Of several runs only the validation loss has an entry in the legend: it speaks for the run.
    private string Name(string kind) => PlotText.Plain(series is null ? kind : kind == "validation" ? run.Name : $"{run.Name}, {kind}");
}
