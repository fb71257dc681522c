using ClrEngine.Training;

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
