using ClrEngine.Json;
using ClrEngine.Schedules;
using ClrEngine.Training;
using static System.FormattableString;

namespace ClrEngine.RangeTest.Suggestions;

/// <summary>What a rule makes of a range test: bounds, or the reason why there are none.</summary>
/// <param name="Method">The rule.</param>
public abstract record LrSuggestion(SuggestionMethod Method);

/// <summary>Suggested bounds of a cyclic schedule, and what they were read from.</summary>
/// <param name="Method">The rule.</param>
/// <param name="BaseLr">The lower rate; below <paramref name="MaxLr"/> always.</param>
/// <param name="MaxLr">The upper rate; inside the tested range.</param>
/// <param name="SteepestLr">The rate at which the smoothed loss falls fastest per decade.</param>
/// <param name="LowestLossLr">The rate of the lowest smoothed loss.</param>
public sealed record LrBounds(SuggestionMethod Method, [property: Within(double.Epsilon)] double BaseLr, [property: Within(double.Epsilon)] double MaxLr, double SteepestLr, double LowestLossLr)
    : LrSuggestion(Method), ISavedRecord
{
    /// <summary>What the range test ran on, for whoever trains with the bounds; null if unknown.</summary>
    public RunDescription? Run { get; init; }

    /// <summary>Optimiser updates of one epoch in the test, or 0 if unknown.</summary>
    public long StepsPerEpoch { get; init; }

    /// <summary>The bounds of each parameter group, where the test swept groups by themselves; otherwise empty.</summary>
    public IReadOnlyList<GroupBounds> Groups { get; init => field = ShownList<GroupBounds>.Counted(value); } = ShownList<GroupBounds>.Counted([]);

    /// <summary>How the rule came to the bounds, one sentence each.</summary>
    public IReadOnlyList<string> Reasons { get; init => field = ShownList<string>.Whole(value); } = ShownList<string>.Whole([]);

    /// <summary>How far the bounds can be trusted.</summary>
    public SuggestionConfidence Confidence { get; init; } = SuggestionConfidence.Medium;

    /// <summary>Why the confidence is low and what to do about it, one sentence each; empty where it is not.</summary>
    public IReadOnlyList<string> Warnings { get; init => field = ShownList<string>.Whole(value); } = ShownList<string>.Whole([]);

    /// <summary>How far the smoothed value falls, in standard deviations of its noise: below 10, repeat the test or raise the batch size. Infinite where there is no noise.</summary>
    public double FallToNoise { get; init; }

    /// <summary>How far the bounds of the single repeats lie apart; null where the test was not repeated.</summary>
    public LrBoundsSpread? Spread { get; init; }

    void ISavedRecord.Validate()
    {
        if (!(BaseLr < MaxLr))
            throw ScheduleErrors.NotBelow(ScheduleErrors.BaseLrNotBelowMaxLr, nameof(BaseLr), BaseLr, nameof(MaxLr), MaxLr);
    }

    /// <summary>A line for people.</summary>
    public override string ToString() => Invariant($"{BaseLr:G4} to {MaxLr:G4} ({Method})");
}

/// <summary>How far suggested bounds can be trusted; docs/regret.md has what each level lost.</summary>
public enum SuggestionConfidence
{
    /// <summary>There is a cause to doubt the bounds, which <see cref="LrBounds.Warnings"/> names.</summary>
    Low,

    /// <summary>Read off the curve alone, or off trials that learnt little.</summary>
    Medium,

    /// <summary>Read off trials that learnt much, with worse ones on both sides of the best.</summary>
    High,
}

/// <summary>Suggested bounds of one parameter group: its rates at the steps where the first group has the suggested ones.</summary>
/// <param name="BaseLr">The group's lower rate.</param>
/// <param name="MaxLr">The group's upper rate.</param>
public sealed record GroupBounds([property: Within(double.Epsilon)] double BaseLr, [property: Within(double.Epsilon)] double MaxLr);

/// <summary>How far apart the bounds lie that a rule reads off each repeat of a range test by itself.</summary>
/// <param name="Repeats">Repeats with bounds.</param>
/// <param name="Without">Repeats without.</param>
/// <param name="LowestBaseLr">The lowest base of all.</param>
/// <param name="HighestBaseLr">The highest base of all.</param>
/// <param name="LowestMaxLr">The lowest max of all.</param>
/// <param name="HighestMaxLr">The highest max of all.</param>
public sealed record LrBoundsSpread(
    int Repeats, int Without, [property: Within(0)] double LowestBaseLr, [property: Within(0)] double HighestBaseLr, [property: Within(0)] double LowestMaxLr, [property: Within(0)] double HighestMaxLr)
{
    /// <summary>A line for people.</summary>
    public override string ToString() => Invariant($"base {LowestBaseLr:G4} to {HighestBaseLr:G4}, max {LowestMaxLr:G4} to {HighestMaxLr:G4} over {Counted.Of(Repeats, "repeat")}");
}

/// <summary>The curve holds no bounds.</summary>
/// <param name="Method">The rule that looked.</param>
/// <param name="Cause">Why.</param>
/// <param name="Remedy">One sentence: what was seen, and what to change.</param>
public sealed record NoSuggestion(SuggestionMethod Method, ErrorCause Cause, string Remedy) : LrSuggestion(Method);

/// <summary>Why a curve holds no bounds.</summary>
internal static class NoSuggestionErrors
{
    public static readonly ErrorCause TooFewPoints = new("NoSuggestionTooFewPoints", ErrorKind.InvalidResult,
        "The range test has fewer finite points than a slope needs.", "Raise `-Iterations`, or lower `-StartLr`.");

    public static readonly ErrorCause NeverFell = new("NoSuggestionNeverFell", ErrorKind.InvalidResult,
        "Neither the smoothed loss nor that of a trial fell by more than its noise.", "Raise `-TrialSteps`, `-EndLr` or `-Iterations` of the test, or its `-BatchSize`.");

    public static readonly ErrorCause AllNonFinite = new("NoSuggestionAllNonFinite", ErrorKind.InvalidResult,
        "No loss of the range test was finite.", "Lower `-StartLr` of the test; check the data for values that are not finite.");

    public static readonly ErrorCause OutsideRange = new("NoSuggestionOutsideRange", ErrorKind.InvalidResult,
        "The rule points at a rate that was not tested.", "Lower `-StartLr` of the test.");

    public static readonly ErrorCause NoAccuracy = new("NoSuggestionNoAccuracy", ErrorKind.InvalidResult,
        "Accuracies were to be read, and the task has no classes.", "Test with `-Metric Loss`.");
}

/// <summary>Bounds were asked for and the curve holds none.</summary>
/// <param name="suggestion">Why there are none.</param>
public sealed class NoSuggestionException(NoSuggestion suggestion) : ClrException(suggestion.Cause, suggestion.Remedy)
{
    /// <summary>Why there are none.</summary>
    public NoSuggestion Suggestion => suggestion;
}
