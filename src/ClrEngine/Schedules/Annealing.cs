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
            ? Mixed(start, end, progress)
            : end + (start - end) / 2 * (Math.Cos(Math.PI * progress) + 1),
    };

    // Exact at both ends, where start + (end - start) * 1 can miss the end by a bit.
    public static double Mixed(double start, double end, double share) => start * (1 - share) + end * share;
}

/// <summary>How a phase goes from one value to the next, as <c>anneal_strategy</c> of PyTorch's <c>OneCycleLR</c>.</summary>
public enum AnnealStrategy
{
    /// <summary>Along half a cosine: flat at both ends.</summary>
    Cosine,

    /// <summary>Along a straight line.</summary>
    Linear,
}
