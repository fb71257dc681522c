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
