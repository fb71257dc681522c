using ClrEngine.Json;
using ClrEngine.RangeTest.Suggestions;
using ClrEngine.Schedules;
using static System.FormattableString;

namespace ClrEngine.RangeTest;

/// <summary>
/// A short run from the weights of the sweep's start: one triangle from a tenth of a rate up to it and back. What is then lost on the validation
/// samples tells what the rate is worth as the top of a cycle, which the sweep alone does not: there each loss owes much to the rates before.
/// </summary>
/// <param name="MaxLr">The rate at the top; with parameter groups, the first group's.</param>
/// <param name="Steps">Optimiser updates of the run.</param>
/// <param name="Loss">The mean loss of the validation samples after the run; infinite where the run diverged.</param>
/// <param name="Accuracy">Validation samples classified rightly, in percent; null where the task has no classes, or the run diverged.</param>
/// <param name="Samples">The validation samples; null where not known, or the run diverged.</param>
public sealed record LrTrial([property: Within(double.Epsilon)] double MaxLr, [property: Within(1)] int Steps, double Loss, [property: Within(0, 100)] double? Accuracy = null, long? Samples = null)
{
    /// <summary>The share of <see cref="MaxLr"/> at which a trial starts and ends, and that the suggested lower rate is of the upper.</summary>
    public const double BaseShare = 0.1;

    // The point of the decimal number moves: 0.1 * 0.1 is not 0.01 to the last bit.
    internal static double BaseOf(double maxLr)
    {
        string[] parts = maxLr.ToString(CultureInfo.InvariantCulture).Split('E');
        int exponent = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
        return double.Parse(Invariant($"{parts[0]}E{exponent - 1}"), CultureInfo.InvariantCulture);
    }
}

/// <summary>A step of a trial that is under way.</summary>
/// <param name="Trial">Which trial, counted from 1.</param>
/// <param name="MaxLr">The rate at its top.</param>
/// <param name="Step">The step within it, counted from 0.</param>
/// <param name="Steps">How many steps the trial has.</param>
public readonly record struct LrTrialStep(int Trial, double MaxLr, long Step, int Steps);

/// <summary>
/// Which rate is tried next. Trials stand on a ladder of two rungs a decade (1 and 3 times a power of ten); from where the sweep points at,
/// the search goes down while the loss falls, then up, until the rungs on both sides of the best have been tried.
/// </summary>
internal static class TrialSearch
{
    /// <summary>The share below which a model has learnt little.</summary>
    public const double LittleLearnt = 0.1;

    private const int MostTrials = 7;

    // Of the gain of a short trial, and of a long one.
    private const double CloseToBest = 0.02, CloseToBestWhenLong = 0.005;

    /// <summary>The first rate: the rung nearest to half the rate of the sweep's lowest loss; where the loss did not fall clearly, a third of the highest rate that was finite.</summary>
    public static double Start(LrRangeTestResult sweep)
    {
        var curve = new RangeTestCurve(sweep);
        double rate = curve.Count == 0 ? sweep.Options.StartLr : curve.FallsClearly ? curve.LowestRate / 2 : curve.Rate(curve.Count - 1) / 3;
        double within = Math.Clamp(rate, sweep.Options.StartLr, sweep.Options.EndLr), rung = Rung(Nearest(within));
        // A narrow range may have no rung in it, and then one trial where the sweep points at.
        return rung >= sweep.Options.StartLr && rung <= sweep.Options.EndLr ? rung : within;
    }

    /// <summary>The next rate after trials that are all of one length, or null where the best is found.</summary>
    public static double? Next(double start, IReadOnlyList<LrTrial> trials, LrRangeTestOptions options)
    {
        if (trials.Count == 0)
            return start;
        int best = Nearest(Best(trials).MaxLr);
        return new[] { best - 1, best + 1 }
            .Where(rung => Rung(rung) >= options.StartLr && Rung(rung) <= options.EndLr && trials.All(t => Nearest(t.MaxLr) != rung))
            .Select(rung => (double?)Rung(rung))
            .FirstOrDefault();
    }

