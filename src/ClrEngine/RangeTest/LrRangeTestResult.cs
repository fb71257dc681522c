using ClrEngine.Json;
using ClrEngine.RangeTest.Suggestions;
using ClrEngine.Training;
using static System.FormattableString;

namespace ClrEngine.RangeTest;

/// <summary>What a range test measured. Losses are kept raw and smoothed.</summary>
public sealed record LrRangeTestResult : ISavedRecord
{
    private static readonly ErrorCause RepeatsDiffer = new(nameof(RepeatsDiffer), ErrorKind.InvalidArgument,
        "Range tests that shall be pooled swept other rates or steps.", "Give tests with equal options.");

    /// <summary>One point a step, in order; the last may have a loss that is not finite.</summary>
    public required IReadOnlyList<LrRangeTestPoint> Points { get; init => field = ShownList<LrRangeTestPoint>.Counted(value); } = [];

    /// <summary>Why the test ended.</summary>
    public required RangeTestStopReason StopReason { get; init; }

    /// <summary>How the test ran.</summary>
    public required LrRangeTestOptions Options { get; init; }

    /// <summary>What the test ran on: model, data, settings, device, versions.</summary>
    public RunDescription Run { get; init; } = new();

    /// <summary>Optimiser updates of one epoch at the batch size of the test.</summary>
    public long StepsPerEpoch => Run.StepsPerEpoch;

    /// <inheritdoc cref="RunDescription.BatchSize"/>
    public int BatchSize => Run.BatchSize;

    /// <inheritdoc cref="RunDescription.Model"/>
    public string? Model => Run.Model;

    /// <inheritdoc cref="RunDescription.Data"/>
    public string? Data => Run.Data;

    /// <inheritdoc cref="RunDescription.Device"/>
    public string? Device => Run.Device;

    /// <inheritdoc cref="RunDescription.DataIdentity"/>
    public string? DataIdentity => Run.DataIdentity;

    /// <inheritdoc cref="RunDescription.Optimizer"/>
    public string? Optimizer => Run.Optimizer;

    /// <inheritdoc cref="RunDescription.Versions"/>
    public string? Versions => Run.Versions;

    /// <inheritdoc cref="RunDescription.Seed"/>
    public int Seed => Run.Seed;

    /// <summary>The trials that followed the sweep, in the order in which they were made; empty where there were none.</summary>
    public IReadOnlyList<LrTrial> Trials { get; init => field = ShownList<LrTrial>.Counted(value); } = ShownList<LrTrial>.Counted([]);

    /// <summary>The mean loss of the validation samples before any step; null where there were no trials.</summary>
    public double? UntrainedLoss { get; init; }

    /// <summary>Optimiser updates that the test took, trials and repeats included.</summary>
    public long Steps => Repeats.Count > 0 ? Repeats.Sum(r => r.Steps) : Points.Count + Trials.Sum(t => (long)t.Steps);

    /// <summary>How long it took, in seconds.</summary>
    [Within(0)]
    public double Seconds { get; init; }

    /// <summary>The tests that this one is pooled from, each with its own seed; empty for a single test.</summary>
    public IReadOnlyList<LrRangeTestResult> Repeats { get; init => field = ShownList<LrRangeTestResult>.Counted(value); } = ShownList<LrRangeTestResult>.Counted([]);

    /// <summary>What the curve does not show, and what to change; empty where it is whole.</summary>
    public IReadOnlyList<string> Warnings
    {
        get
        {
            var curve = new RangeTestCurve(this);
            if (StopReason is RangeTestStopReason.Diverged or RangeTestStopReason.NonFiniteLoss && (Points.Count <= Options.WarmUp + 1 || (curve.Lowest == 0 && Points.Count <= Options.Iterations / 2)))
                return ShownList<string>.Whole([Invariant($"The loss ran away within the first {Counted.Of(Points.Count, "step")}, from a rate of {Options.StartLr:G3} on: lower StartLr{(curve.OutlierRates.Contains(Options.StartLr) ? ", or take another Seed if only the first batch is unlike the others" : "")}.")]);
            return ShownList<string>.Whole(StopReason == RangeTestStopReason.Completed && !curve.Rises
                ? [Invariant($"The loss never diverged up to a rate of {Options.EndLr:G3}, so the upper bound may lie beyond: raise EndLr.")]
                : []);
        }
    }

    /// <summary>
    /// The rate of the lowest smoothed value, where the bounds' reasons have it too: of the loss, or of the error where the metric
    /// is the accuracy. NaN where no loss was finite.
    /// </summary>
    public double BestLr => new RangeTestCurve(this) is { Count: > 0 } curve ? curve.LowestRate : double.NaN;

    /// <summary>The smoothed loss at <see cref="BestLr"/>, or NaN where no loss was finite.</summary>
    public double BestLoss => new RangeTestCurve(this) is { Count: > 0 } curve ? SmoothLosses()[curve.Lowest] : double.NaN;

    /// <summary>
    /// The curve that the rules read, as losses: smoothed without a lag over the logarithm of the rate, where the running average of
    /// <see cref="LrRangeTestPoint.SmoothedLoss"/> lies behind. A runaway is cut at the height of the start plus the whole fall.
    /// </summary>
    /// <returns>A loss for each point before the first that is not finite.</returns>
    public IReadOnlyList<double> SmoothLosses()
    {
        var curve = new RangeTestCurve(this with { Options = Options with { Metric = RangeTestMetric.Loss } });
        return Enumerable.Range(0, curve.Count).Select(curve.Value).ToArray();
    }

