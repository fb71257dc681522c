using ClrEngine.Schedules;
using ClrFigures.Model;

namespace ClrFigures.Schedules;

/// <summary>Draws schedules: the rate over the steps, below it the momentum where a schedule sets one, and dashed lines where cycles end. Parameter groups with rates of their own have lines of their own.</summary>
public static class ScheduleFigure
{
    private const double MomentumTop = 0.24, RateBottom = 0.33;

    /// <summary>Draws one schedule.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="count">How many steps from 0, at least 2; four cycles, or the whole of a sweep, if null.</param>
    /// <param name="title">The figure's title; the schedule's own description if null.</param>
    /// <exception cref="ClrEngine.Errors.InvalidParameterException"><paramref name="count"/> is below 2.</exception>
    public static ClrFigure Of(ILrSchedule schedule, long? count = null, string? title = null)
    {
        NamedSchedule named = NamedSchedule.Of(schedule);
        return Draw([named], count, title ?? named.Name);
    }

    /// <summary>Draws several schedules over each other.</summary>
    /// <param name="schedules">At least one; their order gives the colours.</param>
    /// <param name="count">How many steps from 0, at least 2; what shows all of them whole if null.</param>
    /// <param name="title">The figure's title.</param>
    /// <exception cref="ClrEngine.Errors.InvalidParameterException"><paramref name="count"/> is below 2, or there is no schedule.</exception>
    public static ClrFigure Of(IReadOnlyList<NamedSchedule> schedules, long? count = null, string title = "Learning-rate schedules")
    {
        Some.Of(schedules, "Schedules");
        return Draw(schedules, count, title);
    }

    private static ClrFigure Draw(IReadOnlyList<NamedSchedule> schedules, long? count, string title)
    {
        long span = ScheduleSpan.Of(schedules, count);
        schedules = [.. schedules.SelectMany(GroupView.Of)];
        SchedulePoint[][] curves = [.. schedules.Select(s => ScheduleCurve.Of(s.Schedule, span).ToArray())];
        bool hasMomentum = curves.Any(c => c.Any(p => p.Momentum.HasValue));
        var figure = new FigureBuilder(title, hasMomentum ? 460 : 360);
        for (int i = 0; i < curves.Length; i++)
            AddCurve(figure, curves[i], schedules.Count == 1 ? null : schedules[i].Name, i);
        figure.Axis("xaxis", ScheduleTraces.StepAxis(hasMomentum ? "y2" : "y"));
        figure.Axis("yaxis", ScheduleTraces.RateAxis(hasMomentum ? RateBottom : 0));
        if (hasMomentum)
            figure.Axis("yaxis2", new Axis { title = "momentum", domain = new[] { 0, MomentumTop }, nticks = 4 });
        figure.VerticalLines([.. SharedBoundaries(schedules, span)], "cycle end");
        return figure.Build();
    }

    private static void AddCurve(FigureBuilder figure, SchedulePoint[] points, string? name, int series)
    {
        figure.Add(ScheduleTraces.Rate(points, name ?? "learning rate", series));
        if (!points.Any(p => p.Momentum.HasValue))
            return;
        Curve momentum = name is null
            ? ScheduleTraces.Momentum(points, "momentum", Palette.Vermillion, "solid")
            : ScheduleTraces.Momentum(points, name + ", momentum", Palette.Of(series), Palette.DashOf(series));
        // The colour already says whose momentum it is: one legend entry serves both lines.
        momentum.showlegend = name is null;
        figure.Add(momentum);
    }

    // Lines of different cycle lengths would say of no schedule where its cycles end.
    private static IEnumerable<double> SharedBoundaries(IReadOnlyList<NamedSchedule> schedules, long span)
    {
        IReadOnlyList<long>[] each = [.. schedules.Select(s => CycleBoundaries.Of(s.Schedule, span)).Where(b => b.Count > 0)];
        return each.Length > 0 && each.All(b => b.SequenceEqual(each[0])) ? each[0].Select(step => (double)step) : [];
    }
}
