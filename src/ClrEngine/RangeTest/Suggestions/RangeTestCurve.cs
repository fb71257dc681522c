namespace ClrEngine.RangeTest.Suggestions;

/// <summary>
/// What every rule reads: the measured values up to the first that is not finite, smoothed without a lag over the
/// logarithm of the rate. Lower is better; an accuracy is turned into its error.
/// </summary>
internal sealed class RangeTestCurve
{
    /// <summary>Points that a slope needs.</summary>
    public const int FewestPoints = 10;

    private const double WindowShare = 0.06;
    private const double BegunShare = 0.05;
    private const double RiseShare = 0.1;

    private readonly double[] _rates;
    private readonly double[] _raw;
    private readonly int[] _outliers;
    private readonly CentredSmoother _smooth;

    public RangeTestCurve(LrRangeTestResult result)
    {
        LrRangeTestPoint[] points = [.. result.Points.TakeWhile(p => double.IsFinite(p.Loss))];
        _rates = [.. points.Select(p => p.LearningRate)];
        double[] measured = [.. points.Select(p => result.Options.Metric == RangeTestMetric.Accuracy ? 100 - (p.Accuracy ?? 0) : p.Loss)];
        _outliers = Outliers.Find(measured);
        _raw = Capped(Outliers.Bridged(measured, _outliers));
        HalfWidth = Math.Max(2, (int)Math.Round(WindowShare * Math.Max(result.Options.Iterations, _raw.Length)));
        _smooth = new CentredSmoother([.. _rates.Select(Math.Log10)], _raw, HalfWidth);
        if (Count == 0)
            return;
        Lowest = Enumerable.Range(0, Count).MinBy(Value);
        // A third of the way to the lowest value nothing is learnt yet: the mean over it is known better than over a few points.
        double third = Math.Cbrt(LowestRate / Rate(0)) * (1 + 1e-9);
        int before = Math.Max(1, Enumerable.Range(0, Lowest + 1).LastOrDefault(i => Rate(i) <= third * Rate(0)));
        Start = Level(_raw[..before], Deviation(_raw, 0, Math.Max(before, FewestPoints)));
        // Noise shrinks with the loss: that of the start says nothing of that at the lowest value.
        FallNoise = Math.Sqrt(Math.Pow(Noise(Lowest), 2) + Math.Pow(Deviation(_raw, 0, Math.Max(before, FewestPoints)), 2) / before);
        Begin = FallBegins();
        Steepest = Enumerable.Range(Begin, Lowest + 1 - Begin).MinBy(Slope);
    }

    /// <summary>Points before the first value that is not finite.</summary>
    public int Count => _raw.Length;

    /// <summary>Points on each side that a smoothed value takes in.</summary>
    public int HalfWidth { get; }

    /// <summary>The index of the lowest smoothed value.</summary>
    public int Lowest { get; }

    /// <summary>The index, from where the fall begins to the lowest value, at which the value falls fastest per decade of the rate.</summary>
    public int Steepest { get; }

    /// <summary>The rates whose values stand alone and are left out.</summary>
    public IEnumerable<double> OutlierRates => _outliers.Select(Rate);

    public double LowestRate => Rate(Lowest);

    public double SteepestRate => Rate(Steepest);

    /// <summary>The level before the fall.</summary>
    public double Start { get; }

    /// <summary>The index at which the fall begins for good: the last before the lowest value that is not yet clearly below the start.</summary>
    public int Begin { get; }

    public double Fall => Start - Value(Lowest);

    /// <summary>Whether the fall is more than noise and rounding: a flat curve of noise alone stays below four standard deviations.</summary>
    public bool FallsClearly => Lowest >= 2 && Fall > Math.Max(4 * FallNoise, 1e-9 * Math.Abs(Start));

    /// <summary>Whether the value rises clearly after its lowest, so that the fall is known to have ended.</summary>
    public bool Rises => Count > 0 && Value(Count - 1) - Value(Lowest) > RiseShare * Math.Abs(Fall);

