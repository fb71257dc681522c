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
    public static LrSuggestion Suggest(LrRangeTestResult result, SuggestionMethod method = SuggestionMethod.Conservative)
    {
        ArgumentNullException.ThrowIfNull(result);
        Require.Defined(method, "Method");
        var curve = new LossCurve(result);
        if (WhyNot(result, curve) is var (reason, remedy))
            return new NoSuggestion(method, reason, remedy);
        LrSuggestion suggestion = ConservativeRule.Apply(result, curve);
        return suggestion is LrBounds bounds ? bounds with { StepsPerEpoch = result.StepsPerEpoch } : suggestion;
    }

    private static (NoSuggestionReason Reason, string Remedy)? WhyNot(LrRangeTestResult result, LossCurve curve)
    {
        if (curve.FiniteCount == 0 && result.Points.Count > 0)
            return (NoSuggestionReason.AllNonFinite, "No loss of the range test was finite: lower StartLr, and look for NaN in the data or the model.");
        if (curve.Count < LossCurve.FewestPoints)
            return (NoSuggestionReason.TooFewPoints, $"The range test has {curve.FiniteCount} points before it ended ({result.StopReason}), and a slope needs more: raise Iterations, or lower StartLr.");
        int lowest = curve.Lowest;
        double fall = curve.Loss(0) - curve.Loss(lowest), noise = curve.Noise(lowest);
        if (lowest < 2 || !(fall > 2 * noise))
            return (NoSuggestionReason.NeverFell, string.Create(CultureInfo.InvariantCulture, $"The smoothed loss never fell by more than its noise (it fell by {Math.Max(0, fall):G3}, the noise is {noise:G3}): widen StartLr and EndLr, raise the batch size, or see whether the model can learn the data."));
        return null;
    }
}
