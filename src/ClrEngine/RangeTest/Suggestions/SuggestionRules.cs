using System.Globalization;

namespace ClrEngine.RangeTest.Suggestions;

/// <summary>
/// The rule of the least regret in this project's benchmark (docs/regret.md): max is twice the rate of the lowest value, and
/// not above three times the rate of steepest descent; base is a tenth of it. A cycle is at its top for a moment, with the momentum at its
/// lowest, and so bears more than the sweep at the end of its fall; where the loss goes to zero, the lowest value may lie
/// anywhere in a wide basin, and the steepest descent bounds it.
/// </summary>
internal static class BalancedRule
{
    private const double OfLowest = 2, OfSteepest = 3, BaseShare = 0.1;

    public static LrSuggestion Apply(RangeTestCurve curve)
    {
        double lowest = OfLowest * curve.Rate(curve.Lowest), steepest = OfSteepest * curve.Rate(curve.Steepest);
        double max = Math.Min(lowest, steepest);
        return BoundsReader.Bounds(
            SuggestionMethod.Balanced,
            curve,
            BaseShare * max,
            max,
            BoundsReader.SteepestAt(curve),
            BoundsReader.LowestAt(curve),
            lowest <= steepest ? "The max is twice the rate of the lowest value." : "The max is three times the rate of steepest descent, which is below twice the rate of the lowest value.",
            "The base is a tenth of the max.");
    }
}

/// <summary>The conservative rule: a tenth of the rate of steepest descent, a third of the rate of the lowest value.</summary>
internal static class ConservativeRule
{
    public static LrSuggestion Apply(RangeTestCurve curve) => BoundsReader.Bounds(
        SuggestionMethod.Conservative,
        curve,
        curve.Rate(curve.Steepest) / 10,
        curve.Rate(curve.Lowest) / 3,
        BoundsReader.SteepestAt(curve),
        "The base is a tenth of that rate.",
        BoundsReader.LowestAt(curve),
        "The max is a third of that rate.");
}

/// <summary>The rate of steepest descent over the logarithm of the rate, left of the lowest value.</summary>
internal static class SteepestRule
{
    public static LrSuggestion Apply(RangeTestCurve curve) => BoundsReader.FromOne(
        SuggestionMethod.Steepest,
        curve,
        curve.Rate(curve.Steepest),
        BoundsReader.SteepestAt(curve));
}

/// <summary>
/// The middle of the longest falling sequence of the curve, an idea of fastai's. The sequence may leave points out,
/// so that noise does not cut it; it starts where the fall has begun, so that noise on the plateau before does not draw it out.
/// </summary>
internal static class ValleyRule
{
    public static LrSuggestion Apply(RangeTestCurve curve)
    {
        (int first, int last) = LongestFall(curve);
        double middle = Math.Sqrt(curve.Rate(first) * curve.Rate(last));
        return BoundsReader.FromOne(
            SuggestionMethod.Valley,
            curve,
            middle,
            BoundsReader.Text($"The longest falling sequence goes from {curve.Rate(first):G3} to {curve.Rate(last):G3}; its middle is {middle:G3}."));
    }

    // Patience sorting: tails[k] ends the falling sequence of k + 1 points whose end is highest.
    private static (int First, int Last) LongestFall(RangeTestCurve curve)
    {
        var tails = new List<int>();
        var firstOf = new int[curve.Count];
        Comparer<int> falling = Comparer<int>.Create((a, b) => curve.Value(b).CompareTo(curve.Value(a)));
        for (int i = curve.Begin; i < curve.Count; i++)
        {
            int found = tails.BinarySearch(i, falling);
            int length = found < 0 ? ~found : found;
            firstOf[i] = length == 0 ? i : firstOf[tails[length - 1]];
            if (length == tails.Count)
                tails.Add(i);
            else
                tails[length] = i;
        }
        return (firstOf[tails[^1]], tails[^1]);
    }
}

/// <summary>
/// The interval slide: an interval moves from the highest rates to the left until the slopes at its two ends are alike,
/// which leaves the runaway behind; its left end is the rate. An idea of fastai's, with a threshold
/// relative to the curve's own steepest slope, so that the size of the loss does not matter. It stops where the fall begins.
/// </summary>
internal static class SlideRule
{
    private const double IntervalShare = 0.15;
    private const double AlikeShare = 0.1;

    public static LrSuggestion Apply(RangeTestCurve curve)
    {
        int interval = Math.Min(Math.Max(2, (int)(IntervalShare * curve.Count)), curve.Count - 1);
        double alike = AlikeShare * Math.Abs(curve.Slope(curve.Steepest));
        int right = curve.Count - 1;
        while (right - interval > curve.Begin && Math.Abs(curve.Slope(right) - curve.Slope(right - interval)) > alike)
            right--;
        double rate = curve.Rate(right - interval);
        return BoundsReader.FromOne(
            SuggestionMethod.Slide,
            curve,
            rate,
            BoundsReader.Text($"Sliding down from the highest rate, the interval from {rate:G3} to {curve.Rate(right):G3} is the first with like slopes at its ends, or the last before the fall begins."));
    }
}

