namespace ClrEngine.RangeTest.Suggestions;

/// <summary>
/// The part of a range test that a rule may look at: up to the first loss that is not finite, without the first tenth
/// (where the average has gathered little) and the last twentieth (where the loss has begun to run away).
/// </summary>
internal sealed class LossCurve
{
    /// <summary>Points that a slope needs, after trimming.</summary>
    public const int FewestPoints = 10;

    private readonly LrRangeTestPoint[] _points;
    private readonly double _smoothFactor;

    public LossCurve(LrRangeTestResult result)
    {
        LrRangeTestPoint[] finite = result.Points
            .TakeWhile(p => double.IsFinite(p.Loss) && double.IsFinite(p.SmoothedLoss))
            .ToArray();
        FiniteCount = finite.Length;
        _points = finite.Length < FewestPoints ? finite : finite[(finite.Length / 10)..^(finite.Length / 20)];
        _smoothFactor = result.Options.SmoothFactor;
    }

    /// <summary>Points before the first loss that is not finite.</summary>
    public int FiniteCount { get; }

    /// <summary>Points left after trimming.</summary>
    public int Count => _points.Length;

    /// <summary>
    /// The standard deviation that batch noise leaves in the smoothed loss left of an index, from the differences
    /// between neighbouring losses, which a slow fall hardly touches.
    /// </summary>
    public double Noise(int end)
    {
        double squares = 0;
        for (int i = 1; i <= end; i++)
            squares += Math.Pow(_points[i].Loss - _points[i - 1].Loss, 2) / 2;
        // An EMA of factor a averages (2 - a) / a values.
        return Math.Sqrt(squares / Math.Max(1, end) * _smoothFactor / (2 - _smoothFactor));
    }

    public double LearningRate(int index) => _points[index].LearningRate;

    public double Loss(int index) => _points[index].SmoothedLoss;

    /// <summary>The index of the lowest smoothed loss.</summary>
    public int Lowest => Enumerable.Range(0, Count).MinBy(Loss);

    /// <summary>The index before <paramref name="end"/> at which the loss falls fastest per decade of the rate.</summary>
    public int Steepest(int end) => Enumerable.Range(1, Math.Max(1, end - 1)).MinBy(Slope);

    private double Slope(int index) =>
        (Loss(index + 1) - Loss(index - 1)) / Math.Log10(LearningRate(index + 1) / LearningRate(index - 1));
}
