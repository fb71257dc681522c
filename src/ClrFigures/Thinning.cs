namespace ClrFigures;

/// <summary>Fewer points of a long series, with its peaks.</summary>
public static class Thinning
{
    /// <summary>The points that a figure draws where it is not told otherwise.</summary>
    public const int DefaultMost = 4000;

    /// <summary>
    /// Chooses points: the series is cut into bins of equal length, and of each bin its lowest and its highest value and
    /// the first that is not finite (a gap stays a gap) are kept; so are the first and the last point.
    /// </summary>
    /// <param name="values">The series, in order.</param>
    /// <param name="most">About how many points to keep, at least 4; a series no longer than that is kept whole, and the points of gaps come on top.</param>
    /// <returns>The indices of the kept points, ascending.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="most"/> is below 4.</exception>
    public static IReadOnlyList<int> KeepExtremes(IReadOnlyList<double> values, int most = DefaultMost)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 4);
        if (values.Count <= most)
            return [.. Enumerable.Range(0, values.Count)];
        int bins = (most - 2) / 2;
        var kept = new SortedSet<int> { 0, values.Count - 1 };
        for (int bin = 0; bin < bins; bin++)
            KeepBin(values, BinStart(bin), BinStart(bin + 1), kept);
        return [.. kept];

        int BinStart(int bin) => (int)((long)values.Count * bin / bins);
    }

    private static void KeepBin(IReadOnlyList<double> values, int start, int end, SortedSet<int> kept)
    {
        int lowest = -1, highest = -1, gap = -1;
        for (int i = start; i < end; i++)
        {
            if (!double.IsFinite(values[i]))
                gap = gap < 0 ? i : gap;
            else
            {
                lowest = lowest < 0 || values[i] < values[lowest] ? i : lowest;
                highest = highest < 0 || values[i] > values[highest] ? i : highest;
            }
        }
        kept.UnionWith(new[] { lowest, highest, gap }.Where(i => i >= 0));
    }
}
