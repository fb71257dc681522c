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
            Run = result.Run,
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
