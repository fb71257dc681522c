using System.Globalization;
using ClrEngine.Training;

namespace ClrEngine.RangeTest.Suggestions;

/// <summary>Suggested bounds of a cyclic schedule, and what they were read from.</summary>
/// <param name="Method">The rule.</param>
/// <param name="BaseLr">The lower rate; below <paramref name="MaxLr"/> always.</param>
/// <param name="MaxLr">The upper rate; inside the tested range.</param>
/// <param name="SteepestLr">The rate at which the smoothed loss falls fastest per decade.</param>
/// <param name="LowestLossLr">The rate of the lowest smoothed loss.</param>
public sealed record LrBounds(SuggestionMethod Method, double BaseLr, double MaxLr, double SteepestLr, double LowestLossLr)
    : LrSuggestion(Method)
{
    /// <summary>What the range test ran on, for whoever trains with the bounds; null if unknown.</summary>
    public RunDescription? Run { get; init; }

    /// <summary>Optimiser updates of one epoch in the test, or 0 if unknown.</summary>
    public long StepsPerEpoch { get; init; }

    /// <summary>The bounds of each parameter group, where the test swept groups by themselves; otherwise empty.</summary>
    public IReadOnlyList<GroupBounds> Groups { get; init; } = [];

    /// <summary>How the rule came to the bounds, one sentence each.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>How far the smoothed value falls, in standard deviations of its noise: below 10, repeat the test or raise the batch size. Infinite where there is no noise.</summary>
    public double FallToNoise { get; init; }

    /// <summary>How far the bounds of the single repeats lie apart; null where the test was not repeated.</summary>
    public LrBoundsSpread? Spread { get; init; }

    /// <summary>A line for people.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{BaseLr:G4} to {MaxLr:G4} ({Method})");
}
