namespace ClrFigures.Model;

/// <summary>The room that a legend takes below a figure; without it, many entries would squeeze the plot.</summary>
internal static class LegendSize
{
    private const int RowHeight = 20, LettersInRow = 104, LettersOfSymbol = 7;

    /// <summary>About how many pixels the legend needs, at the width of a notebook.</summary>
    public static int Height(IEnumerable<Curve> traces)
    {
        string[] entries = [.. traces.Where(t => t.IsInLegend()).Select(t => t.name)];
        if (entries.Length == 0)
            return 0;
        // plotly.js gives all entries the width of the widest where they don't fit into one row.
        int inRow = Math.Max(1, LettersInRow / (entries.Max(Letters) + LettersOfSymbol));
        bool one = entries.Sum(e => Letters(e) + LettersOfSymbol) <= LettersInRow;
        return RowHeight * (one ? 1 : (entries.Length + inRow - 1) / inRow);
    }

    private static int Letters(string entry) => System.Net.WebUtility.HtmlDecode(entry).Length;
}
