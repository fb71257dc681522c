using static System.FormattableString;

namespace ClrEngine.RangeTest.Suggestions;

/// <summary>Bounds by trials: the upper is the rate of the trial that lost least, or a lower one that gained nearly as much; the lower a tenth of it, as in the trial.</summary>
internal static class TrialBounds
{
    private const double MuchLearnt = 0.5;

    // One sample in a hundred is a point of accuracy, with which most rates worth a thought differ.
    private const int FewSamples = 100;

    public static LrSuggestion Read(LrRangeTestResult test)
    {
        IReadOnlyList<LrTrial> trials = TrialSearch.Longest(test.Trials);
        if (!trials.Any(t => double.IsFinite(t.Loss)))
            return new NoSuggestion(SuggestionMethod.Balanced, NoSuggestionErrors.AllNonFinite, Invariant($"Each trial diverged, down to a rate of {test.Trials.Min(t => t.MaxLr):G3}: lower StartLr, and look for NaN in the data or the model."));
        LrTrial best = TrialSearch.Best(trials), chosen = TrialSearch.Chosen(trials, test.UntrainedLoss ?? best.Loss);
        int steps = best.Steps;
        double learnt = test.UntrainedLoss is { } untrained ? TrialSearch.Learnt(test.Trials, untrained) : 1;
        if (learnt <= 0)
            return new NoSuggestion(SuggestionMethod.Balanced, NoSuggestionErrors.NeverFell, Invariant($"No trial of {steps} steps learnt anything: the best lost {best.Loss:G3} and the untrained model {test.UntrainedLoss:G3}. Raise TrialSteps (to {5 * steps}, say), raise EndLr where only low rates were tested, or see whether the model can learn the data."));
        var curve = new RangeTestCurve(test);
        string[] doubts =
        [
            .. learnt >= TrialSearch.LittleLearnt ? Array.Empty<string>() : [Invariant($"In trials of {steps} steps the loss fell by {100 * learnt:G2} % only, which tells little of a longer run: give more TrialSteps ({5 * steps}, say), or a model that begins to learn sooner.")],
            .. trials.Any(t => t.MaxLr > best.MaxLr) ? Array.Empty<string>() : [Invariant($"The best trial is that of the highest rate in the tested range, {best.MaxLr:G3}: raise EndLr.")],
            .. trials.Any(t => t.MaxLr < best.MaxLr) ? Array.Empty<string>() : [Invariant($"The best trial is that of the lowest rate in the tested range, {best.MaxLr:G3}: lower StartLr.")],
        ];
        string untrainedText = test.UntrainedLoss?.ToString("G3", CultureInfo.InvariantCulture) ?? "no finite number";
        string[] few = best.Samples < FewSamples ? [Invariant($"Trials were judged by {best.Samples} validation samples, and chance decides between rates that are nearly as good: look at several seeds (-Repeats), or hold out more.")] : [];
        return new LrBounds(SuggestionMethod.Balanced, LrTrial.BaseOf(chosen.MaxLr), chosen.MaxLr, curve.Count > 0 ? curve.SteepestRate : double.NaN, curve.Count > 0 ? curve.LowestRate : double.NaN)
        {
            Reasons = (string[])
            [
                TrialSearch.ByAccuracy(trials)
                    ? Invariant($"Of {trials.Count} trials of {steps} steps each, that with a max of {best.MaxLr:G3} is the best on the validation samples: {best.Accuracy:F2} % are right, and it lost {best.Loss:G3}, the untrained model {untrainedText}.")
                    : Invariant($"Of {trials.Count} trials of {steps} steps each, that with a max of {best.MaxLr:G3} lost least on the validation samples: {best.Loss:G3}, the untrained model {untrainedText}."),
                .. chosen == best
                    ? Array.Empty<string>()
                    : [Invariant($"That with {chosen.MaxLr:G3} {(TrialSearch.ByAccuracy(trials) ? Invariant($"gets {chosen.Accuracy:F2} % right, which is the same but for chance") : Invariant($"lost {chosen.Loss:G3} and so has nearly all of what the best one gained"))}; a lower rate is the safer one, and it is the max.")],
                "The base is a tenth of the max, as in the trials.",
            ],
            Confidence = doubts.Length > 0 ? SuggestionConfidence.Low : few.Length > 0 || learnt < MuchLearnt ? SuggestionConfidence.Medium : SuggestionConfidence.High,
            Warnings = [.. doubts, .. few],
            FallToNoise = curve.FallToNoise,
        };
    }
}
