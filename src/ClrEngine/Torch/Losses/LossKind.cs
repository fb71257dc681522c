namespace ClrEngine.Torch.Losses;

/// <summary>What a model learns to make small.</summary>
public enum LossKind
{
    /// <summary>Cross-entropy over one output a class; the loss of data with classes if none is named.</summary>
    CrossEntropy,

    /// <summary>The mean squared error of one output a value (regression); the loss of data with values if none is named.</summary>
    MeanSquaredError,

    /// <summary>Binary cross-entropy of logits: one output for two classes, or one for each value from 0 to 1 (several labels a sample).</summary>
    BinaryCrossEntropy,
}
