using ClrEngine.Torch.Losses;

namespace ClrEngine.Torch.Trained;

/// <summary>Adds the predictions of one model up to a score.</summary>
/// <param name="info">What is known of the model.</param>
public sealed class PredictionTally(TrainedModelInfo info)
{
    // PyTorch's binary cross-entropy bounds logarithms so: a certain and wrong answer costs much, not all.
    private const double LeastLogarithm = -100;

    private readonly double[] _means = new double[info.Outputs];
    private readonly double[] _squares = new double[info.Outputs];
    private double _lossSum;
    private double _errorSum;
    private long _correct;
    private long _samples;
    private bool _isRight;

    /// <summary>Adds one, in the order in which the model gives them.</summary>
    /// <param name="prediction">The prediction.</param>
    public void Add(SamplePrediction prediction)
    {
        switch (prediction)
        {
            case ModelPrediction ofClass:
                _lossSum -= Math.Log(ofClass.ActualProbability);
                _correct += ofClass.IsCorrect ? 1 : 0;
                _samples++;
                break;
            case ValuePrediction ofValue:
                AddValue(ofValue);
                break;
            default:
                throw new ArgumentNullException(nameof(prediction));
        }
    }

    /// <summary>The score of all that were added, at least one.</summary>
    /// <param name="model">The model that made them.</param>
    /// <param name="data">The data set's name.</param>
    public TrainedModelScore Score(TrainedModel model, string data)
    {
        ArgumentNullException.ThrowIfNull(model);
        double spread = _squares.Sum();
        return new TrainedModelScore
        {
            Model = model.Info.Model,
            Data = data,
            Members = model.Members,
            Samples = _samples,
            Loss = _lossSum / _samples,
            Accuracy = info.Loss == LossKind.MeanSquaredError ? null : 100.0 * _correct / _samples,
            RSquared = info.Loss == LossKind.MeanSquaredError && spread > 0 ? 1 - _errorSum / spread : null,
        };
    }

    private void AddValue(ValuePrediction value)
    {
        if (value.Column == 0)
            (_isRight, _samples) = (true, _samples + 1);
        _isRight &= value.Predicted > 0.5 == value.Actual > 0.5;
        _correct += _isRight && value.Column == info.Outputs - 1 ? 1 : 0;
        _lossSum += LossOf(value) / info.Outputs;
        _errorSum += value.Error * value.Error;
        // Welford's running variance.
        double from = value.Actual - _means[value.Column];
        _means[value.Column] += from / _samples;
        _squares[value.Column] += from * (value.Actual - _means[value.Column]);
    }

    private double LossOf(ValuePrediction value) => info.Loss == LossKind.MeanSquaredError
        ? value.Error * value.Error
        : -value.Actual * Math.Max(Math.Log(value.Predicted), LeastLogarithm) - (1 - value.Actual) * Math.Max(Math.Log(1 - value.Predicted), LeastLogarithm);
}
