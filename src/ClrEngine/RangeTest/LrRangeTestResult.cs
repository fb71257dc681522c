using System.Globalization;
using ClrEngine.Errors;
using ClrEngine.RangeTest.Suggestions;

namespace ClrEngine.RangeTest;

/// <summary>What a range test measured. Losses are kept raw and smoothed.</summary>
public sealed record LrRangeTestResult
{
    /// <summary>One point a step, in order; the last may have a loss that is not finite.</summary>
    public required IReadOnlyList<LrRangeTestPoint> Points { get; init; }

    /// <summary>Why the test ended.</summary>
    public required RangeTestStopReason StopReason { get; init; }

    /// <summary>How the test ran.</summary>
    public required LrRangeTestOptions Options { get; init; }

    /// <summary>Optimiser updates of one epoch at the batch size of the test.</summary>
    public long StepsPerEpoch { get; init; }

    /// <summary>Samples of a batch.</summary>
    public int BatchSize { get; init; }

    /// <summary>The model's name.</summary>
    public string? Model { get; init; }

    /// <summary>The data set's name.</summary>
    public string? Data { get; init; }

    /// <summary>The device it ran on.</summary>
    public string? Device { get; init; }

    /// <summary>The hash that recognises the data; null where unknown.</summary>
    public string? DataIdentity { get; init; }

    /// <summary>The optimiser and its settings, on one line.</summary>
    public string? Optimizer { get; init; }

    /// <summary>The versions it ran on: this engine, TorchSharp, libtorch, .NET.</summary>
    public string? Versions { get; init; }

    /// <summary>The seed of weights and batch order.</summary>
    public int Seed { get; init; }

    /// <summary>How long it took, in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>The tests that this one is pooled from, each with its own seed; empty for a single test.</summary>
    public IReadOnlyList<LrRangeTestResult> Repeats { get; init; } = [];

    /// <summary>What the curve does not show, and what to change; empty where it is whole.</summary>
    public IReadOnlyList<string> Warnings => RangeTestAdvice.For(this);

    /// <summary>The lowest smoothed loss, or NaN where no loss was finite.</summary>
    public double BestLoss => Best?.SmoothedLoss ?? double.NaN;

    /// <summary>The rate of the lowest smoothed loss, or NaN where no loss was finite.</summary>
    public double BestLr => Best?.LearningRate ?? double.NaN;

    private LrRangeTestPoint? Best => Points.Where(p => double.IsFinite(p.SmoothedLoss)).MinBy(p => p.SmoothedLoss);
}

/// <summary>One step of a range test.</summary>
/// <param name="Step">The step, counted from 0.</param>
/// <param name="LearningRate">The rate in force for the step; with parameter groups, the first group's.</param>
/// <param name="Loss">The batch's mean loss before the update; where the test validates, the mean loss of the validation samples after it.</param>
/// <param name="SmoothedLoss">The exponential moving average of the losses up to here, corrected for its start.</param>
public sealed record LrRangeTestPoint(long Step, double LearningRate, double Loss, double SmoothedLoss)
{
    /// <summary>Samples classified rightly, in percent, of those whose loss this is; null where neither the metric nor the validation asked for it.</summary>
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

/// <summary>Says where a sweep began too late or ended too early.</summary>
internal static class RangeTestAdvice
{
    private const double RiseShare = 0.1;

    public static IReadOnlyList<string> For(LrRangeTestResult result)
    {
        double first = result.Options.StartLr, last = result.Options.EndLr;
        if (DivergedAtOnce(result))
            return [Text($"The loss ran away within the first {result.Points.Count} steps, from a rate of {first:G3} on: lower StartLr.")];
        if (result.StopReason == RangeTestStopReason.Completed && !Rose(result))
            return [Text($"The loss never diverged up to a rate of {last:G3}, so the upper bound may lie beyond: raise EndLr.")];
        return [];
    }

    private static bool DivergedAtOnce(LrRangeTestResult result) =>
        result.StopReason is RangeTestStopReason.Diverged or RangeTestStopReason.NonFiniteLoss
        && (result.Points.Count <= result.Options.WarmUp + 1 || new RangeTestCurve(result).Lowest == 0);

    private static bool Rose(LrRangeTestResult result)
    {
        var curve = new RangeTestCurve(result);
        return curve.Count > 0 && curve.Value(curve.Count - 1) - curve.Value(curve.Lowest) > RiseShare * Math.Abs(curve.Fall);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Pools range tests of one task that differ in their seeds.</summary>
public static class LrRangeTestPool
{
    /// <summary>
    /// Makes one curve of several: at each rate the median of the losses, up to where half of the tests have ended.
    /// It ends as the test that ended there did.
    /// </summary>
    /// <param name="repeats">The tests, at least one, with equal options.</param>
    /// <returns>The pooled test, which keeps the single ones as its <see cref="LrRangeTestResult.Repeats"/>; a single test comes back as it is.</returns>
    /// <exception cref="InvalidParameterException">No test, or tests with other options.</exception>
    public static LrRangeTestResult Of(IReadOnlyList<LrRangeTestResult> repeats)
    {
        ArgumentNullException.ThrowIfNull(repeats);
        if (repeats.Count == 0)
            throw new InvalidParameterException("Repeats", repeats, "There is no range test to pool: give at least one.");
        if (repeats.FirstOrDefault(r => !r.Options.SameAs(repeats[0].Options)) is { } other)
            throw new InvalidParameterException("Repeats", other, "The range tests swept other rates or steps, so their curves cannot be pooled: give tests with equal options.", "RepeatsDiffer");
        if (repeats.Count == 1)
            return repeats[0];
        LrRangeTestResult[] byLength = [.. repeats.OrderBy(r => r.Points.Count)];
        LrRangeTestResult middle = byLength[(byLength.Length - 1) / 2];
        return repeats[0] with
        {
            Points = [.. middle.Points.Select((at, i) => Pooled(at, [.. repeats.Where(r => r.Points.Count > i).Select(r => r.Points[i])]))],
            StopReason = middle.StopReason,
            Seconds = repeats.Sum(r => r.Seconds),
            Repeats = [.. repeats],
        };
    }

    private static LrRangeTestPoint Pooled(LrRangeTestPoint at, LrRangeTestPoint[] points) => at with
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
