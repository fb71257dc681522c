using ClrEngine.Data;

namespace ClrEngine.Torch.Trained;

/// <summary>What a file of weights says about them: enough to build the model again and to give it samples as it knows them.</summary>
public sealed record TrainedModelInfo
{
    /// <summary>The model's name with its arguments, such as <c>mlp:256,128</c>.</summary>
    public required string Model { get; init; }

    /// <summary>The shape of one sample.</summary>
    public required IReadOnlyList<long> InputShape { get; init; }

    /// <summary>Outputs of the model: one a class.</summary>
    public required int Outputs { get; init; }

    /// <summary>The classes' names in the order of the outputs.</summary>
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

    /// <summary>Whether two models take the same samples and name the same classes, so that their answers can be averaged.</summary>
    /// <param name="other">The other model.</param>
    internal bool AnswersAlike(TrainedModelInfo other) =>
        InputShape.SequenceEqual(other.InputShape)
        && Classes.SequenceEqual(other.Classes)
        && Means.SequenceEqual(other.Means)
        && StandardDeviations.SequenceEqual(other.StandardDeviations);

    /// <summary>What is known of a run's models before it ends.</summary>
    /// <param name="model">The model's name with its arguments.</param>
    /// <param name="data">The data that it is trained on.</param>
    public static TrainedModelInfo Of(string model, TrainingData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var targets = (ClassTargets)data.Train.Targets;
        return new TrainedModelInfo
        {
            Model = model,
            InputShape = data.Shape,
            Outputs = targets.Classes,
            Classes = targets.ClassNames,
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
