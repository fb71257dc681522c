using System.Diagnostics;

namespace ClrBenchmarks;

/// <summary>
/// Runs two things in turn, A B A B, in one process: what else the machine does meets both alike. The ratio is the median of
/// the rounds' own ratios.
/// </summary>
internal static class Turns
{
    public static TurnsResult Run(int rounds, Action first, Action second)
    {
        first();
        second();
        var times = new (double First, double Second)[rounds];
        for (int i = 0; i < rounds; i++)
            times[i] = (Seconds(first), Seconds(second));
        return new TurnsResult(
            Quantile(times.Select(t => t.First / t.Second), 0.5),
            Quantile(times.Select(t => t.First / t.Second), 0.25),
            Quantile(times.Select(t => t.First / t.Second), 0.75),
            Quantile(times.Select(t => t.First), 0.5),
            Quantile(times.Select(t => t.Second), 0.5));
    }

    private static double Seconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Quantile(IEnumerable<double> values, double part)
    {
        double[] sorted = values.Order().ToArray();
        double at = part * (sorted.Length - 1);
        int below = (int)at;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (sorted[above] - sorted[below]) * (at - below);
    }
}
