namespace ClrEngine.Torch.Trained;

/// <summary>What a model, or an ensemble, makes of one sample whose class is asked for.</summary>
public sealed record ModelPrediction : SamplePrediction
{
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
