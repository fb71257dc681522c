namespace ClrEngine.Torch.Trained;

/// <summary>Adds predictions up to a score.</summary>
public sealed class PredictionTally
{
    private double _lossSum;
    private long _correct;
    private long _samples;

    /// <summary>Adds one.</summary>
    /// <param name="prediction">The prediction.</param>
    public void Add(ModelPrediction prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        _lossSum -= Math.Log(prediction.ActualProbability);
        _correct += prediction.IsCorrect ? 1 : 0;
        _samples++;
    }

    /// <summary>The score of all that were added, at least one.</summary>
    /// <param name="model">The model that made them.</param>
    /// <param name="data">The data set's name.</param>
    public TrainedModelScore Score(TrainedModel model, string data)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new TrainedModelScore
        {
            Model = model.Info.Model,
            Data = data,
            Members = model.Members,
            Samples = _samples,
            Loss = _lossSum / _samples,
            Accuracy = 100.0 * _correct / _samples,
        };
    }
}
