using System.Globalization;
using ClrFigures.Model;
using XPlot.Plotly;

namespace ClrFigures.Schedules;

/// <summary>Draws schedules as small multiples: a row for each, over the same steps and the same rates, so that shapes compare at a glance.</summary>
public static class ScheduleRows
{
    private const int RowHeight = 150;
    private const double Gap = 0.3;

    /// <summary>Draws one row for each schedule.</summary>
    /// <param name="schedules">At least one, from top to bottom.</param>
    /// <param name="count">How many steps from 0, at least 2; what shows all of them whole if null.</param>
    /// <param name="title">The figure's title.</param>
    /// <exception cref="ClrEngine.Errors.InvalidParameterException"><paramref name="count"/> is below 2, or there is no schedule.</exception>
    public static ClrFigure Of(IReadOnlyList<NamedSchedule> schedules, long? count = null, string title = "Learning-rate schedules")
    {
        Some.Of(schedules, "Schedules");
        long span = ScheduleSpan.Of(schedules, count);
        schedules = [.. schedules.SelectMany(GroupView.Of)];
        var figure = new FigureBuilder(title, 130 + (RowHeight * schedules.Count)) { ShowLegend = false };
        double row = 1 / (schedules.Count + (Gap * (schedules.Count - 1)));
        for (int i = 0; i < schedules.Count; i++)
        {
            double top = 1 - (i * row * (1 + Gap));
            string number = i == 0 ? "" : (i + 1).ToString(CultureInfo.InvariantCulture);
            Axis axis = ScheduleTraces.RateAxis(Math.Max(0, top - row), top);
            axis.matches = i == 0 ? null : "y";
            figure.Axis("yaxis" + number, axis);
            figure.Add(ScheduleTraces.Rate(ScheduleCurve.Of(schedules[i].Schedule, span), schedules[i].Name, i, "y" + number));
            figure.Add(RowTitle(schedules[i].Name, top));
            foreach (long step in CycleBoundaries.Of(schedules[i].Schedule, span))
                figure.Add(Band.VerticalLine(step, "y" + number + " domain"));
        }
        figure.Axis("xaxis", ScheduleTraces.StepAxis(schedules.Count == 1 ? "y" : "y" + schedules.Count.ToString(CultureInfo.InvariantCulture)));
        return figure.Build();
    }

    private static Annotation RowTitle(string name, double top) => new()
    {
        text = PlotText.Plain(name),
        showarrow = false,
        xref = "paper",
        x = 0.0,
        xanchor = "left",
        yref = "paper",
        y = top,
        yanchor = "bottom",
    };
}
