namespace ClrEngine.Torch.Trained;

/// <summary>What a model, or an ensemble, makes of one value of a sample.</summary>
public sealed record ValuePrediction : SamplePrediction
{
    /// <summary>Which of the sample's values, counted from 0.</summary>
    public required int Column { get; init; }

    /// <summary>The value that it predicts; under binary cross-entropy how likely the value is 1, from 0 to 1.</summary>
    public required double Predicted { get; init; }

    /// <summary>The sample's own value.</summary>
    public required double Actual { get; init; }

    /// <summary>By how much it predicts too much.</summary>
    public double Error => Predicted - Actual;
}
