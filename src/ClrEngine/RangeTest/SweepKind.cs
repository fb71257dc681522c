namespace ClrEngine.RangeTest;

/// <summary>How the rate grows over a range test.</summary>
public enum SweepKind
{
    /// <summary>By the same factor each step: for many decades.</summary>
    Exponential,

    /// <summary>By the same amount each step, as in Smith's paper: for one decade or so.</summary>
    Linear,
}
