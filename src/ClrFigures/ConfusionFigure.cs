using ClrEngine.Torch.Trained;
using ClrFigures.Plotly;
using XPlot.Plotly;
using static System.FormattableString;

namespace ClrFigures;

/// <summary>
/// Draws for which class a tested model holds the samples of each: a row for each sample's own class, a column for the one that it is held for.
/// A colour says whether it is the right one, its strength how large a share of the row the cell has; counts stand where they fit.
/// </summary>
public static class ConfusionFigure
{
    /// <summary>The classes of the largest figure: cells of more could not be told apart.</summary>
    public const int MostClasses = 100;

    // In pixels; the width is that of the plot in a notebook.
    private const double Width = 500, Letter = 7.5, LabelHeight = 14, Gap = 1.5, LargestGap = 0.05;
    private const int LowestCell = 8, HighestCell = 60, Plot = 440, LongestLabel = 24, Levels = 12;
    private const double Faintest = 0.12, Strongest = 0.62;

    /// <summary>Whether a figure can be drawn of a score: its task has classes, and no more than <see cref="MostClasses"/>.</summary>
    public static bool IsOf(TrainedModelScore score)
    {
        ArgumentNullException.ThrowIfNull(score);
        return score.Confusion?.Count is <= MostClasses;
    }

    /// <summary>Draws the score of a model; the title says the model, the data and the accuracy if null.</summary>
    /// <exception cref="InvalidParameterException">The task has no classes, or too many.</exception>
    public static ClrFigure Draw(TrainedModelScore score, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(score);
        if (!IsOf(score))
            throw new InvalidParameterException("InputObject", score, $"A confusion matrix is drawn of 2 to {MostClasses} classes, and the test of {score.Model} on {score.Data} has {(score.Classes.Count == 0 ? "none" : NumberText.Whole(score.Classes.Count))}: give a model that tells classes apart, or read Confusion and Classes.");
        int count = score.Classes.Count;
        string[] rows = [.. score.Classes.Select(one => Label(one.Class) + (one.Samples == 0 ? " (none)" : ""))], columns = [.. score.Classes.Select(one => Label(one.Class))];
        double pitch = Width / count;
        int cell = Math.Clamp(Plot / count, LowestCell, HighestCell), letters = columns.Max(static name => name.Length);
        bool turned = letters * Letter + 6 > pitch;
        var figure = new FigureBuilder(title ?? Title(score), count * cell + 130 + (turned ? (int)(letters * Letter) : 0)) { HoverMode = "closest", HoverDistance = HighestCell };
        foreach (Curve cells in Cells(score, HalfOf(pitch), HalfOf(cell)))
            figure.Add(cells);
        long largest = score.Confusion!.Max(static row => row.Max());
        figure.Add(Counts(score, fit: cell >= LabelHeight && Letter * NumberText.Whole(largest).Length + 6 <= pitch));
        figure.Add(Band.LegendEntry("held for their own class", "solid", Palette.Blue));
        figure.Add(Band.LegendEntry("for another: the stronger, the larger a share of its row", "solid", Palette.Vermillion));
        figure.Axis("xaxis", Axis("predicted class", columns, turned ? LabelHeight : pitch, pitch, turned, [-0.5, count - 0.5]));
        figure.Axis("yaxis", Axis("actual class", rows, LabelHeight, cell, false, [count - 0.5, -0.5]));
        return figure.Build();
    }

    private static string Title(TrainedModelScore score) => $"Confusion matrix of {score.Model} on {score.Data}: {NumberText.Percent(score.Accuracy)} of {NumberText.Whole(score.Samples)} right";

    // Where names are higher than their cells, every second, third and so on stands for those around it.
    private static Axis Axis(string title, string[] names, double needed, double pitch, bool turned, double[] range)
    {
        int every = (int)Math.Ceiling(needed / pitch);
        int[] places = [.. Enumerable.Range(0, names.Length).Where(place => place % every == 0)];
        return new Axis
        {
            title = title,
            tickvals = places,
            ticktext = places.Select(place => PlotText.Plain(names[place])).ToArray(),
            tickangle = turned ? -90.0 : 0.0,
            range = range,
            showgrid = every > 1,
        };
    }

    // plotly.js's basic bundle has no heat map: cells of one colour are the squares of one area.
    // Most errors are small shares: their roots lie further apart.
    private static IEnumerable<Curve> Cells(TrainedModelScore score, double width, double height) => Pairs(score)
        .GroupBy(static pair => (IsRight: pair.Actual == pair.Predicted, Level: (int)Math.Ceiling(Math.Sqrt(pair.Share) * Levels)))
        .OrderBy(static same => same.Key)
        .Select(same => new Curve
        {
            x = same.SelectMany(pair => Square(pair.Predicted, -width, width, width, -width)).ToArray(),
            y = same.SelectMany(pair => Square(pair.Actual, -height, -height, height, height)).ToArray(),
            name = same.Key.IsRight ? "right" : "wrong",
            mode = "none",
            fill = "toself",
            fillcolor = Palette.Faint(same.Key.IsRight ? Palette.Blue : Palette.Vermillion, Faintest + (Strongest - Faintest) * same.Key.Level / Levels),
            hoverinfo = "skip",
            showlegend = false,
        });

    // Half of a cell, without the gap to the next.
    private static double HalfOf(double pixels) => 0.5 - Math.Min(Gap / pixels, LargestGap);

    private static double[] Square(int place, params double[] corners) => [.. corners.Select(corner => place + corner), double.NaN];

    // The pointer finds a cell by its middle, whether a number stands there or not.
    private static Curve Counts(TrainedModelScore score, bool fit)
    {
        (int Actual, int Predicted, long Count, double Share)[] pairs = [.. Pairs(score)];
        return new Curve
        {
            x = pairs.Select(static pair => pair.Predicted).ToArray(),
            y = pairs.Select(static pair => pair.Actual).ToArray(),
            name = "counts",
            mode = fit ? "markers+text" : "markers",
            text = fit ? pairs.Select(static pair => NumberText.Whole(pair.Count)).ToArray() : null,
            customdata = pairs.Select(pair => PlotText.Plain(Invariant($"{Label(score.Classes[pair.Actual].Class)} held for {Label(score.Classes[pair.Predicted].Class)}: {pair.Count:N0} of {score.Classes[pair.Actual].Samples:N0} ({100 * pair.Share:F1} %)"))).ToArray(),
            hovertemplate = "%{customdata}<extra></extra>",
            marker = new Marker { size = LowestCell, symbol = "square", opacity = 0.0 },
            showlegend = false,
        };
    }

    private static IEnumerable<(int Actual, int Predicted, long Count, double Share)> Pairs(TrainedModelScore score) =>
        score.Confusion!.SelectMany((row, actual) => row.Select((count, predicted) => (actual, predicted, count, (double)count / Math.Max(1, score.Classes[actual].Samples))).Where(static pair => pair.count > 0));

    // Names that are alike at one end differ at the other.
    private static string Label(string name) => name.Length <= LongestLabel ? name : $"{name[..(LongestLabel / 2)]}…{name[^(LongestLabel / 2 - 1)..]}";
}
