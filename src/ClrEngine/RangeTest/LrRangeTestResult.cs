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