    /// <summary>The fall in standard deviations of its noise; infinite where there is no noise.</summary>
    public double FallToNoise => FallNoise > 0 ? Fall / FallNoise : double.PositiveInfinity;

    /// <summary>The standard deviation that batch noise leaves in <see cref="Fall"/>.</summary>
    public double FallNoise { get; }

    /// <summary>How far to a side, in decades of the rate, the window of a smoothed value reaches.</summary>
    public double Reach(int index) => Math.Log10(Math.Max(Rate(index) / Rate(Math.Max(0, index - HalfWidth)), Rate(Math.Min(Count - 1, index + HalfWidth)) / Rate(index)));

    public double Rate(int index) => _rates[index];

    public double Value(int index) => _smooth.Values[index];

    /// <summary>The standard deviation that batch noise leaves in the smoothed value at an index.</summary>
    public double Noise(int index) => Deviation(_raw, index - HalfWidth, index + HalfWidth) * _smooth.NoiseLeft[index];

    /// <summary>The smoothed slope at an index, per decade of the rate.</summary>
    public double Slope(int index) => _smooth.Slopes[index];

    /// <summary>The standard deviation of the raw values around an index, from second differences, which a bend of the curve hardly touches.</summary>
    public double Raggedness(int index)
    {
        int from = Math.Max(1, index - HalfWidth), to = Math.Min(Count - 2, index + HalfWidth);
        double squares = 0;
        for (int i = from; i <= to; i++)
            squares += Math.Pow(_raw[i - 1] - 2 * _raw[i] + _raw[i + 1], 2);
        // The weights 1, -2, 1 leave six times the variance of one value.
        return Math.Sqrt(squares / 6 / (to - from + 1));
    }

    // The mean, but where the first values of all are on their way down to the level: these are fewer than half, and the median is free of them.
    private static double Level(double[] values, double noise)
    {
        double mean = values.Average(), median = values.Order().Skip((values.Length - 1) / 2).Take(2 - values.Length % 2).Average();
        return mean - median > noise / 2 ? median : mean;
    }

    private int FallBegins()
    {
        int index = Lowest;
        while (index > 0 && Value(index) < Start - Math.Max(BegunShare * Fall, 2 * Noise(index)))
            index--;
        return index;
    }

    // A loss of millions in the last steps would reach back through the window and bend the curve left of it:
    // what stands above the start by more than the whole fall is only "far too high".
    private static double[] Capped(double[] raw)
    {
        if (raw.Length == 0)
            return raw;
        double start = raw.Take(Math.Max(1, raw.Length / 10)).Max();
        double cap = start + Math.Max(start - raw.Min(), 0);
        return [.. raw.Select(v => Math.Min(v, cap))];
    }

    /// <summary>The standard deviation of the values' noise from one index to another, cut to those that there are.</summary>
    // Differences between neighbours hold twice the variance of one value and hardly any of a slow fall;
    // their median is not moved by a wild batch or a steep stretch.
    public static double Deviation(double[] values, int from, int to)
    {
        (from, to) = (Math.Max(1, from), Math.Min(values.Length - 1, to));
        double[] differences = [.. Enumerable.Range(from, Math.Max(0, to - from + 1)).Select(i => Math.Abs(values[i] - values[i - 1])).Order()];
        const double MedianOfNormal = 0.6745;
        return differences.Length == 0 ? 0 : differences[differences.Length / 2] / (MedianOfNormal * Math.Sqrt(2));
    }
}

