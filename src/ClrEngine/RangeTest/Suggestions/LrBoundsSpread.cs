namespace ClrEngine.RangeTest.Suggestions;

/// <summary>How far apart the bounds lie that a rule reads off each repeat of a range test by itself.</summary>
/// <param name="Repeats">Repeats with bounds.</param>
/// <param name="Without">Repeats without.</param>
/// <param name="LowestBaseLr">The lowest base of all.</param>
/// <param name="HighestBaseLr">The highest base of all.</param>
/// <param name="LowestMaxLr">The lowest max of all.</param>
/// <param name="HighestMaxLr">The highest max of all.</param>
public sealed record LrBoundsSpread(int Repeats, int Without, double LowestBaseLr, double HighestBaseLr, double LowestMaxLr, double HighestMaxLr)
{
    /// <summary>The spread over a test's repeats, or null where it has none with bounds.</summary>
    internal static LrBoundsSpread? Of(LrRangeTestResult test, SuggestionMethod method)
    {
        LrBounds[] single = [.. test.Repeats.Select(r => LrBoundsSuggester.Suggest(r, method)).OfType<LrBounds>()];
        return single.Length == 0
            ? null
            : new LrBoundsSpread(
                single.Length,
                test.Repeats.Count - single.Length,
                single.Min(b => b.BaseLr),
                single.Max(b => b.BaseLr),
                single.Min(b => b.MaxLr),
                single.Max(b => b.MaxLr));
    }
}
