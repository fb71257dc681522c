using ClrEngine.Schedules;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Optimizers;
using ClrEngine.Torch.Trained;
using ClrEngine.Training;
using ClrEngine.Training.Checkpoints;

namespace ClrEngine.Torch;

/// <summary>A training run with all that belongs to it.</summary>
public sealed record TrainingJobOptions
{
    /// <summary>How the model learns.</summary>
    public LearnerOptions Learning { get; init; } = new();

    /// <summary>Samples of a batch, at least 1.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>The seed of weights and batch order: the same seed gives the same run.</summary>
    public int Seed { get; init; }

    /// <summary>How long the run goes on.</summary>
    public TrainingOptions Length { get; init; } = new();

    /// <summary>Whether the model is kept at the end of each cycle, and all kept ones judged together.</summary>
    public bool Snapshots { get; init; }

    /// <summary>Where and how often the run keeps its state; null keeps none.</summary>
    public CheckpointOptions? Checkpoints { get; init; }

    /// <summary>A folder for the trained models; null writes none.</summary>
    public string? ModelFolder { get; init; }

    /// <summary>Whether models in the folder that another run left may be replaced; a run that goes on replaces its own.</summary>
    public bool ReplaceModels { get; init; }

    /// <summary>A folder for TensorBoard events; null writes none.</summary>
    public string? EventFolder { get; init; }

    /// <summary>A folder that MLflow reads as its file store, in which the run becomes one of its runs; null writes none.</summary>
    public string? MlflowFolder { get; init; }

    /// <summary>What the range test ran on that the schedule's bounds come from; null where there was none. Where it differs, a warning says so.</summary>
    public RunDescription? BoundsMeasuredOn { get; init; }

    /// <summary>Refuses what no model and no data could be trained with under the schedule.</summary>
    internal void Validate(ILrSchedule schedule)
    {
        Require.AtLeast(BatchSize, 1, nameof(BatchSize));
        Learning.Validate();
        if (BatchSize == 1 && Learning.Augmentation is ({ Mixup: not null } or { CutMix: not null }))
            throw new InvalidParameterException(nameof(BatchSize), BatchSize, "Mixup and CutMix mix the samples of a batch, and BatchSize 1 has nothing to mix; give at least 2, or leave them out.");
        Length.Validate();
        if (Length.BestBy?.IsOfMetric() == true)
            FigureTally.RequireMetric(Length.BestBy.Value, Learning.Metrics);
        Checkpoints?.Validate();
        RunModels.RefuseOwnStart(ModelFolder, Learning.Weights);
        if (Length.Cycles is { } cycles)
            CycleEnds.StepsOf(schedule, cycles);
        if (Snapshots || Length.Patience.HasValue)
            CycleEnds.Require(schedule, Snapshots ? nameof(Snapshots) : nameof(TrainingOptions.Patience));
        ParameterGroup.RequireRates(schedule.At(0), Math.Max(1, Learning.Optimizer.ParameterGroups.Count));
    }
}
