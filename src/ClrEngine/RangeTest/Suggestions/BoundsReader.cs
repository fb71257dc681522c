using System.Globalization;

namespace ClrEngine.RangeTest.Suggestions;

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
