namespace ClrModule.Views;

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
