using static System.FormattableString;

namespace ClrEngine.RangeTest.Suggestions;

/// <summary>A rule that reads bounds off a range test. Each reads the curve smoothed without a lag.</summary>
public enum SuggestionMethod
{
    /// <summary>
    /// Max: the rate of the trial that lost least; half the rate of the lowest value where the test made no trials. Base: a tenth of it. The least
    /// regret of all (docs/regret.md).
    /// </summary>
    Balanced,

    /// <summary>Base: a tenth of the rate of steepest descent. Max: a third of the rate of the lowest value.</summary>
    Conservative,

    /// <summary>Max: the rate of steepest descent per decade. Base: a quarter of it.</summary>
    Steepest,

    /// <summary>Max: the middle of the longest falling sequence. Base: a quarter of it.</summary>
    Valley,

    /// <summary>Max: the left end of an interval, slid down from the highest rates, at whose ends the slopes are alike. Base: a quarter of it.</summary>
    Slide,

    /// <summary>Max: a tenth of the rate of the lowest value. Base: a quarter of it.</summary>
    Minimum,

    /// <summary>Base: where the value begins to fall. Max: where the fall slows down, becomes ragged, or ends.</summary>
    Smith,
}

/// <summary>
/// The two rates that a rule reads off a curve, not yet fitted into the tested range; the first and the last index of what it reads them from; and why, one
/// sentence a reason.
/// </summary>
internal sealed record RuleRates(double BaseLr, double MaxLr, int From, int To, params string[] Reasons);

/// <summary>The rules, side by side: each is a pure function of a curve that falls clearly.</summary>
internal static class SuggestionRules
{
    /// <summary>The share of the upper rate that serves as the lower where a rule reads only one rate: a quarter, as section 3.3 of arXiv 1506.01186 has it.</summary>
    public const double BaseShare = 0.25;

    public static RuleRates Read(SuggestionMethod method, RangeTestCurve curve) => method switch
    {
        SuggestionMethod.Conservative => Conservative(curve),
        SuggestionMethod.Steepest => Steepest(curve),
        SuggestionMethod.Valley => Valley(curve),
        SuggestionMethod.Slide => Slide(curve),
        SuggestionMethod.Minimum => Minimum(curve),
        SuggestionMethod.Smith => Smith(curve),
        _ => Balanced(curve),
    };

    /// <summary>
    /// Where no trials were made. The lowest value stands near the edge beyond which training runs away; half its rate is on the near side,
    /// and a cycle bears it, since it is at its top for a moment, with the momentum at its lowest.
    /// </summary>
    private static RuleRates Balanced(RangeTestCurve curve) => new(
        LrTrial.BaseShare * curve.LowestRate / 2,
        curve.LowestRate / 2,
        curve.Lowest,
        curve.Lowest,
        LowestAt(curve),
        "The max is half that rate, the base a tenth of the max; a test with trials (TrialSteps) would say more.");

    private static RuleRates Conservative(RangeTestCurve curve) => new(
        curve.SteepestRate / 10,
        curve.LowestRate / 3,
        curve.Begin,
        curve.Lowest,
        SteepestAt(curve),
        "The base is a tenth of that rate.",
        LowestAt(curve),
        "The max is a third of that rate.");

    private static RuleRates Steepest(RangeTestCurve curve) => FromMax(curve.SteepestRate, curve.Begin, curve.Steepest, SteepestAt(curve));

    private static RuleRates Minimum(RangeTestCurve curve) => FromMax(curve.LowestRate / 10, curve.Lowest, curve.Lowest, LowestAt(curve) + " The max is a tenth of that rate.");

