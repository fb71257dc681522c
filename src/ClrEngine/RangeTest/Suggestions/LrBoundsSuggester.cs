using static System.FormattableString;

namespace ClrEngine.RangeTest.Suggestions;

/// <summary>Reads the bounds of a cyclic schedule off a range test.</summary>
public static class LrBoundsSuggester
{
    /// <summary>The rule that is followed where none is named.</summary>
    public const SuggestionMethod UsualMethod = SuggestionMethod.Balanced;

    /// <summary>Suggests bounds.</summary>
    /// <param name="result">A range test.</param>
    /// <param name="method">The rule.</param>
    /// <returns><see cref="LrBounds"/> with base below max, or <see cref="NoSuggestion"/> with the reason.</returns>
    /// <exception cref="InvalidParameterException"><paramref name="method"/> is no rule.</exception>
    public static LrSuggestion Suggest(LrRangeTestResult result, SuggestionMethod method = UsualMethod)
    {
        ArgumentNullException.ThrowIfNull(result);
        Require.Defined(method, "Method");
        LrSuggestion suggestion = method == SuggestionMethod.Balanced && result.Trials.Count > 0
            ? TrialBounds.Read(result)
            : FromCurve(result, method);
        return suggestion is not LrBounds bounds ? suggestion : bounds with
        {
            Run = result.Run,
            StepsPerEpoch = result.StepsPerEpoch,
            Groups = result.Options.Groups.Select(g => new GroupBounds(result.Options.GroupRate(g, bounds.BaseLr), result.Options.GroupRate(g, bounds.MaxLr))).ToArray(),
            Spread = Spread(result, method),
        };
    }

    /// <summary>What each rule makes of the curve, in the order of <see cref="SuggestionMethod"/>.</summary>
    /// <param name="result">A range test.</param>
    /// <returns>One suggestion a rule.</returns>
    public static IReadOnlyList<LrSuggestion> SuggestAll(LrRangeTestResult result) =>
        Enum.GetValues<SuggestionMethod>().Select(method => Suggest(result, method)).ToArray();

    private static LrSuggestion FromCurve(LrRangeTestResult result, SuggestionMethod method)
    {
        var curve = new RangeTestCurve(result);
        return WhyNot(result, curve) is var (reason, remedy)
            ? new NoSuggestion(method, reason, remedy)
            : Fit(method, result, curve, SuggestionRules.Read(method, curve));
    }

    private static (ErrorCause Cause, string Remedy)? WhyNot(LrRangeTestResult result, RangeTestCurve curve)
    {
        if (result.Options.Metric == RangeTestMetric.Accuracy && result.Points.Any(p => p.Accuracy is null))
            return (NoSuggestionErrors.NoAccuracy, "The range test has no accuracies, because the task has no classes: measure it with Metric Loss.");
        if (curve.Count == 0 && result.Points.Count > 0)
            return (NoSuggestionErrors.AllNonFinite, "No loss of the range test was finite: lower StartLr, and look for NaN in the data or the model.");
        if (curve.Count < RangeTestCurve.FewestPoints)
            return (NoSuggestionErrors.TooFewPoints, $"The range test has {Counted.Of(curve.Count, "finite point")} before it ended ({result.StopReason}), and a slope needs {RangeTestCurve.FewestPoints}: raise Iterations, or lower StartLr.");
        if (!curve.FallsClearly)
            return (NoSuggestionErrors.NeverFell, Invariant($"The smoothed value never fell by more than its noise (it fell by {Math.Max(0, curve.Fall):G3}, the noise is {curve.FallNoise:G3}): widen StartLr and EndLr, raise the batch size, or see whether the model can learn the data."));
        return null;
    }

    // Into the tested range, base below max.
    private static LrSuggestion Fit(SuggestionMethod method, LrRangeTestResult result, RangeTestCurve curve, RuleRates rates)
    {
        double first = curve.Rate(0), max = Math.Min(rates.MaxLr, curve.Rate(curve.Count - 1)), lower = Math.Max(rates.BaseLr, first);
        if (lower >= max)
            lower = Math.Max(first, max * SuggestionRules.BaseShare);
        if (lower >= max)
            return new NoSuggestion(method, NoSuggestionErrors.OutsideRange, Invariant($"The rule points at a rate of {rates.MaxLr:G3}, not above the first rate of the test ({first:G3}): lower StartLr."));
        string[] moved = lower == rates.BaseLr ? []
            : lower == first ? [Invariant($"The base is raised to the first rate tested, {first:G3}: a lower StartLr would show more.")]
            : ["The base is set to a quarter of the max, to lie below it."];
        string[] leftOut = [.. curve.OutlierRates.Select(r => Invariant($"{r:G3}"))], doubts = CurveDoubts.Of(result, curve, rates);
        return new LrBounds(method, lower, max, curve.SteepestRate, curve.LowestRate)
        {
            Reasons = (string[])[.. rates.Reasons, .. moved, .. leftOut.Length == 0 ? Array.Empty<string>() : [$"What was measured at {string.Join(", ", leftOut)} stands alone, far from all around it, and is left out."]],
            FallToNoise = curve.FallToNoise,
            Confidence = doubts.Length > 0 ? SuggestionConfidence.Low : SuggestionConfidence.Medium,
            Warnings = doubts,
        };
    }

    private static LrBoundsSpread? Spread(LrRangeTestResult test, SuggestionMethod method)
    {
        LrBounds[] single = [.. test.Repeats.Select(r => Suggest(r, method)).OfType<LrBounds>()];
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