    /// <summary>
    /// Where little was learnt by all trials around the best, which then owes its place to chance: the rung below all of them, or null where many have been
    /// tried, or the tested range ends.
    /// </summary>
    public static double? Lower(IReadOnlyList<LrTrial> trials, double untrainedLoss, LrRangeTestOptions options) =>
        trials.Count is > 0 and < MostTrials && Learnt(trials, untrainedLoss) < LittleLearnt && Rung(trials.Min(t => Nearest(t.MaxLr)) - 1) is var rate && rate >= options.StartLr ? rate : null;

    /// <summary>
    /// The best of the longest trials: that of the lowest loss, and of equal ones that of the lowest rate. Where classes are learnt in long trials, the loss
    /// decides only among those whose accuracy cannot be told from the highest: in a long run a model grows too sure of what it gets wrong, and its loss
    /// rises while it still gets better.
    /// </summary>
    public static LrTrial Best(IReadOnlyList<LrTrial> trials) => (ByAccuracy(trials) ? AsAccurate(trials) : Longest(trials)).OrderBy(t => t.MaxLr).MinBy(t => t.Loss)!;

    /// <summary>
    /// The trial whose rate is worth taking: of those that are nearly as good as the best, that of the lowest rate. A rate that is too high may lose a
    /// longer run as a whole; one that is a little low costs little. Nearly as good is within a fiftieth of its gain (half a hundredth after long trials),
    /// and where the accuracy decides, what cannot be told from the highest.
    /// </summary>
    public static LrTrial Chosen(IReadOnlyList<LrTrial> trials, double untrainedLoss)
    {
        LrTrial best = Best(trials);
        double near = best.Loss + (IsLong(best) ? CloseToBestWhenLong : CloseToBest) * Math.Max(0, untrainedLoss - best.Loss);
        return (ByAccuracy(trials) ? AsAccurate(trials) : Longest(trials).Where(t => t.Loss <= near)).MinBy(t => t.MaxLr)!;
    }

    /// <summary>The trials that count: shorter ones, by which little was learnt, were only tried first.</summary>
    public static IReadOnlyList<LrTrial> Longest(IReadOnlyList<LrTrial> trials) => [.. trials.Where(t => t.Steps == trials.Max(u => u.Steps))];

    /// <summary>The share of the untrained model's loss that the best trial of any length has taken away.</summary>
    public static double Learnt(IReadOnlyList<LrTrial> trials, double untrainedLoss) => (untrainedLoss - trials.Min(t => t.Loss)) / Math.Abs(untrainedLoss);

    public static bool ByAccuracy(IReadOnlyList<LrTrial> trials) => Longest(trials).Any(t => IsLong(t) && t is { Accuracy: not null, Samples: > 0 });

    private static bool IsLong(LrTrial trial) => trial.Steps >= 2 * LrRangeTestOptions.ShortTrialSteps;

    // Those that come within half a standard error of the highest; that of none and of all samples right is 0, so one more of each is taken.
    private static IEnumerable<LrTrial> AsAccurate(IReadOnlyList<LrTrial> trials)
    {
        LrTrial[] finite = [.. Longest(trials).Where(t => double.IsFinite(t.Loss))];
        LrTrial highest = finite.MaxBy(t => t.Accuracy)!;
        double share = (highest.Accuracy!.Value / 100 * highest.Samples!.Value + 1) / (highest.Samples.Value + 2);
        double error = 100 * Math.Sqrt(share * (1 - share) / highest.Samples.Value);
        return finite.Where(t => t.Accuracy >= highest.Accuracy - error / 2);
    }

    private static int Nearest(double rate) => (int)Math.Round(2 * Math.Log10(rate));

    private static double Rung(int rung)
    {
        (int decade, int odd) = ((int)Math.Floor(rung / 2.0), Math.Abs(rung % 2));
        // Parsed, since 3 * 10^-2 is not 0.03 to the last bit.
        return double.Parse($"{(odd == 0 ? 1 : 3)}E{decade}", CultureInfo.InvariantCulture);
    }
}