/// <summary>A tenth of the rate of the lowest value.</summary>
internal static class MinimumRule
{
    public static LrSuggestion Apply(RangeTestCurve curve) => BoundsReader.FromOne(
        SuggestionMethod.Minimum,
        curve,
        curve.Rate(curve.Lowest) / 10,
        BoundsReader.LowestAt(curve) + " The max is a tenth of that rate.");
}

/// <summary>
/// Smith's reading of the curve (arXiv 1506.01186, section 3.3): base where the value begins to improve,
/// max where the improvement slows down, becomes ragged, or turns.
/// </summary>
internal static class SmithRule
{
    private const double SlowShare = 0.1;
    private const double RaggedFactor = 3;
    private const double RaggedShare = 0.05;

    public static LrSuggestion Apply(RangeTestCurve curve)
    {
        int begin = curve.Begin;
        (int end, string why) = End(curve, begin);
        return BoundsReader.Bounds(
            SuggestionMethod.Smith,
            curve,
            curve.Rate(begin),
            curve.Rate(end),
            BoundsReader.Text($"The value begins to fall for good at {curve.Rate(begin):G3}."),
            BoundsReader.Text($"It {why} at {curve.Rate(end):G3}."));
    }

    private static (int Index, string Why) End(RangeTestCurve curve, int begin)
    {
        // The share of the fall keeps the bends of a curve without noise from passing for raggedness.
        double ragged = Math.Max(RaggedFactor * Enumerable.Range(0, begin + 1).Select(curve.Raggedness).Order().ElementAt(begin / 2), RaggedShare * curve.Fall);
        for (int i = begin + 1; i < curve.Lowest; i++)
        {
            if (i > curve.Steepest && curve.Slope(i) > SlowShare * curve.Slope(curve.Steepest))
                return (i, "slows to a tenth of its steepest fall");
            if (curve.Raggedness(i) > ragged)
                return (i, "becomes ragged");
        }
        return (curve.Lowest, "turns");
    }
}

/// <summary>What the rules share when they turn rates into bounds: order, range, wording.</summary>
internal static class BoundsReader
{
    /// <summary>The share of the upper rate that serves as the lower where a rule reads only one rate: a quarter, as section 3.3 of arXiv 1506.01186 has it.</summary>
    public const double BaseShare = 0.25;

    /// <summary>Bounds within the tested range, base below max; or why there are none.</summary>
    public static LrSuggestion Bounds(SuggestionMethod method, RangeTestCurve curve, double baseLr, double maxLr, params string[] reasons)
    {
        double first = curve.Rate(0), last = curve.Rate(curve.Count - 1);
        double max = Math.Min(maxLr, last);
        double lower = Math.Max(baseLr, first);
        List<string> said = [.. reasons];
        if (lower >= max)
            lower = Math.Max(first, max * BaseShare);
        if (lower >= max)
            return new NoSuggestion(method, NoSuggestionReason.OutsideRange, Text($"The rule points at a rate of {maxLr:G3}, not above the first rate of the test ({first:G3}): lower StartLr."));
        if (lower != baseLr)
            said.Add(lower == first ? Text($"The base is raised to the first rate tested, {first:G3}: a lower StartLr would show more.") : Text($"The base is set to a quarter of the max, to lie below it."));
        return new LrBounds(method, lower, max, curve.Rate(curve.Steepest), curve.Rate(curve.Lowest))
        {
            Reasons = said,
            FallToNoise = curve.FallNoise > 0 ? curve.Fall / curve.FallNoise : double.PositiveInfinity,
        };
    }

    /// <summary>Bounds from the one rate that a rule reads.</summary>
    public static LrSuggestion FromOne(SuggestionMethod method, RangeTestCurve curve, double rate, string reason) =>
        Bounds(method, curve, rate * BaseShare, rate, reason, "The base is a quarter of the max.");

    /// <summary>Where the value falls fastest, as a sentence.</summary>
    public static string SteepestAt(RangeTestCurve curve) =>
        Text($"The value falls fastest at {curve.Rate(curve.Steepest):G3}, by {-curve.Slope(curve.Steepest):G3} per decade of the rate.");

    /// <summary>Where the value is lowest, as a sentence.</summary>
    public static string LowestAt(RangeTestCurve curve) =>
        Text($"The value is lowest at {curve.Rate(curve.Lowest):G3}, where it is {curve.Value(curve.Lowest):G3}.");

    /// <summary>Text with numbers as every culture writes them here.</summary>
    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
