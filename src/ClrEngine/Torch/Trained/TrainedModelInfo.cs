using System.Text.Json.Serialization;
using ClrEngine.Data;
using ClrEngine.Torch.Losses;

namespace ClrEngine.Torch.Trained;

/// <summary>What a file of weights says about them: enough to build the model again and to give it samples as it knows them.</summary>
public sealed record TrainedModelInfo
{
    /// <summary>The model's name with its arguments, such as <c>mlp:256,128</c>.</summary>
    public required string Model { get; init; }

    /// <summary>The shape of one sample.</summary>
    public required IReadOnlyList<long> InputShape { get; init; }

    /// <summary>The loss that it was trained with, which says what its outputs mean.</summary>
    public LossKind Loss { get; init; } = LossKind.CrossEntropy;

    /// <summary>Outputs of the model: one a class, one for two classes under binary cross-entropy, or one a value.</summary>
    public required int Outputs { get; init; }

    /// <summary>The classes' names in the order of the outputs; none where values are predicted.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>The mean that was taken from each channel of a sample.</summary>
    public required IReadOnlyList<float> Means { get; init; }

    /// <summary>The standard deviation by which each channel was then divided.</summary>
    public required IReadOnlyList<float> StandardDeviations { get; init; }

    /// <summary>The data set that it was trained on.</summary>
    public required string Data { get; init; }

    /// <summary>The hash that recognises that data.</summary>
    public required string DataIdentity { get; init; }

    /// <summary>Optimiser updates taken.</summary>
    public required long Step { get; init; }

    /// <summary>Which model of its run it is.</summary>
    public required TrainedModelKind Kind { get; init; }

    /// <summary>The version of the engine that trained it.</summary>
    public required string Engine { get; init; }

    /// <summary>Whether it tells classes apart; else it predicts values.</summary>
    [JsonIgnore]
    public bool HasClasses => Classes.Count > 0;

    /// <summary>Whether the outputs are what the loss asks for.</summary>
    internal bool IsConsistent => (Loss, HasClasses) switch
    {
        (LossKind.CrossEntropy, true) => Outputs == Classes.Count,
        (LossKind.BinaryCrossEntropy, true) => Outputs == 1 && Classes.Count == 2,
        (LossKind.BinaryCrossEntropy or LossKind.MeanSquaredError, false) => Outputs > 0,
        _ => false,
    };

    /// <summary>Whether two models take the same samples and name the same classes, so that their answers can be averaged.</summary>
    /// <param name="other">The other model.</param>
    internal bool AnswersAlike(TrainedModelInfo other) =>
        InputShape.SequenceEqual(other.InputShape)
        && Classes.SequenceEqual(other.Classes)
        && (Loss, Outputs) == (other.Loss, other.Outputs)
        && Means.SequenceEqual(other.Means)
        && StandardDeviations.SequenceEqual(other.StandardDeviations);

    /// <summary>What is known of a run's models before it ends.</summary>
    /// <param name="model">The model's name with its arguments.</param>
    /// <param name="data">The data that it is trained on.</param>
    /// <param name="loss">What it learns to make small.</param>
    /// <exception cref="Errors.InvalidParameterException">The loss is not for such targets.</exception>
    public static TrainedModelInfo Of(string model, TrainingData data, LossOptions loss)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(loss);
        return new TrainedModelInfo
        {
            Model = model,
            InputShape = data.Shape,
            Loss = loss.KindFor(data.Train.Targets),
            Outputs = loss.OutputsFor(data.Train.Targets),
            Classes = data.Train.Targets is ClassTargets targets ? targets.ClassNames : [],
            Means = data.Scaling.Means,
            StandardDeviations = data.Scaling.StandardDeviations,
            Data = data.Name,
            DataIdentity = data.Identity,
            Step = 0,
            Kind = TrainedModelKind.Final,
            Engine = typeof(TrainedModelInfo).Assembly.GetName().Version!.ToString(3),
        };
    }
}
