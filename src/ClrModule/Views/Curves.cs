using System.Collections;
using System.Globalization;
using System.Management.Automation;
using ClrEngine.Errors;
using ClrEngine.Schedules;
using ClrModule.Binding;

namespace ClrModule.Views;

/// <summary>
/// The curve of a schedule, a range test or a history as a sparkline, for the views. It takes deserialised objects too,
/// and gives an empty text where there is nothing to draw or the terminal cannot show it.
/// </summary>
public static class Curves
{
    private const int Width = 16;
    private const int CyclesShown = 3;
    private const int Utf8 = 65001;

    /// <summary>The rate of a schedule over three cycles, or over its first hundred steps where it has none.</summary>
    /// <param name="schedule">A schedule.</param>
    /// <param name="codePage">The terminal's code page.</param>
    public static string Rate(object? schedule, int codePage)
    {
        if (codePage != Utf8 || Live(schedule) is not { } live)
            return "";
        long steps = live is CyclicSchedule cyclic ? CyclesShown * cyclic.CycleLength : 100;
        long every = Math.Max(1, steps / (Width * 4));
        return Sparkline.Of([.. live.Points(steps / every + 1, every).Select(point => point.LearningRate)], Width);
    }

    /// <summary>The smoothed loss of a range test, cut a tenth above its first, so that a divergence does not flatten the descent.</summary>
    /// <param name="test">A range test.</param>
    /// <param name="codePage">The terminal's code page.</param>
    public static string Loss(object? test, int codePage)
    {
        double[] losses = Column(test, "Points", "SmoothedLoss");
        double first = losses.FirstOrDefault(double.IsFinite, double.NaN);
        return codePage == Utf8 ? Sparkline.Of([.. losses.Select(loss => Math.Min(loss, first * 1.1))], Width) : "";
    }

    /// <summary>The validation loss of a history, epoch after epoch.</summary>
    /// <param name="history">A history.</param>
    /// <param name="codePage">The terminal's code page.</param>
    public static string ValidationLoss(object? history, int codePage) =>
        codePage == Utf8 ? Sparkline.Of(Column(history, "Epochs", "ValidationLoss"), Width) : "";

    private static ILrSchedule? Live(object? schedule)
    {
        try
        {
            return Deserialized.Revive(schedule) as ILrSchedule;
        }
        catch (InvalidParameterException)
        {
            // A view shows what there is; why a copy cannot be used is said where somebody uses it.
            return null;
        }
    }

    private static double[] Column(object? item, string list, string column) =>
        item is not null && Plain(PSObject.AsPSObject(item).Properties[list]?.Value) is IEnumerable rows
            ? [.. rows.Cast<object>().Select(row => Number(PSObject.AsPSObject(row).Properties[column]?.Value))]
            : [];

    private static double Number(object? value) =>
        value is null ? double.NaN : Convert.ToDouble(Plain(value), CultureInfo.InvariantCulture);

    private static object? Plain(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}

/// <summary>A curve in one line of text, in eighths of a character's height.</summary>
public static class Sparkline
{
    private const string Levels = "▁▂▃▄▅▆▇█";
    private const char Gap = '·';

    /// <summary>Draws values from their lowest to their highest.</summary>
    /// <param name="values">The values in order; one that is not finite leaves a gap.</param>
    /// <param name="width">Characters at most; more values than that are averaged in equal runs.</param>
    /// <returns>The line, empty where there is no value.</returns>
    public static string Of(IReadOnlyList<double> values, int width)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        double[] cells = Cells(values, Math.Min(width, values.Count));
        double[] finite = Array.FindAll(cells, double.IsFinite);
        if (finite.Length == 0)
            return new string(Gap, cells.Length);
        (double low, double high) = (finite.Min(), finite.Max());
        return string.Concat(cells.Select(value => double.IsFinite(value) ? Level(value, low, high) : Gap));
    }

    private static double[] Cells(IReadOnlyList<double> values, int count)
    {
        var cells = new double[count];
        for (int i = 0; i < count; i++)
        {
            int from = (int)((long)i * values.Count / count);
            int to = (int)((i + 1L) * values.Count / count);
            cells[i] = values.Skip(from).Take(to - from).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();
        }
        return cells;
    }

    // A flat curve stands at the bottom.
    private static char Level(double value, double low, double high) =>
        Levels[high > low ? (int)Math.Round((value - low) / (high - low) * (Levels.Length - 1)) : 0];
}