/// <summary>
/// Local lines with tricube weights (Cleveland, "Robust locally weighted regression", 1979). A window is centred on its
/// point, so nothing moves to the right as under a running average; near an end it leans inwards. Each line gives
/// the smoothed value and its slope together.
/// </summary>
internal sealed class CentredSmoother
{
    /// <summary>Smooths y over x, which rises, by windows that take in so many neighbours on each side, at least 1.</summary>
    public CentredSmoother(ReadOnlySpan<double> x, ReadOnlySpan<double> y, int halfWidth)
    {
        (Values, Slopes, NoiseLeft) = (new double[x.Length], new double[x.Length], new double[x.Length]);
        int width = Math.Min(2 * halfWidth + 1, x.Length);
        for (int i = 0; i < x.Length; i++)
        {
            int start = Math.Clamp(i - halfWidth, 0, x.Length - width);
            (Values[i], Slopes[i], NoiseLeft[i]) = Line(x.Slice(start, width), y.Slice(start, width), i - start);
        }
    }

    public double[] Values { get; }

    public double[] Slopes { get; }

    /// <summary>The share of a single value's standard deviation that is left at each point; more near the ends.</summary>
    public double[] NoiseLeft { get; }

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

/// <summary>
/// Values far from all around them, up to three in a row, as of a batch that is unlike the others. They say nothing of the rate, since what a rate does to
/// the loss lasts longer. A high one counts only before the fall is half done: later it may be the first of a runaway.
/// </summary>
internal static class Outliers
{
    // Neighbours in all, half on each side; at each end of their order two may be outliers themselves.
    private const int Neighbours = 10, Trimmed = 2;

    // In a runaway each value may be unlike the last, and at the end of the curve it is not known what would follow.
    private const int FewestAfter = 3;

    // By how much an outlier lies beyond its neighbours at least: of their spread, of the noise around, and of the curve's fall.
    private const double Spreads = 2, Deviations = 5, ShareOfFall = 0.1;

    public static int[] Find(double[] values)
    {
        if (values.Length <= FewestAfter + 2 * Trimmed)
            return [];
        double start = Middle(values.Take(Math.Max(RangeTestCurve.FewestPoints, values.Length / 10))), least = ShareOfFall * (start - values.Min());
        (int At, bool Low)[] far = [.. Enumerable.Range(0, values.Length - FewestAfter).Select(i => (i, Stray(values, i, least))).Where(x => x.Item2 != 0).Select(x => (x.i, x.Item2 < 0))];
        int[] rest = [.. Enumerable.Range(0, values.Length).Except(far.Where(x => x.Low).Select(x => x.At))];
        double halfWay = (start + rest.Min(i => values[i])) / 2;
        int half = rest.FirstOrDefault(i => values[i] < halfWay, values.Length);
        return [.. far.Where(x => x.Low || x.At < half).Select(x => x.At)];
    }

    /// <summary>The values with a line across each gap that the outliers leave.</summary>
    public static double[] Bridged(double[] values, int[] outliers)
    {
        double[] bridged = [.. values];
        foreach (int i in outliers)
        {
            int after = Enumerable.Range(i, values.Length - i).First(j => !outliers.Contains(j));
            // From the left, so that what stands before is bridged already.
            bridged[i] = i == 0 ? values[after] : bridged[i - 1] + (values[after] - bridged[i - 1]) / (after - i + 1);
        }
        return bridged;
    }

    // Below zero for a value that is too low, above for one that is too high.
    private static int Stray(double[] values, int at, double least)
    {
        int from = Math.Clamp(at - Neighbours / 2, 0, Math.Max(0, values.Length - 1 - Neighbours));
        double[] around = [.. values.Skip(from).Take(Neighbours + 1).Where((_, i) => from + i != at).Order()];
        double low = around[Trimmed], high = around[^(Trimmed + 1)], beyond = Math.Max(low - values[at], values[at] - high);
        double most = Math.Max(Math.Max(least, Spreads * (high - low)), Deviations * RangeTestCurve.Deviation(values, at - Neighbours, at + Neighbours));
        return beyond <= most ? 0 : values[at] < low ? -1 : 1;
    }

    private static double Middle(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
