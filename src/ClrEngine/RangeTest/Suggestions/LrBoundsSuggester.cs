using System.Globalization;
using ClrEngine.Errors;

namespace ClrEngine.RangeTest.Suggestions;

/// <summary>Reads the bounds of a cyclic schedule off a range test.</summary>
public static class LrBoundsSuggester
{
    /// <summary>Suggests bounds.</summary>
    /// <param name="result">A range test.</param>
    /// <param name="method">The rule.</param>
    /// <returns><see cref="LrBounds"/> with base below max, or <see cref="NoSuggestion"/> with the reason.</returns>
    public static LrSuggestion Suggest(LrRangeTestResult result, SuggestionMethod method = SuggestionMethod.Balanced)
    {
        ArgumentNullException.ThrowIfNull(result);
        Require.Defined(method, "Method");
        var curve = new RangeTestCurve(result);
        if (WhyNot(result, curve) is var (reason, remedy))
            return new NoSuggestion(method, reason, remedy);
        LrSuggestion suggestion = Apply(method, curve);
        return suggestion is not LrBounds bounds ? suggestion : bounds with
        {
            StepsPerEpoch = result.StepsPerEpoch,
            Groups = GroupBounds.Of(result.Options, bounds.BaseLr, bounds.MaxLr),
            Spread = LrBoundsSpread.Of(result, method),
        };
    }

    /// <summary>What each rule makes of the curve, in the order of <see cref="SuggestionMethod"/>.</summary>
    /// <param name="result">A range test.</param>
    /// <returns>One suggestion a rule.</returns>
    public static IReadOnlyList<LrSuggestion> SuggestAll(LrRangeTestResult result) =>
        [.. Enum.GetValues<SuggestionMethod>().Select(method => Suggest(result, method))];

    private static LrSuggestion Apply(SuggestionMethod method, RangeTestCurve curve) => method switch
    {
        SuggestionMethod.Steepest => SteepestRule.Apply(curve),
        SuggestionMethod.Valley => ValleyRule.Apply(curve),
        SuggestionMethod.Slide => SlideRule.Apply(curve),
        SuggestionMethod.Minimum => MinimumRule.Apply(curve),
        SuggestionMethod.Smith => SmithRule.Apply(curve),
        SuggestionMethod.Conservative => ConservativeRule.Apply(curve),
        _ => BalancedRule.Apply(curve),
    };

    private static (NoSuggestionReason Reason, string Remedy)? WhyNot(LrRangeTestResult result, RangeTestCurve curve)
    {
        if (result.Options.Metric == RangeTestMetric.Accuracy && result.Points.Any(p => p.Accuracy is null))
            return (NoSuggestionReason.NoAccuracy, "The range test has no accuracies, because the task has no classes: measure it with Metric Loss.");
        if (curve.Count == 0 && result.Points.Count > 0)
            return (NoSuggestionReason.AllNonFinite, "No loss of the range test was finite: lower StartLr, and look for NaN in the data or the model.");
        if (curve.Count < RangeTestCurve.FewestPoints)
            return (NoSuggestionReason.TooFewPoints, $"The range test has {curve.Count} finite points before it ended ({result.StopReason}), and a slope needs {RangeTestCurve.FewestPoints}: raise Iterations, or lower StartLr.");
        if (!curve.FallsClearly)
            return (NoSuggestionReason.NeverFell, BoundsReader.Text($"The smoothed value never fell by more than its noise (it fell by {Math.Max(0, curve.Fall):G3}, the noise is {curve.FallNoise:G3}): widen StartLr and EndLr, raise the batch size, or see whether the model can learn the data."));
        return null;
    }
}

/// <summary>A rule that reads bounds off a range test. Each reads the curve smoothed without a lag.</summary>
public enum SuggestionMethod
{
    /// <summary>Max: twice the rate of the lowest value, at most three times the rate of steepest descent. Base: a tenth of it. The least regret of all (docs/regret.md).</summary>
    Balanced,

    /// <summary>Base: a tenth of the rate of steepest descent. Max: a third of the rate of the lowest value.</summary>
    Conservative,

    /// <summary>Max: the rate of steepest descent per decade. Base: a quarter of it.</summary>
    Steepest,

    /// <summary>Max: the middle of the longest falling sequence. Base: a quarter of it.</summary>
    Valley,

    /// <summary>Max: the left end of an interval, slid down from the highest rates, at whose ends the slopes are alike. Base: a quarter of it.</summary>
    Slide,

    /// <summary>Max: a tenth of the rate of the lowest value. Base: a quarter of it.</summary>
    Minimum,

    /// <summary>Base: where the value begins to fall. Max: where the fall slows down, becomes ragged, or ends.</summary>
    Smith,
}

