namespace ClrEngine.Torch.Trained;

/// <summary>What a model, or an ensemble, makes of one sample.</summary>
public sealed record ModelPrediction
{
    /// <summary>The sample, counted from 0 in its part of the data.</summary>
    public required long Index { get; init; }

    /// <summary>The class that it holds most likely.</summary>
    public required string Predicted { get; init; }

    /// <summary>How likely it holds it, from 0 to 1.</summary>
    public required double Probability { get; init; }

    /// <summary>The sample's own class.</summary>
    public required string Actual { get; init; }

    /// <summary>How likely it holds the sample's own class, from 0 to 1.</summary>
    public required double ActualProbability { get; init; }

    /// <summary>Whether both are the same.</summary>
    public bool IsCorrect => Predicted == Actual;
}
