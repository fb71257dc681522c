namespace ClrFigures.Model;

/// <summary>The numbers of a trace.</summary>
internal static class Series
{
    /// <summary>The numbers; of none, one gap: plotly.js leaves out a trace without points, and its legend entry with it.</summary>
    public static double[] Of(IEnumerable<double> numbers)
    {
        double[] all = [.. numbers];
        return all.Length > 0 ? all : [double.NaN];
    }
}
