namespace ClrEngine.Torch.Trained;

/// <summary>How a trained model, or an ensemble, does on data.</summary>
public sealed record TrainedModelScore
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The data set's name.</summary>
    public required string Data { get; init; }

    /// <summary>How many models gave the mean prediction.</summary>
    public required int Members { get; init; }

    /// <summary>How many samples.</summary>
    public required long Samples { get; init; }

    /// <summary>
    /// The mean over the samples of the loss that it was trained with, without class weights and label smoothing: of classes the negative
    /// logarithm of the probability of a sample's own class, of values the squared error or the binary cross-entropy.
    /// </summary>
    public required double Loss { get; init; }

    /// <summary>Samples answered rightly, in percent; null where values are predicted (regression).</summary>
    public required double? Accuracy { get; init; }

    /// <summary>The share of the targets' variance that a regression explains, at most 1; null where the task has classes, or all targets are equal.</summary>
    public double? RSquared { get; init; }
}
