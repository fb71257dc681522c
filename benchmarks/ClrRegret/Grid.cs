namespace ClrRegret;

/// <summary>Bounds set by hand: highest rates from 0.0003 to 3, two a decade, each over a quarter and over a tenth of itself.</summary>
internal static class Grid
{
    private static readonly double[] MaxLrs = [3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3];

    public static IReadOnlyList<Candidate> Bounds { get; } =
        [.. MaxLrs.SelectMany(max => new[] { new Candidate(max / 4, max), new Candidate(max / 10, max) })];

    /// <summary>Fixed rates: the same, without bounds.</summary>
    public static IReadOnlyList<double> FixedRates => MaxLrs;
}