/// <summary>What a rule makes of a range test: bounds, or the reason why there are none.</summary>
/// <param name="Method">The rule.</param>
public abstract record LrSuggestion(SuggestionMethod Method);

/// <summary>Suggested bounds of a cyclic schedule, and what they were read from.</summary>
/// <param name="Method">The rule.</param>
/// <param name="BaseLr">The lower rate; below <paramref name="MaxLr"/> always.</param>
/// <param name="MaxLr">The upper rate; inside the tested range.</param>
/// <param name="SteepestLr">The rate at which the smoothed loss falls fastest per decade.</param>
/// <param name="LowestLossLr">The rate of the lowest smoothed loss.</param>
public sealed record LrBounds(SuggestionMethod Method, double BaseLr, double MaxLr, double SteepestLr, double LowestLossLr)
    : LrSuggestion(Method)
{
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

/// <summary>Suggested bounds of one parameter group: its rates at the steps where the first group has the suggested ones.</summary>
/// <param name="BaseLr">The group's lower rate.</param>
/// <param name="MaxLr">The group's upper rate.</param>
public sealed record GroupBounds(double BaseLr, double MaxLr)
{
    /// <summary>The bounds of each group, from those of the first; none where the test had one rate for all.</summary>
    internal static IReadOnlyList<GroupBounds> Of(LrRangeTestOptions options, double baseLr, double maxLr) =>
        [.. options.Groups.Select(g => new GroupBounds(Rate(options, g, baseLr), Rate(options, g, maxLr)))];

    private static double Rate(LrRangeTestOptions options, GroupSweep group, double firstGroupLr)
    {
        GroupSweep first = options.Groups[0];
        if (options.Sweep == SweepKind.Linear)
            return group.StartLr + (firstGroupLr - first.StartLr) / (first.EndLr - first.StartLr) * (group.EndLr - group.StartLr);
        double progress = Math.Log(firstGroupLr / first.StartLr) / Math.Log(first.EndLr / first.StartLr);
        return group.StartLr * Math.Pow(group.EndLr / group.StartLr, progress);
    }
}

/// <summary>How far apart the bounds lie that a rule reads off each repeat of a range test by itself.</summary>
/// <param name="Repeats">Repeats with bounds.</param>
/// <param name="Without">Repeats without.</param>
/// <param name="LowestBaseLr">The lowest base of all.</param>
/// <param name="HighestBaseLr">The highest base of all.</param>
/// <param name="LowestMaxLr">The lowest max of all.</param>
/// <param name="HighestMaxLr">The highest max of all.</param>
public sealed record LrBoundsSpread(int Repeats, int Without, double LowestBaseLr, double HighestBaseLr, double LowestMaxLr, double HighestMaxLr)
{
    /// <summary>The spread over a test's repeats, or null where it has none with bounds.</summary>
    internal static LrBoundsSpread? Of(LrRangeTestResult test, SuggestionMethod method)
    {
        LrBounds[] single = [.. test.Repeats.Select(r => LrBoundsSuggester.Suggest(r, method)).OfType<LrBounds>()];
        return single.Length == 0
            ? null
            : new LrBoundsSpread(
                single.Length,
                test.Repeats.Count - single.Length,
                single.Min(b => b.BaseLr),
                single.Max(b => b.BaseLr),
                single.Min(b => b.MaxLr),
                single.Max(b => b.MaxLr));
    }
}

/// <summary>The curve holds no bounds.</summary>
/// <param name="Method">The rule that looked.</param>
/// <param name="Reason">Why.</param>
/// <param name="Remedy">One sentence: what was seen, and what to change.</param>
public sealed record NoSuggestion(SuggestionMethod Method, NoSuggestionReason Reason, string Remedy) : LrSuggestion(Method);

/// <summary>Why a curve holds no bounds.</summary>
public enum NoSuggestionReason
{
    /// <summary>Fewer finite points than a slope needs.</summary>
    TooFewPoints,

    /// <summary>The value never fell by more than its noise.</summary>
    NeverFell,

    /// <summary>No value was finite.</summary>
    AllNonFinite,

    /// <summary>The rule points at a rate that was not tested.</summary>
    OutsideRange,

    /// <summary>Accuracies were to be read, and the task has no classes.</summary>
    NoAccuracy,
}

/// <summary>Bounds were asked for and the curve holds none.</summary>
/// <param name="suggestion">Why there are none.</param>
public sealed class NoSuggestionException(NoSuggestion suggestion) : Exception(suggestion.Remedy), IClrError
{
    /// <summary>Why there are none.</summary>
    public NoSuggestion Suggestion { get; } = suggestion;

    /// <inheritdoc/>
    public string ErrorId => "NoSuggestion" + Suggestion.Reason;
}
