namespace ClrEngine.Training;

/// <summary>One epoch of a training run.</summary>
public sealed record EpochRecord
{
    /// <summary>The epoch, counted from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Optimiser updates taken by its end.</summary>
    public required long Step { get; init; }

    /// <summary>The mean learning rate of its updates.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The mean loss of its training samples, each before the update that it was part of.</summary>
    public required double TrainLoss { get; init; }

    /// <summary>Training samples classified rightly, each before the update that it was part of, in percent; null where the task has no classes.</summary>
    public required double? TrainAccuracy { get; init; }

    /// <summary>The mean loss of the validation samples at its end.</summary>
    public required double ValidationLoss { get; init; }

    /// <summary>Validation samples classified rightly at its end, in percent; null where the task has no classes.</summary>
    public required double? ValidationAccuracy { get; init; }

    /// <summary>The share of the validation targets' variance that a regression explains at its end, at most 1; null where the task has classes.</summary>
    public double? ValidationRSquared { get; init; }

    /// <summary>How long it took with its validation, in seconds.</summary>
    public required double Seconds { get; init; }
}
