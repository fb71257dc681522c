using XPlot.Plotly;

namespace ClrFigures.Plotly;

/// <summary>Gathers traces, axes and marks, and lays them out the way all figures look. The height is in pixels, without the legend.</summary>
internal sealed class FigureBuilder(string title, int height)
{
    private static readonly ErrorCause NothingToDraw = new(nameof(NothingToDraw), ErrorKind.InvalidArgument,
        "There is nothing to draw.", "Give at least one object.");

    private const string Configuration = """{"responsive":true,"displaylogo":false,"modeBarButtonsToRemove":["select2d","lasso2d"]}""";

    private const int RowHeight = 20, LettersInRow = 104, LettersOfSymbol = 7;

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

    /// <summary>From how many pixels away the pointer finds a point.</summary>
    public int? HoverDistance { init => _extra["hoverdistance"] = value; }

    /// <summary>Whether there is a legend; if not told, where there is more than one trace.</summary>
    public bool? ShowLegend { get; init; }

    public void Add(Trace trace) => _traces.Add(trace);

    public void Add(Shape shape) => _shapes.Add(shape);

    public void Add(Annotation annotation) => _annotations.Add(annotation);

    /// <summary>Sets the axis with this name in the layout, such as <c>xaxis</c> or <c>yaxis2</c>; its colours are set here.</summary>
    public void Axis(string name, Axis axis)
    {
        if (axis.HasGrid())
            axis.gridcolor = Palette.Grid;
        axis.zeroline = false;
        axis.linecolor = Palette.Mark;
        axis.tickcolor = Palette.Mark;
        _extra[name] = axis;
    }

    /// <summary>Dashed lines from top to bottom at places on the x axis, with one entry in the legend.</summary>
    public void VerticalLines(IReadOnlyList<double> places, string name)
    {
        foreach (double x in places)
            Add(Band.VerticalLine(x));
        if (places.Count > 0)
            Add(Band.LegendEntry(name));
    }

    /// <summary>Refuses an empty list: there would be nothing to draw.</summary>
    public static void RequireAny<T>(IReadOnlyCollection<T> items, string name)
    {
        ArgumentNullException.ThrowIfNull(items);
        if (items.Count == 0)
            throw new InvalidParameterException(name, null, $"{name} is empty; give at least one to draw.", NothingToDraw);
    }

    public ClrFigure Build()
    {
        bool hasLegend = ShowLegend ?? _traces.Count > 1;
        int whole = height + (hasLegend ? LegendHeight(_traces.OfType<Curve>()) : 0);
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
        return new ClrFigure(title, PlotlyJson.Write(_traces), PlotlyJson.Write(layout), Configuration, whole);
    }

    // About how many pixels the legend needs at the width of a notebook; without room of its own, many entries would squeeze the plot.
    private static int LegendHeight(IEnumerable<Curve> traces)
    {
        string[] entries = [.. traces.Where(t => t.IsInLegend()).Select(t => t.name)];
        if (entries.Length == 0)
            return 0;
        // plotly.js gives all entries the width of the widest where they don't fit into one row.
        int inRow = Math.Max(1, LettersInRow / (entries.Max(Letters) + LettersOfSymbol));
        bool one = entries.Sum(e => Letters(e) + LettersOfSymbol) <= LettersInRow;
        return RowHeight * (one ? 1 : (entries.Length + inRow - 1) / inRow);
    }

    private static int Letters(string entry) => System.Net.WebUtility.HtmlDecode(entry).Length;

    private Legend Legend()
    {
        // Below the figure, where no title and no plot is.
        var legend = new Legend { orientation = "h", x = 0, xanchor = "left", yref = "container", y = 0, yanchor = "bottom", bgcolor = "rgba(0,0,0,0)" };
        if (_traces.OfType<Curve>().Any(c => c.IsInLegend() && c.IsGrouped()))
            legend.tracegroupgap = 0;
        return legend;
    }
}

/// <summary>Colours that colour-blind readers tell apart (Okabe and Ito, 2008), in the order in which they stand out on white and on black.</summary>
internal static class Palette
{
    public const string Blue = "#0072B2";
    public const string Vermillion = "#D55E00";
    public const string Green = "#009E73";
    public const string Purple = "#CC79A7";
    public const string Orange = "#E69F00";
    public const string Sky = "#56B4E9";

    /// <summary>A grey with the same contrast to white and to black.</summary>
    public const string Ink = "#777777";

    /// <summary>The lines of a grid.</summary>
    public const string Grid = "rgba(128,128,128,0.22)";

    /// <summary>Lines that mark a place.</summary>
    public const string Mark = "rgba(128,128,128,0.65)";

    private static readonly string[] Series = [Blue, Vermillion, Green, Purple, Orange, Sky];
    private static readonly string[] Dashes = ["solid", "dash", "dot", "dashdot"];

    /// <summary>The colour of the series with this number, from 0; they repeat.</summary>
    public static string Color(int series) => Series[series % Series.Length];

    /// <summary>The dash of the series with this number: where colours repeat, the dash is another.</summary>
    public static string Dash(int series) => Dashes[series / Series.Length % Dashes.Length];

    /// <summary>A colour, given as <c>#RRGGBB</c>, that lets others shine through; the opacity is from 0 to 1.</summary>
    public static string Faint(string color, double opacity)
    {
        int rgb = int.Parse(color.AsSpan(1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"rgba({rgb >> 16},{(rgb >> 8) & 0xFF},{rgb & 0xFF},{opacity:0.###})");
    }
}