    /// <summary>
    /// Pools tests of one task that differ in their seeds into one curve: at each rate the median of the losses, up to where half of
    /// the tests have ended. It ends as the test that ended there did.
    /// </summary>
    /// <param name="repeats">The tests, at least one, with equal options.</param>
    /// <returns>The pooled test, which keeps the single ones as its <see cref="Repeats"/>; a single test comes back as it is.</returns>
    /// <exception cref="InvalidParameterException">No test, or tests with other options.</exception>
    public static LrRangeTestResult Pool(IReadOnlyList<LrRangeTestResult> repeats)
    {
        ArgumentNullException.ThrowIfNull(repeats);
        if (repeats.Count == 0)
            throw new InvalidParameterException("Repeats", repeats, "There is no range test to pool: give at least one.");
        if (repeats.FirstOrDefault(r => !r.Options.SameAs(repeats[0].Options)) is { } other)
            throw new InvalidParameterException("Repeats", other, "The range tests swept other rates or steps, so their curves cannot be pooled: give tests with equal options.", RepeatsDiffer);
        if (repeats.Count == 1)
            return repeats[0];
        LrRangeTestResult middle = repeats.OrderBy(r => r.Points.Count).ElementAt((repeats.Count - 1) / 2);
        return repeats[0] with
        {
            // Arrays, here and in the bounds: PowerShell shows and copies their elements, which it does not of the lists that the compiler makes.
            Points = middle.Points.Select((at, i) => Median(at, [.. repeats.Where(r => r.Points.Count > i).Select(r => r.Points[i])])).ToArray(),
            StopReason = middle.StopReason,
            Trials = Pooled(repeats),
            UntrainedLoss = repeats.Average(r => r.UntrainedLoss),
            Seconds = repeats.Sum(r => r.Seconds),
            Repeats = repeats.ToArray(),
        };
    }

    /// <summary>A line for people, such as <c>mlp:256,128 on digits: Diverged after 87 points, lowest loss 0.31 at a rate of 0.21</c>.</summary>
    public override string ToString() => Invariant($"{Model ?? "a model"} on {Data ?? "data"}: {StopReason} after {Counted.InThousands(Points.Count, "point")}{(double.IsNaN(BestLr) ? "" : Invariant($", lowest loss {BestLoss:G4} at a rate of {BestLr:G4}"))}");

    void ISavedRecord.Validate()
    {
        for (int i = 0; i < Points.Count; i++)
        {
            if (Points[i].Step != i)
                throw new InvalidParameterException($"Points[{i}].step", Points[i].Step, $"{Points[i].Step} stands here; expected is {i}, for steps count on from 0.");
        }
    }

    // Rates that more than half of the tests tried: the mean of what was lost.
    private static LrTrial[] Pooled(IReadOnlyList<LrRangeTestResult> repeats) =>
    [
        .. repeats.SelectMany(r => r.Trials).GroupBy(t => (t.MaxLr, t.Steps)).Where(same => 2 * same.Count() > repeats.Count)
            .Select(same => new LrTrial(same.Key.MaxLr, same.Key.Steps, same.Average(t => t.Loss), same.Average(t => t.Accuracy), same.Max(t => t.Samples))),
    ];

    private static LrRangeTestPoint Median(LrRangeTestPoint at, LrRangeTestPoint[] points) => at with
    {
        Loss = Median(points.Select(p => p.Loss)),
        SmoothedLoss = Median(points.Select(p => p.SmoothedLoss)),
        Accuracy = points.All(p => p.Accuracy.HasValue) ? Median(points.Select(p => p.Accuracy!.Value)) : null,
    };

    // A loss that is not a number is as high as can be; .NET sorts NaN first.
    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Select(v => double.IsNaN(v) ? double.PositiveInfinity : v).Order()];
        double low = sorted[(sorted.Length - 1) / 2], high = sorted[sorted.Length / 2];
        return double.IsFinite(high) ? (low + high) / 2 : high;
    }
}

/// <summary>One step of a range test.</summary>
/// <param name="Step">The step, counted from 0.</param>
/// <param name="LearningRate">The rate in force for the step; with parameter groups, the first group's.</param>
/// <param name="Loss">The batch's mean loss before the update; where the test validates, the mean loss of the validation samples after it.</param>
/// <param name="SmoothedLoss">The exponential moving average of the losses up to here, corrected for its start: what the stop rule looks at.</param>
public sealed record LrRangeTestPoint(long Step, [property: Within(0)] double LearningRate, double Loss, double SmoothedLoss)
{
    /// <summary>Samples classified rightly, in percent, of those whose loss this is; null where neither the metric nor the validation asked for it.</summary>
    [Within(0, 100)]
    public double? Accuracy { get; init; }
}

/// <summary>Why a range test ended.</summary>
public enum RangeTestStopReason
{
    /// <summary>The sweep reached its end without diverging.</summary>
    Completed,

    /// <summary>The smoothed loss passed the allowed multiple of its best.</summary>
    Diverged,

    /// <summary>A loss was NaN or infinite.</summary>
    NonFiniteLoss,

    /// <summary>The caller stopped it.</summary>
    Cancelled,

    /// <summary>It goes on: what a look at an unfinished test says.</summary>
    Running,
}