    /// <summary>
    /// The middle of the longest falling sequence, an idea of fastai's. The sequence may leave points out, so that noise does
    /// not cut it; it starts where the fall has begun, so that noise on the plateau before does not draw it out.
    /// </summary>
    private static RuleRates Valley(RangeTestCurve curve)
    {
        // Patience sorting: tails[k] ends the falling sequence of k + 1 points whose end is highest.
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
        (int from, int to) = (firstOf[tails[^1]], tails[^1]);
        double first = curve.Rate(from), last = curve.Rate(to), middle = Math.Sqrt(first * last);
        return FromMax(middle, from, to, Invariant($"The longest falling sequence goes from {first:G3} to {last:G3}; its middle is {middle:G3}."));
    }

    /// <summary>
    /// An interval moves from the highest rates to the left until the slopes at its two ends are alike, which leaves the runaway
    /// behind; its left end is the rate. An idea of fastai's, with a threshold relative to the curve's own steepest slope, so that
    /// the size of the loss does not matter. It stops where the fall begins.
    /// </summary>
    private static RuleRates Slide(RangeTestCurve curve)
    {
        const double IntervalShare = 0.15, AlikeShare = 0.1;
        int interval = Math.Min(Math.Max(2, (int)(IntervalShare * curve.Count)), curve.Count - 1);
        // As a factor, which is the same all along where the rates of a sweep are not. A little less, for rounding.
        double width = (1 - 1e-9) * Math.Pow(curve.Rate(curve.Count - 1) / curve.Rate(0), interval / (curve.Count - 1.0)), alike = AlikeShare * Math.Abs(curve.Slope(curve.Steepest));
        int right = curve.Count - 1, left = right;
        for (; ; right--)
        {
            while (left > 0 && curve.Rate(left) * width > curve.Rate(right))
                left--;
            if (left <= curve.Begin || Math.Abs(curve.Slope(right) - curve.Slope(left)) <= alike)
                break;
        }
        double rate = curve.Rate(left);
        return FromMax(rate, left, right, Invariant($"Sliding down from the highest rate, the interval from {rate:G3} to {curve.Rate(right):G3} is the first with like slopes at its ends, or the last before the fall begins."));
    }

    /// <summary>
    /// Smith's reading (arXiv 1506.01186, section 3.3): base where the value begins to improve, max where the improvement slows
    /// down, becomes ragged, or turns.
    /// </summary>
    private static RuleRates Smith(RangeTestCurve curve)
    {
        (int end, string why) = EndOfFall(curve);
        return new(
            curve.Rate(curve.Begin),
            curve.Rate(end),
            curve.Begin,
            end,
            Invariant($"The value begins to fall for good at {curve.Rate(curve.Begin):G3}."),
            Invariant($"It {why} at {curve.Rate(end):G3}."));
    }

    private static (int Index, string Why) EndOfFall(RangeTestCurve curve)
    {
        const double SlowShare = 0.1, RaggedFactor = 3, RaggedShare = 0.05;
        double usual = Enumerable.Range(0, curve.Begin + 1).Select(curve.Raggedness).Order().ElementAt(curve.Begin / 2);
        // The share of the fall keeps the bends of a curve without noise from passing for raggedness.
        double ragged = Math.Max(RaggedFactor * usual, RaggedShare * curve.Fall);
        for (int i = curve.Begin + 1; i < curve.Lowest; i++)
        {
            if (i > curve.Steepest && curve.Slope(i) > SlowShare * curve.Slope(curve.Steepest))
                return (i, "slows to a tenth of its steepest fall");
            if (curve.Raggedness(i) > ragged)
                return (i, "becomes ragged");
        }
        return (curve.Lowest, "turns");
    }

    private static RuleRates FromMax(double max, int from, int to, string reason) => new(max * BaseShare, max, from, to, reason, "The base is a quarter of the max.");

    private static string SteepestAt(RangeTestCurve curve) =>
        Invariant($"The value falls fastest at {curve.SteepestRate:G3}, by {-curve.Slope(curve.Steepest):G3} per decade of the rate.");

    private static string LowestAt(RangeTestCurve curve) =>
        Invariant($"The value is lowest at {curve.LowestRate:G3}, where it is {curve.Value(curve.Lowest):G3}.");
}
