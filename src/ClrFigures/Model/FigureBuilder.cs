using XPlot.Plotly;

namespace ClrFigures.Model;

/// <summary>Gathers traces, axes and marks, and lays them out the way all figures look.</summary>
/// <param name="title">The figure's title, as plain text.</param>
/// <param name="height">The height in pixels without the legend.</param>
internal sealed class FigureBuilder(string title, int height)
{
    private const string Configuration = """{"responsive":true,"displaylogo":false,"modeBarButtonsToRemove":["select2d","lasso2d"]}""";

    private readonly List<Trace> _traces = [];
    private readonly List<Shape> _shapes = [];
    private readonly List<Annotation> _annotations = [];
    private readonly Dictionary<string, object?> _extra = new()
    {
        // At the left edge: clear of the buttons at the right.
        ["title"] = new { text = PlotText.Title(title), xref = "paper", x = 0, xanchor = "left", yref = "container", y = 1, yanchor = "top", pad = new { t = 14 }, font = new { size = 17 } },
    };

    /// <summary>What the pointer's box gathers: <c>x unified</c> or <c>closest</c>.</summary>
    public string HoverMode { get; init; } = "x unified";

    /// <summary>Whether there is a legend; if not told, where there is more than one trace.</summary>
    public bool? ShowLegend { get; init; }

    public void Add(Trace trace) => _traces.Add(trace);

    public void Add(Shape shape) => _shapes.Add(shape);

    public void Add(Annotation annotation) => _annotations.Add(annotation);

    /// <summary>Sets an axis.</summary>
    /// <param name="name">Its name in a layout: <c>xaxis</c>, <c>yaxis2</c>.</param>
    /// <param name="axis">The axis; its colours are set here.</param>
    public void Axis(string name, Axis axis)
    {
        if (axis.HasGrid())
            axis.gridcolor = Palette.Grid;
        axis.zeroline = false;
        axis.linecolor = Palette.Mark;
        axis.tickcolor = Palette.Mark;
        _extra[name] = axis;
    }

    /// <summary>Dashed lines from top to bottom, with one entry in the legend.</summary>
    /// <param name="places">Where, on the x axis.</param>
    /// <param name="name">What they mark.</param>
    public void VerticalLines(IReadOnlyList<double> places, string name)
    {
        foreach (double x in places)
            Add(Band.VerticalLine(x));
        if (places.Count > 0)
            Add(Band.LegendEntry(name));
    }

    public ClrFigure Build()
    {
        bool hasLegend = ShowLegend ?? _traces.Count > 1;
        int whole = height + (hasLegend ? LegendSize.Height(_traces.OfType<Curve>()) : 0);
        var layout = new FigureLayout
        {
            height = whole,
            autosize = true,
            margin = new Margin { l = 72, r = 24, t = 56, b = 56 },
            font = new Font { family = "system-ui, \"Segoe UI\", \"Noto Sans\", \"Helvetica Neue\", Arial, sans-serif", size = 13, color = Palette.Ink },
            paper_bgcolor = "rgba(0,0,0,0)",
            plot_bgcolor = "rgba(0,0,0,0)",
            hovermode = HoverMode,
            showlegend = hasLegend,
            legend = hasLegend ? Legend() : null,
            shapes = _shapes,
            annotations = _annotations,
            modebar = new { bgcolor = "rgba(0,0,0,0)", color = Palette.Mark, activecolor = Palette.Ink },
            Extra = _extra,
        };
        return new ClrFigure(title, PlotlyJson.Of(_traces), PlotlyJson.Of(layout), Configuration, whole);
    }

    private Legend Legend()
    {
        // Below the figure, where no title and no plot is.
        var legend = new Legend { orientation = "h", x = 0, xanchor = "left", yref = "container", y = 0, yanchor = "bottom", bgcolor = "rgba(0,0,0,0)" };
        if (_traces.OfType<Curve>().Any(c => c.IsInLegend() && c.IsGrouped()))
            legend.tracegroupgap = 0;
        return legend;
    }
}
