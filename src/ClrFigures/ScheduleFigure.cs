using ClrFigures.Plotly;
using XPlot.Plotly;
using static System.FormattableString;

namespace ClrFigures;

/// <summary>Draws schedules: the rate over the steps, below it the momentum where a schedule sets one, and dashed lines where cycles end. Parameter groups with rates of their own have lines of their own.</summary>
public static class ScheduleFigure
{
    private const double MomentumTop = 0.24, RateBottom = 0.33;

    /// <summary>Draws one schedule over <paramref name="count"/> steps from 0, at least 2; over four cycles, or the whole of a sweep, if null.</summary>
    /// <exception cref="ClrEngine.Errors.InvalidParameterException"><paramref name="count"/> is below 2.</exception>
    public static ClrFigure Draw(ILrSchedule schedule, long? count = null, string? title = null)
    {
        NamedSchedule named = NamedSchedule.From(schedule);
        return Draw([named], count, title ?? named.Name);
    }

    /// <summary>Draws several schedules over each other, coloured in their order: over <paramref name="count"/> steps from 0, at least 2; over what shows all of them whole if null.</summary>
    /// <exception cref="ClrEngine.Errors.InvalidParameterException"><paramref name="count"/> is below 2, or there is no schedule.</exception>
    public static ClrFigure Draw(IReadOnlyList<NamedSchedule> schedules, long? count = null, string title = "Learning-rate schedules")
    {
        FigureBuilder.RequireAny(schedules, "Schedules");
        long span = ScheduleCurve.Span(schedules, count);
        schedules = [.. schedules.SelectMany(GroupView.Each)];
        SchedulePoint[][] curves = [.. schedules.Select(s => ScheduleCurve.Points(s.Schedule, span).ToArray())];
        bool hasMomentum = curves.Any(c => c.Any(p => p.Momentum.HasValue));
        var figure = new FigureBuilder(title, hasMomentum ? 460 : 360);
        for (int i = 0; i < curves.Length; i++)
            AddCurve(figure, curves[i], schedules.Count == 1 ? null : schedules[i].Name, i);
        figure.Axis("xaxis", StepAxis(hasMomentum ? "y2" : "y"));
        figure.Axis("yaxis", RateAxis(hasMomentum ? RateBottom : 0));
        if (hasMomentum)
            figure.Axis("yaxis2", new Axis { title = "momentum", domain = new[] { 0, MomentumTop }, nticks = 4 });
        figure.VerticalLines(ScheduleCurve.Shared(schedules.Select(s => ScheduleCurve.CycleEnds(s.Schedule, span))), "cycle end");
        return figure.Build();
    }

    private static void AddCurve(FigureBuilder figure, SchedulePoint[] points, string? name, int series)
    {
        figure.Add(Rate(points, name ?? "learning rate", series));
        if (!points.Any(p => p.Momentum.HasValue))
            return;
        Curve momentum = name is null
            ? Line(points, MomentumOf, "momentum", "y2", Palette.Vermillion, "solid", 1.8, "%{y:.4f}")
            : Line(points, MomentumOf, name + ", momentum", "y2", Palette.Color(series), Palette.Dash(series), 1.8, "%{y:.4f}");
        momentum.connectgaps = false;
        // The colour already says whose momentum it is: one legend entry serves both lines.
        momentum.showlegend = name is null;
        figure.Add(momentum);
    }

    internal static Curve Rate(IReadOnlyList<SchedulePoint> points, string name, int series, string axis = "y") =>
        Line(points, p => p.LearningRate, name, axis, Palette.Color(series), Palette.Dash(series), 2.2, "%{y:.4~g}");

    private static double MomentumOf(SchedulePoint point) => point.Momentum ?? double.NaN;

    internal static Axis StepAxis(string anchor) => new()
    {
        title = "step (optimiser updates)",
        anchor = anchor,
        tickformat = ",d",
        showgrid = false,
        unifiedhovertitle = new { text = "step %{x:,d}" },
    };

    internal static Axis RateAxis(double bottom = 0, double top = 1) => new()
    {
        title = "learning rate",
        domain = new[] { bottom, top },
        rangemode = "tozero",
        exponentformat = "power",
        tickformat = "",
        nticks = top - bottom < 0.5 ? 4 : 8,
    };

    private static Curve Line(IReadOnlyList<SchedulePoint> points, Func<SchedulePoint, double> value, string name, string axis, string color, string dash, double width, string hover) =>
        Curve.Lines(points.Select(p => p.Step).ToArray(), points.Select(value).ToArray(), PlotText.Plain(name), new Stroke { color = color, dash = dash, width = width }, axis, hover, unit: 1);
}

/// <summary>Draws schedules as small multiples: a row for each, over the same steps and the same rates, so that shapes compare at a glance.</summary>
public static class ScheduleRows
{
    private const int RowHeight = 150;
    private const double Gap = 0.3;

