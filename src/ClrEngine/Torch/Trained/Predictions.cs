using ClrEngine.Data;
using ClrEngine.Torch.Losses;
using ClrEngine.Training;

namespace ClrEngine.Torch.Trained;

/// <summary>What a model, or an ensemble, makes of one sample: a <see cref="ModelPrediction"/> of its class, or a <see cref="ValuePrediction"/> for each of its values.</summary>
public abstract record SamplePrediction
{
    private protected SamplePrediction()
    {
    }

    /// <summary>The part of the data that it is in; null where the data is not parted, or was given without its name.</summary>
    public DataPart? Part { get; init; }

    /// <summary>The sample, counted from 0 in its part of the data.</summary>
    public required long Index { get; init; }

    /// <summary>The sample's file, where it is an image of a folder; null elsewhere.</summary>
    public string? Path { get; init; }
}

/// <summary>What a model, or an ensemble, makes of one sample whose class is asked for.</summary>
public sealed record ModelPrediction : SamplePrediction
{
    /// <summary>The class that it holds most likely.</summary>
    public required string Predicted { get; init; }

    /// <summary>How likely it holds it, from 0 to 1.</summary>
    public required double Probability { get; init; }

    /// <summary>The sample's own class; null where the data has no labels, as the next three are.</summary>
    public string? Actual { get; init; }

    /// <summary>How likely it holds the sample's own class, from 0 to 1.</summary>
    public double? ActualProbability { get; init; }

    /// <summary>The place of the sample's own class among all, the one that it holds most likely being 1.</summary>
    public int? ActualRank { get; init; }

    /// <summary>Whether both are the same.</summary>
    public bool? IsCorrect => Actual is null ? null : Predicted == Actual;

    /// <summary>How likely it holds each class, by their names in the order of the model's; null where this was not asked for.</summary>
    internal (IReadOnlyList<string> Names, ReadOnlyMemory<double> Probabilities)? Classes { get; init; }

    /// <summary>What the probabilities of one sample, whose own class may be known, come to.</summary>
    internal static ModelPrediction Of(long index, string? path, IReadOnlyList<string> names, ReadOnlyMemory<double> all, int? actual, bool keepAll)
    {
        ReadOnlySpan<double> probabilities = all.Span;
        int predicted = 0, above = 0;
        double? own = actual is { } place ? probabilities[place] : null;
        for (int i = 0; i < probabilities.Length; i++)
        {
            if (probabilities[i] > probabilities[predicted]) predicted = i;
            above += probabilities[i] > own ? 1 : 0;
        }

        return new ModelPrediction
        {
            Index = index,
            Path = path,
            Predicted = names[predicted],
            Probability = probabilities[predicted],
            Actual = actual is { } known ? names[known] : null,
            ActualProbability = own,
            ActualRank = own is null ? null : 1 + above,
            Classes = keepAll ? (names, all) : null,
        };
    }

    /// <summary>How likely it holds a class, from 0 to 1.</summary>
    /// <exception cref="ArgumentException">The model does not know the class.</exception>
    /// <exception cref="InvalidOperationException">The probabilities of all classes were not asked for.</exception>
    public double ProbabilityOf(string name)
    {
        if (Classes is not var (names, probabilities)) throw new InvalidOperationException("Predict was not asked for the probabilities of all classes.");
        for (int i = 0; i < names.Count; i++)
        {
            if (names[i] == name) return probabilities.Span[i];
        }

        throw new ArgumentException($"The model knows no class '{name}': give one of {string.Join(", ", names)}.", nameof(name));
    }
}

/// <summary>What a model, or an ensemble, makes of one value of a sample.</summary>
public sealed record ValuePrediction : SamplePrediction
{
    /// <summary>Which of the sample's values, counted from 0.</summary>
    public required int Column { get; init; }

    /// <summary>The value that it predicts; under binary cross-entropy how likely the value is 1, from 0 to 1.</summary>
    public required double Predicted { get; init; }

    /// <summary>The sample's own value; null where the data has no labels.</summary>
    public double? Actual { get; init; }

    /// <summary>By how much it predicts too much; null where the data has no labels.</summary>
    public double? Error => Predicted - Actual;
}

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

    /// <summary>The mean size of a regression's errors, in the targets' unit; null where the task has classes.</summary>
    public double? MeanAbsoluteError { get; init; }

    /// <summary>The mean of the classes' recalls, in percent: the accuracy if all classes had as many samples; null where the task has no classes.</summary>
    public double? BalancedAccuracy => Classes.Average(static score => score.Recall);

    /// <summary>The mean of the classes' F1, in percent; null where the task has no classes.</summary>
    public double? MacroF1 => Classes.Average(static score => score.F1);

    /// <summary>Samples whose own class is among the five that are held most likely, in percent; null where there are not more than five classes.</summary>
    public double? Top5Accuracy { get; init; }

    /// <summary>Of two classes, the area under the receiver operating characteristic, from 0 to 1, 0.5 being a guess; null where there are not two, or all samples are of one.</summary>
    public double? RocAuc { get; init; }

    /// <summary>How it does on each class, in the order of the model's; empty where the task has no classes.</summary>
    public IReadOnlyList<ClassScore> Classes { get; init; } = [];

    /// <summary>How many samples of each class, a row, are held for each class, a column, both in the order of <see cref="Classes"/>; null where the task has no classes, or more than 1,000.</summary>
    public IReadOnlyList<IReadOnlyList<long>>? Confusion { get; init; }

    /// <summary>What people should know of a loss that is no number; null where it is one.</summary>
    internal string? Warning => double.IsFinite(Loss) ? null
        : $"The loss is not finite, as {Model} gives the own class of some samples a probability of 0, which it does where values lie far beyond those of training: see their unit, and with -Predict which have an ActualProbability of 0.";
}

