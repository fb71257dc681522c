using static System.FormattableString;

namespace ClrEngine.RangeTest.Suggestions;

/// <summary>Bounds by trials: the upper is the rate of the trial that lost least, or a lower one that gained nearly as much; the lower a tenth of it, as in the trial.</summary>
internal static class TrialBounds
{
    private const double MuchLearnt = 0.5;

    public static LrSuggestion Read(LrRangeTestResult test)
    {
        LrTrial best = TrialSearch.Best(test.Trials);
        var curve = new RangeTestCurve(test);
        IReadOnlyList<LrTrial> trials = TrialSearch.Longest(test.Trials);
        int steps = best.Steps;
        if (!double.IsFinite(best.Loss))
            return new NoSuggestion(SuggestionMethod.Balanced, NoSuggestionErrors.AllNonFinite, Invariant($"Each trial diverged, down to a rate of {test.Trials.Min(t => t.MaxLr):G3}: lower StartLr, and look for NaN in the data or the model."));
        if (best.Loss >= test.UntrainedLoss)
            return new NoSuggestion(SuggestionMethod.Balanced, NoSuggestionErrors.NeverFell, Invariant($"No trial of {steps} steps learnt anything: the best lost {best.Loss:G3} and the untrained model {test.UntrainedLoss:G3}. Raise TrialSteps (to {5 * steps}, say), raise EndLr where only low rates were tested, or see whether the model can learn the data."));
        double learnt = test.UntrainedLoss is { } untrained ? TrialSearch.Learnt(trials, untrained) : 1;
        string[] warnings =
        [
            .. learnt >= TrialSearch.LittleLearnt ? Array.Empty<string>() : [Invariant($"In trials of {steps} steps the loss fell by {100 * learnt:G2} % only, which tells little of a longer run: give more TrialSteps ({5 * steps}, say), or a model that begins to learn sooner.")],
            .. trials.Any(t => t.MaxLr > best.MaxLr) ? Array.Empty<string>() : [Invariant($"The best trial is that of the highest rate in the tested range, {best.MaxLr:G3}: raise EndLr.")],
            .. trials.Any(t => t.MaxLr < best.MaxLr) ? Array.Empty<string>() : [Invariant($"The best trial is that of the lowest rate in the tested range, {best.MaxLr:G3}: lower StartLr.")],
        ];
        LrTrial chosen = TrialSearch.Chosen(trials, test.UntrainedLoss ?? best.Loss);
        return new LrBounds(SuggestionMethod.Balanced, chosen.MaxLr * LrTrial.BaseShare, chosen.MaxLr, curve.Count > 0 ? curve.SteepestRate : double.NaN, curve.Count > 0 ? curve.LowestRate : double.NaN)
        {
            Reasons = (string[])
            [
                Invariant($"Of {trials.Count} trials of {steps} steps each, that with a max of {best.MaxLr:G3} lost least on the validation samples: {best.Loss:G3}, the untrained model {test.UntrainedLoss?.ToString("G3", CultureInfo.InvariantCulture) ?? "no finite number"}."),
                .. chosen == best ? Array.Empty<string>() : [Invariant($"That with {chosen.MaxLr:G3} lost {chosen.Loss:G3} and so has nearly all of what the best one gained; a lower rate is the safer one, and it is the max.")],
                "The base is a tenth of the max, as in the trials.",
            ],
            Confidence = warnings.Length > 0 ? SuggestionConfidence.Low : learnt < MuchLearnt ? SuggestionConfidence.Medium : SuggestionConfidence.High,
            Warnings = warnings,
            FallToNoise = curve.FallToNoise,
        };
    }
}
