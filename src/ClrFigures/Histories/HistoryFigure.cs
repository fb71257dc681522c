using ClrEngine.Training;
using ClrFigures.Model;
using ClrFigures.Schedules;

namespace ClrFigures.Histories;

/// <summary>
/// Draws training runs by epoch: the loss and the accuracy on training and validation samples, and beneath them, over the
/// same epochs, the learning rate; the best epoch and the ends of cycles are marked.
/// </summary>
public static class HistoryFigure
{
    /// <summary>Draws one run.</summary>
    /// <param name="history">The run.</param>
    /// <param name="title">The figure's title; model and data if null.</param>
    public static ClrFigure Of(TrainingHistory history, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(history);
        return Draw([new NamedHistory("", history)], title ?? HistoryText.Title(history));
    }

    /// <summary>Compares runs: a colour for each, dotted for training samples, solid for validation samples.</summary>
    /// <param name="histories">At least one; their order gives the colours. <see cref="NamedHistory.Of"/> names them.</param>
    /// <param name="title">The figure's title.</param>
    /// <exception cref="ClrEngine.Errors.InvalidParameterException">There is no run.</exception>
    public static ClrFigure Of(IReadOnlyList<NamedHistory> histories, string title = "Training runs")
    {
        Some.Of(histories, "Histories");
        return Draw(histories, title);
    }

    private static ClrFigure Draw(IReadOnlyList<NamedHistory> runs, string title)
    {
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
        figure.Axis("yaxis3", ScheduleTraces.RateAxis(rows.Rate[0], rows.Rate[1]));
        if (runs.Count > 1)
        {
            figure.Add(Band.LegendEntry("on training samples", "dot", Palette.Ink));
            figure.Add(Band.LegendEntry("on validation samples", "solid", Palette.Ink));
        }
        figure.VerticalLines(CycleEnds(runs), "cycle end");
        return figure.Build();
    }

    // Lines of different cycles would say of no run where its cycles end.
    private static double[] CycleEnds(IReadOnlyList<NamedHistory> runs)
    {
        double[][] each = [.. runs.Select(r => CycleEnds(r.History)).Where(ends => ends.Length > 0)];
        return each.Length > 0 && each.All(ends => ends.SequenceEqual(each[0])) ? each[0] : [];
    }

    private static double[] CycleEnds(TrainingHistory history) =>
        history.StepsPerEpoch < 1 || history.Epochs.Count == 0
            ? []
            : [.. CycleBoundaries.Of(history.Schedule, history.Epochs[^1].Step + 1).Select(step => (double)step / history.StepsPerEpoch)];
}
