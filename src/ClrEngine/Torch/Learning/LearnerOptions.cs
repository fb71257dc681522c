using ClrEngine.Torch.Optimizers;

namespace ClrEngine.Torch.Learning;

/// <summary>How a model learns.</summary>
public sealed record LearnerOptions
{
    /// <summary>The device's name: <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>The optimiser.</summary>
    public OptimizerOptions Optimizer { get; init; } = new();
}
