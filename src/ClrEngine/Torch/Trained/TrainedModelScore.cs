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

    /// <summary>The mean over the samples of the negative logarithm of the probability of their own class.</summary>
    public required double Loss { get; init; }

    /// <summary>Samples classified rightly, in percent.</summary>
    public required double Accuracy { get; init; }
}