/// <summary>Adds the predictions of one model up to a score.</summary>
public sealed class PredictionTally(TrainedModelInfo info)
{
    // PyTorch's binary cross-entropy bounds logarithms so: a certain and wrong answer costs much, not all.
    private const double LeastLogarithm = -100;

    private readonly double[] _means = new double[info.Outputs];
    private readonly double[] _variations = new double[info.Outputs];
    private readonly Dictionary<string, int> _places = info.Classes.Select(static (name, i) => (name, i)).ToDictionary(static pair => pair.name, static pair => pair.i, StringComparer.Ordinal);
    private readonly ConfusionCounts? _confusion = info.Classes.Count > 0 ? new(info.Classes) : null;
    private double _absoluteSum;
    private double _lossSum;
    private double _errorSum;
    private long _correct;
    private long _amongTop;
    private long _samples;
    private bool _isRight;

    /// <summary>Adds one, in the order in which the model gives them.</summary>
    public void Add(SamplePrediction prediction)
    {
        switch (prediction)
        {
            case ModelPrediction { Actual: { } actual, ActualProbability: { } likely } ofClass:
                _lossSum -= Math.Log(likely) * (info.Loss == LossKind.Focal ? Math.Pow(1 - likely, info.LossShape!.Value) : 1);
                _correct += ofClass.IsCorrect == true ? 1 : 0;
                _amongTop += ofClass.ActualRank <= ValidationFigures.Top ? 1 : 0;
                _samples++;
                _confusion?.Add(_places[actual], _places[ofClass.Predicted], ofClass.Probability);
                break;
            case ValuePrediction { Actual: { } actual } ofValue:
                AddValue(ofValue, actual);
                break;
            case null:
                throw new ArgumentNullException(nameof(prediction));
            default:
                throw new ArgumentException("The data has no labels, by which a score is made.", nameof(prediction));
        }
    }

    /// <summary>The score of all that were added, at least one.</summary>
    public TrainedModelScore Score(TrainedModel model, string data)
    {
        ArgumentNullException.ThrowIfNull(model);
        double variation = _variations.Sum();
        return new TrainedModelScore
        {
            Model = model.Info.Model,
            Data = data,
            Members = model.Members,
            Samples = _samples,
            Loss = _lossSum / _samples,
            Accuracy = info.Loss.IsOfErrors() ? null : 100.0 * _correct / _samples,
            RSquared = info.Loss is LossKind.MeanSquaredError or LossKind.Huber && variation > 0 ? 1 - _errorSum / variation : null,
            MeanAbsoluteError = info.Loss.IsOfErrors() ? _absoluteSum / (_samples * info.Outputs) : null,
            Top5Accuracy = info.Classes.Count > ValidationFigures.Top ? 100.0 * _amongTop / _samples : null,
            RocAuc = _confusion?.RocAuc(),
            Classes = _confusion?.Classes() ?? [],
            Confusion = _confusion?.Table(),
        };
    }

    private void AddValue(ValuePrediction value, double actual)
    {
        double error = value.Predicted - actual;
        if (value.Column == 0)
            (_isRight, _samples) = (true, _samples + 1);
        _isRight &= value.Predicted > 0.5 == actual > 0.5;
        _correct += _isRight && value.Column == info.Outputs - 1 ? 1 : 0;
        _lossSum += LossOf(value, actual, error) / info.Outputs;
        _errorSum += error * error;
        _absoluteSum += Math.Abs(error);
        // Welford's running variance.
        double from = actual - _means[value.Column];
        _means[value.Column] += from / _samples;
        _variations[value.Column] += from * (actual - _means[value.Column]);
    }

    private double LossOf(ValuePrediction value, double actual, double error) => info.Loss switch
    {
        LossKind.MeanSquaredError => error * error,
        // Its delta is in the deviation by which the values were scaled.
        LossKind.Huber when (info.TargetDeviations.Count == 0 ? 1 : info.TargetDeviations[value.Column]) * info.LossShape!.Value is var delta =>
            Math.Abs(error) <= delta ? error * error / 2 : delta * (Math.Abs(error) - delta / 2),
        LossKind.Quantile => Math.Max(-error * info.LossShape!.Value, -error * (info.LossShape.Value - 1)),
        _ => -actual * Math.Max(Math.Log(value.Predicted), LeastLogarithm) - (1 - actual) * Math.Max(Math.Log(1 - value.Predicted), LeastLogarithm),
    };
}

/// <summary>A part of a data set.</summary>
public enum DataPart
{
    /// <summary>What was held out.</summary>
    Validation,

    /// <summary>What is learnt from.</summary>
    Train,

    /// <summary>Both: first what is learnt from, then what was held out.</summary>
    All,
}

/// <summary>Takes a part of a data set.</summary>
public static class DataPartExtensions
{
    /// <summary>The samples of a part: one set, or both.</summary>
    public static IReadOnlyList<LabelledData> SamplesOf(this DataPart part, TrainingData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return part switch
        {
            DataPart.Train => [data.Train],
            DataPart.All => data.Train == data.Validation ? [data.Train] : [data.Train, data.Validation],
            _ => [data.Validation],
        };
    }

    /// <summary>The part that samples of a data set are; null where both of its parts are the same.</summary>
    internal static DataPart? PartOf(this TrainingData data, LabelledData samples) =>
        data.Train == data.Validation ? null : samples == data.Train ? DataPart.Train : DataPart.Validation;
}
