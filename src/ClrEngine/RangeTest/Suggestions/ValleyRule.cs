namespace ClrEngine.RangeTest.Suggestions;

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
