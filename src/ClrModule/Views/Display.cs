using System.Collections;
using ClrEngine.RangeTest;
using ClrFigures;

namespace ClrModule.Views;

/// <summary>What the views say of lists, shapes and models; the format files call it.</summary>
public static class Display
{
    /// <summary>How many things a list, live or deserialised, has: such as <c>2 epochs</c>. An s makes one of them several if left out.</summary>
    public static string Count(object? list, string one, string? many = null)
    {
        object? plain = list.Plain();
        int count = plain switch
        {
            null => 0,
            ICollection known => known.Count,
            IEnumerable items => items.Cast<object>().Count(),
            _ => 1,
        };
        return Counted.InThousands(count, one, many);
    }

    /// <summary>The sizes of a shape, such as <c>1×8×8</c>.</summary>
    public static string Shape(IEnumerable? shape) => shape is null ? "" : string.Join('×', shape.Cast<object>());

    /// <summary>What a data set's samples are to be answered with, such as <c>10 classes</c>.</summary>
    public static string Targets(object? data) => (data.Plain() as TrainingData)?.Train.Targets switch
    {
        ClassTargets classes => Count(classes.ClassNames, "class", "classes"),
        ValueTargets values => Counted.Of(values.Width, "value"),
        _ => "",
    };

    /// <summary>How much a module has to learn.</summary>
    public static string Weights(object? module) =>
        module.Plain() is TorchSharp.torch.nn.Module live ? NumberText.Whole(live.parameters().Sum(p => p.numel())) : "";
}

/// <summary>
/// The curve of a schedule, a range test or a history as a sparkline, for the views. It takes copies from other processes too,
/// and gives an empty text where there is nothing to draw or the terminal cannot show it.
/// </summary>
public static class Curves
{
    private const int Width = 16;
    private const int CyclesShown = 3;
    private const int Utf8 = 65001;

    /// <summary>The rate of a schedule over three cycles, or as much of it as a figure shows.</summary>
    public static string Rate(object? schedule, int codePage) => Draw<ILrSchedule>(schedule, codePage, Rates);

    /// <summary>The losses of a range test as its figure and its rules smooth them.</summary>
    public static string Loss(object? test, int codePage) => Draw<LrRangeTestResult>(test, codePage, live => live.SmoothLosses());

    /// <summary>The validation loss of a history, epoch after epoch.</summary>
    public static string ValidationLoss(object? history, int codePage) =>
        Draw<TrainingHistory>(history, codePage, live => live.Epochs.Select(epoch => epoch.ValidationLoss));

    private static string Draw<T>(object? shown, int codePage, Func<T, IEnumerable<double>> curve)
    {
        if (codePage != Utf8)
            return "";
        try
        {
            return Deserialized.Restore(shown) is T live ? Sparkline.Draw([.. curve(live)], Width) : "";
        }
        catch (InvalidParameterException)
        {
            // A view shows what there is; why a copy cannot be used is said where somebody uses it.
            return "";
        }
    }

    private static IEnumerable<double> Rates(ILrSchedule schedule)
    {
        long steps = schedule is CyclicSchedule cyclic ? CyclesShown * cyclic.CycleLength : ScheduleCurve.Whole(schedule) - 1;
        long every = Math.Max(1, steps / (Width * 4));
        return schedule.Points(steps / every + 1, every).Select(point => point.LearningRate);
    }
}

/// <summary>A curve in one line of text, in eighths of a character's height.</summary>
public static class Sparkline
{
    private const string Levels = "▁▂▃▄▅▆▇█";
    private const char Gap = '·';

    /// <summary>Draws values from their lowest to their highest in at most <paramref name="width"/> characters: more values are averaged in equal runs, and one that is not finite leaves a gap.</summary>
    public static string Draw(IReadOnlyList<double> values, int width)
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
