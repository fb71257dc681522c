namespace ClrEngine.RangeTest.Suggestions;

/// <summary>
/// Local lines with tricube weights (Cleveland, "Robust locally weighted regression", 1979). A window is centred on its
/// point, so nothing moves to the right as under a running average; near an end it leans inwards. Each line gives
/// the smoothed value and its slope together.
/// </summary>
internal sealed class CentredSmoother
{
    private readonly double[] _values;
    private readonly double[] _slopes;
    private readonly double[] _noiseLeft;

    /// <summary>Smooths y over x, which rises.</summary>
    /// <param name="x">Where, strictly rising.</param>
    /// <param name="y">What, as many.</param>
    /// <param name="halfWidth">Neighbours on each side that a window takes in, at least 1.</param>
    public CentredSmoother(ReadOnlySpan<double> x, ReadOnlySpan<double> y, int halfWidth)
    {
        _values = new double[x.Length];
        _slopes = new double[x.Length];
        _noiseLeft = new double[x.Length];
        int width = Math.Min(2 * halfWidth + 1, x.Length);
        for (int i = 0; i < x.Length; i++)
        {
            int start = Math.Clamp(i - halfWidth, 0, x.Length - width);
            (_values[i], _slopes[i], _noiseLeft[i]) = Line(x.Slice(start, width), y.Slice(start, width), i - start);
        }
    }

    /// <summary>The smoothed value at each point.</summary>
    public IReadOnlyList<double> Values => _values;

    /// <summary>The slope at each point.</summary>
    public IReadOnlyList<double> Slopes => _slopes;

    /// <summary>The share of a single value's standard deviation that is left at each point; more near the ends.</summary>
    public IReadOnlyList<double> NoiseLeft => _noiseLeft;

    private static (double Value, double Slope, double NoiseLeft) Line(ReadOnlySpan<double> x, ReadOnlySpan<double> y, int at)
    {
        int reach = Math.Max(at, x.Length - 1 - at) + 1;
        double w = 0, wx = 0, wy = 0;
        for (int j = 0; j < x.Length; j++)
        {
            double weight = Tricube(j - at, reach);
            w += weight;
            wx += weight * x[j];
            wy += weight * y[j];
        }
        double meanX = wx / w, meanY = wy / w, xx = 0, xy = 0;
        for (int j = 0; j < x.Length; j++)
        {
            double weight = Tricube(j - at, reach);
            xx += weight * (x[j] - meanX) * (x[j] - meanX);
            xy += weight * (x[j] - meanX) * (y[j] - meanY);
        }
        double slope = xx > 0 ? xy / xx : 0, lean = xx > 0 ? (x[at] - meanX) / xx : 0, squares = 0;
        for (int j = 0; j < x.Length; j++)
            squares += Math.Pow(Tricube(j - at, reach) * (1 / w + lean * (x[j] - meanX)), 2);
        return (meanY + slope * (x[at] - meanX), slope, Math.Sqrt(squares));
    }

    private static double Tricube(int offset, int reach)
    {
        double distance = Math.Abs((double)offset / reach);
        double inner = 1 - distance * distance * distance;
        return inner * inner * inner;
    }
}
