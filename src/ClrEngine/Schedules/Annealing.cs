namespace ClrEngine.Schedules;

/// <summary>The way from one value to another, exact at both ends.</summary>
internal static class Annealing
{
    /// <summary>The value at a share of the way, from 0 to 1.</summary>
    public static double Between(double start, double end, double progress, AnnealStrategy strategy) => progress switch
    {
        <= 0 => start,
        >= 1 => end,
        _ => strategy == AnnealStrategy.Linear
            ? start * (1 - progress) + end * progress
            : end + (start - end) / 2 * (Math.Cos(Math.PI * progress) + 1),
    };
}
