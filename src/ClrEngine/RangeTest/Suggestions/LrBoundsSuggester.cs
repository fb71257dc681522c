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

/// <summary>Causes to doubt what a rule reads off a curve, each with its remedy.</summary>
internal static class CurveDoubts
{
    private const double FewestDeviations = 10;

    // As factors between rates: what is read in one place takes in no more; the steepest fall lies so far above the first rate, so that what was before it is
    // seen; and no max lies further above the lowest value.
    private const double WidestReach = 6, LeastBefore = 10, MostBeyond = 3;

    /// <summary>The causes, as sentences; empty where there is none.</summary>
    public static string[] Of(LrRangeTestResult test, RangeTestCurve curve, RuleRates read) =>
        [.. ((string?[])[Noisy(curve), Coarse(test, curve, read) ?? Begun(curve, read), Early(curve, read), Beyond(curve, read), Unended(test, curve, read)]).OfType<string>()];

    private static string? Noisy(RangeTestCurve curve) => curve.FallToNoise >= FewestDeviations ? null
        : Invariant($"The curve is noisy: it falls by {curve.FallToNoise:G2} standard deviations of its noise. Raise Iterations, Repeats or the batch size.");

    // A rule that reads the lowest value alone does not ask where the fall begins.
    private static string? Begun(RangeTestCurve curve, RuleRates read) => read.From >= curve.HalfWidth && (read.From >= curve.Lowest || curve.SteepestRate >= LeastBefore * curve.Rate(0)) ? null
        : Invariant($"The value falls from the first rates tested on ({curve.Rate(0):G3}), so that where the fall begins is not seen: lower StartLr.");

    private static string? Coarse(LrRangeTestResult test, RangeTestCurve curve, RuleRates read)
    {
        int widest = Enumerable.Range(read.From, read.To - read.From + 1).MaxBy(curve.Reach);
        double reach = Math.Pow(10, curve.Reach(widest));
        return reach <= WidestReach ? null : Invariant($"Around {curve.Rate(widest):G3} the sweep has too few points: what is read there takes in rates that are a factor of {reach:G2} apart. ") + (test.Options.Sweep == SweepKind.Linear
            ? "Sweep exponentially (Sweep Exponential), or raise StartLr to a tenth of EndLr."
            : "Raise Iterations, or bring StartLr and EndLr closer together.");
    }

    private static string? Early(RangeTestCurve curve, RuleRates read) => read.To >= curve.Steepest - curve.HalfWidth / 2 ? null
        : Invariant($"What the rule reads ends at {curve.Rate(read.To):G3}, before the value falls fastest ({curve.SteepestRate:G3}), so that single values may mislead it: raise Repeats or the batch size, or take another rule.");

    private static string? Beyond(RangeTestCurve curve, RuleRates read) => read.MaxLr <= MostBeyond * curve.LowestRate ? null
        : Invariant($"The rule points at {read.MaxLr:G3}, beyond the rate of the lowest value ({curve.LowestRate:G3}), where training runs away: take another rule.");

    private static string? Unended(LrRangeTestResult test, RangeTestCurve curve, RuleRates read)
    {
        if (curve.Rises || read.To <= curve.Lowest - curve.HalfWidth || test.StopReason is RangeTestStopReason.Diverged or RangeTestStopReason.NonFiniteLoss)
            return null;
        return test.Warnings.Count > 0 ? test.Warnings[0] : Invariant($"The test ended at a rate of {curve.Rate(curve.Count - 1):G3}, before the value rose: let it run to its end.");
    }
}