    /// <summary>Draws one row for each schedule, over <paramref name="count"/> steps from 0, at least 2; over what shows all of them whole if null.</summary>
    /// <exception cref="ClrEngine.Errors.InvalidParameterException"><paramref name="count"/> is below 2, or there is no schedule.</exception>
    public static ClrFigure Draw(IReadOnlyList<NamedSchedule> schedules, long? count = null, string title = "Learning-rate schedules")
    {
        FigureBuilder.RequireAny(schedules, "Schedules");
        long span = ScheduleCurve.Span(schedules, count);
        schedules = [.. schedules.SelectMany(GroupView.Each)];
        var figure = new FigureBuilder(title, 130 + (RowHeight * schedules.Count)) { ShowLegend = false };
        double row = 1 / (schedules.Count + (Gap * (schedules.Count - 1)));
        for (int i = 0; i < schedules.Count; i++)
        {
            double top = 1 - (i * row * (1 + Gap));
            string number = i == 0 ? "" : (i + 1).ToString(CultureInfo.InvariantCulture);
            Axis axis = ScheduleFigure.RateAxis(Math.Max(0, top - row), top);
            axis.matches = i == 0 ? null : "y";
            figure.Axis("yaxis" + number, axis);
            figure.Add(ScheduleFigure.Rate(ScheduleCurve.Points(schedules[i].Schedule, span), schedules[i].Name, i, "y" + number));
            figure.Add(RowTitle(schedules[i].Name, top));
            foreach (long step in ScheduleCurve.CycleEnds(schedules[i].Schedule, span))
                figure.Add(Band.VerticalLine(step, "y" + number + " domain"));
        }
        figure.Axis("xaxis", ScheduleFigure.StepAxis(schedules.Count == 1 ? "y" : "y" + schedules.Count.ToString(CultureInfo.InvariantCulture)));
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

/// <summary>The three modes of the cyclic learning rate in one figure, a row for each, over the same steps and rates.</summary>
public static class ModesFigure
{
    /// <summary>The bounds and the step size of Smith's CIFAR-10 runs (arXiv 1506.01186).</summary>
    internal const double UsualBaseLr = 0.001, UsualMaxLr = 0.006;
    internal const long UsualStepSize = 2000;

    // What is left of the amplitude at the figure's end where no gamma is given: the decay is seen, and so are the last cycles.
    private const double Remainder = 0.25;

    /// <summary>Draws the modes. The defaults are those of Smith's CIFAR-10 runs (arXiv 1506.01186).</summary>
    /// <param name="baseLr">The lower rate, above 0 and below <paramref name="maxLr"/>.</param>
    /// <param name="maxLr">The upper rate.</param>
    /// <param name="stepSize">Steps of half a cycle, at least 1.</param>
    /// <param name="gamma">The factor of each step under <see cref="CyclicMode.ExpRange"/>, in (0, 1]; if null, a quarter of the amplitude is left at the end.</param>
    /// <param name="count">How many steps from 0, at least 2; four cycles if null.</param>
    /// <exception cref="ClrEngine.Errors.InvalidParameterException">A value is outside its range; the error names it.</exception>
    public static ClrFigure Draw(double baseLr = UsualBaseLr, double maxLr = UsualMaxLr, long stepSize = UsualStepSize, double? gamma = null, long? count = null)
    {
        long span = count ?? 4 * new CyclicSchedule(baseLr, maxLr, stepSize, cycleMomentum: false).CycleLength;
        double decay = gamma ?? Math.Round(Math.Pow(Remainder, 1.0 / span), 8);
        return ScheduleRows.Draw(
            [
                Row(CyclicMode.Triangular, "Triangular: the amplitude stays", 1),
                Row(CyclicMode.Triangular2, "Triangular2: the amplitude halves each cycle", 1),
                Row(CyclicMode.ExpRange, Invariant($"ExpRange: each step shrinks the amplitude, γ = {decay:G6}"), decay),
            ],
            count,
            Invariant($"Cyclic learning rate from {baseLr:G4} to {maxLr:G4}, step size {stepSize:N0}"));

        NamedSchedule Row(CyclicMode mode, string name, double factor) =>
            new(name, new CyclicSchedule(baseLr, maxLr, stepSize, mode: mode, gamma: factor, cycleMomentum: false));
    }
}

/// <summary>A schedule with the name that a figure shows, which may be any text.</summary>
public sealed record NamedSchedule(string Name, ILrSchedule Schedule)
{
    /// <summary>Names a schedule after its own description.</summary>
    public static NamedSchedule From(ILrSchedule schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return new NamedSchedule(schedule.ToString() ?? schedule.GetType().Name, schedule);
    }
}

/// <summary>What a schedule with parameter groups sets for one of them.</summary>
internal sealed record GroupView(ILrSchedule Whole, int Index) : ICyclicSchedule
{
    /// <summary>One view for each group; the schedule itself where one rate holds for all.</summary>
    public static IEnumerable<NamedSchedule> Each(NamedSchedule named) => named.Schedule.GroupCount() is { } count
        ? Enumerable.Range(0, count).Select(i => new NamedSchedule($"{Prefix(named)}group {i}", new GroupView(named.Schedule, i)))
        : [named];

    public SchedulePoint At(long step)
    {
        GroupPoint group = Whole.At(step).Group(Index);
        return new SchedulePoint(step, group.LearningRate, group.Momentum);
    }

    public ScheduleCycle? CycleAt(long step) => Whole.CycleAt(step);

    public override string ToString() => $"{Whole}, group {Index}";

    // The description of a schedule with groups lists them all, which no legend has room for.
    private static string Prefix(NamedSchedule named) => named.Name == named.Schedule.ToString() ? "" : named.Name + ", ";
}
