namespace ClrEngine.Torch.Trained;

/// <summary>What a model, or an ensemble, makes of one sample: a <see cref="ModelPrediction"/> of its class, or a <see cref="ValuePrediction"/> for each of its values.</summary>
public abstract record SamplePrediction
{
    private protected SamplePrediction()
    {
    }

    /// <summary>The sample, counted from 0 in its part of the data.</summary>
    public required long Index { get; init; }
}
