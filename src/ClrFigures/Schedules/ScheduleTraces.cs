using ClrEngine.Schedules;
using ClrFigures.Model;
using XPlot.Plotly;

namespace ClrFigures.Schedules;

/// <summary>The lines and axes of schedules.</summary>
internal static class ScheduleTraces
{
    public static Curve Rate(IReadOnlyList<SchedulePoint> points, string name, int series, string axis = "y") =>
        Line(points, p => p.LearningRate, PlotText.Plain(name), axis, Palette.Of(series), Palette.DashOf(series), 2.2, "%{y:.4~g}");

    public static Curve Momentum(IReadOnlyList<SchedulePoint> points, string name, string color, string dash)
    {
        Curve curve = Line(points, p => p.Momentum ?? double.NaN, PlotText.Plain(name), "y2", color, dash, 1.8, "%{y:.4f}");
        curve.connectgaps = false;
        return curve;
    }

    public static Axis StepAxis(string anchor) => new()
    {
        title = "step (optimiser updates)",
        anchor = anchor,
        tickformat = ",d",
        showgrid = false,
        unifiedhovertitle = new { text = "step %{x:,d}" },
    };

    public static Axis RateAxis(double bottom = 0, double top = 1, string title = "learning rate") => new()
    {
        title = title,
        domain = new[] { bottom, top },
        rangemode = "tozero",
        exponentformat = "power",
        tickformat = "",
        nticks = top - bottom < 0.5 ? 4 : 8,
    };

    private static Curve Line(IReadOnlyList<SchedulePoint> points, Func<SchedulePoint, double> value, string name, string axis, string color, string dash, double width, string hover) => new()
    {
        x = points.Select(p => p.Step).ToArray(),
        y = points.Select(value).ToArray(),
        name = name,
        mode = "lines",
        yaxis = axis,
        line = new Stroke { color = color, dash = dash, width = width },
        hovertemplate = hover,
    };
}
