using System.Collections.Immutable;
using ClrEngine.Data;
using ClrEngine.RangeTest;
using ClrEngine.Schedules;
using ClrEngine.Torch;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Models;
using ClrEngine.Torch.Optimizers;
using ClrEngine.Training;

namespace ClrRegret;

/// <summary>One thing to learn: data, model, optimiser and budget.</summary>
internal sealed record RegretTask(string Name, string Model, Func<int, TrainingData> Data, OptimizerOptions Optimizer, int BatchSize, int Epochs)
{
    /// <summary>Cycles of a run: three at least, says section 4.1 of arXiv 1506.01186.</summary>
    public const int Cycles = 3;

    public TorchSession Open(int seed) => TorchSession.Open(new ModelSource(Model), Data(seed), Learning, BatchSize, seed);

    /// <summary>A training run.</summary>
    /// <param name="seed">The seed of data, weights and batch order.</param>
    /// <param name="schedule">Makes the schedule from the steps of one epoch.</param>
    public TrainingJob Job(int seed, Func<long, ILrSchedule> schedule)
    {
        TrainingData data = Data(seed);
        long stepsPerEpoch = new BatchPlan(data.Train.Count, BatchSize, seed).StepsPerEpoch;
        return new TrainingJob(new ModelSource(Model), data, schedule(stepsPerEpoch), new TrainingJobOptions
        {
            Learning = Learning,
            BatchSize = BatchSize,
            Seed = seed,
            Length = new TrainingOptions { Epochs = Epochs },
        });
    }

    /// <summary>Triangular2 over three whole cycles that end with the run.</summary>
    public ILrSchedule Schedule(double baseLr, double maxLr, long stepsPerEpoch) => new CyclicSchedule(
        baseLr,
        maxLr,
        EpochSteps.From((double)Epochs / (2 * Cycles), stepsPerEpoch),
        mode: CyclicMode.Triangular2);

    private LearnerOptions Learning => new() { Device = "cpu", Optimizer = Optimizer };
}

/// <summary>The tasks of the benchmark.</summary>
internal static class RegretTasks
{
    /// <summary>Where the Debian package dataset-fashion-mnist puts the files; the environment variable FASHION_MNIST names another folder.</summary>
    private static readonly string FashionFolder = Environment.GetEnvironmentVariable("FASHION_MNIST") ?? "/usr/share/datasets/fashion-mnist";

    private static readonly Dictionary<(int Count, int Held), TrainingData> Fashion = [];

    private static readonly OptimizerOptions Sgd = new(), AdamW = new() { Kind = OptimizerKind.AdamW };

    public static IReadOnlyList<RegretTask> All { get; } =
    [
        new("digits mlp SGD", "mlp", seed => Named("digits", seed, 0.2), Sgd, 64, 12),
        new("Fashion-MNIST mlp SGD", "mlp", _ => FashionSubset(10_000), Sgd, 128, 6),
        new("Fashion-MNIST mlp AdamW", "mlp", _ => FashionSubset(10_000), AdamW, 128, 6),
        new("digits mlp AdamW", "mlp", seed => Named("digits", seed, 0.2), AdamW, 64, 12),
        new("wine mlp SGD", "mlp:32", seed => Named("wine", seed, 0.5), Sgd, 16, 24),
        new("breast-cancer mlp SGD", "mlp:32", seed => Named("breast-cancer", seed, 0.5), Sgd, 32, 12),
        new("breast-cancer mlp AdamW", "mlp:32", seed => Named("breast-cancer", seed, 0.5), AdamW, 32, 12),
        new("digits cnn AdamW", "cnn:16,32", seed => Named("digits", seed, 0.2), AdamW, 64, 12),
        new("Fashion-MNIST cnn SGD", "cnn:16,32", _ => FashionSubset(2_000, 2_000), Sgd, 32, 6),
    ];

    /// <summary>Tasks on which no rule was chosen: they show whether the default rule is only fitted to the others.</summary>
    public static IReadOnlyList<RegretTask> HeldOut { get; } =
    [
        new("iris mlp SGD", "mlp:16", seed => Named("iris", seed, 0.5), Sgd, 8, 24),
        new("wine mlp AdamW", "mlp:64", seed => Named("wine", seed, 0.5), AdamW, 16, 12),
        new("digits narrow mlp AdamW", "mlp:32", seed => Named("digits", seed, 0.2), AdamW, 256, 24),
        new("digits cnn SGD", "cnn:16,32", seed => Named("digits", seed, 0.2), Sgd, 32, 6),
        new("Fashion-MNIST small batch mlp SGD", "mlp:128", _ => FashionSubset(5_000), Sgd, 16, 3),
        new("Fashion-MNIST cnn AdamW", "cnn:16,32", _ => FashionSubset(2_000, 2_000), AdamW, 32, 6),
    ];

    /// <summary>The tasks on which the paper's claim is measured, with a longer budget.</summary>
    public static IReadOnlyList<RegretTask> Claim { get; } =
        [.. All.Where(t => t.Name is "digits mlp SGD" or "Fashion-MNIST mlp SGD").Select(t => t with { Epochs = 24 })];

    // Small sets are split anew for each seed: a validation part of a few dozen samples measures little by itself.
    private static TrainingData Named(string name, int seed, double validation) =>
        DataCatalog.Default.Load(name, new DataOptions { ValidationFraction = validation, Seed = seed });

    private static TrainingData FashionSubset(int count, int held = 5_000)
    {
        if (!Fashion.TryGetValue((count, held), out TrainingData? subset))
        {
            TrainingData whole = DataCatalog.Default.Load(FashionFolder);
            Fashion[(count, held)] = subset = new TrainingData(whole.Name, whole.Source, First(whole.Train, count), First(whole.Validation, held), whole.Scaling, whole.Identity + "-" + count);
        }
        return subset;
    }

    private static LabelledData First(LabelledData all, int count)
    {
        ImmutableArray<long> indices = [.. Enumerable.Range(0, count).Select(i => (long)i)];
        return new LabelledData(new SubsetSamples(all.Samples, indices), all.Targets.Select(indices.AsSpan()));
    }
}

/// <summary>The two things that the benchmark does with a task: a range test and a training run.</summary>
internal static class Runs
{
    public static LrRangeTestResult RangeTest(RegretTask task, int seed, LrRangeTestOptions options)
    {
        using TorchSession session = task.Open(seed);
        var test = new LrRangeTest(session.Learner, session.Plan, options) { Description = session.Description };
        foreach (LrRangeTestPoint _ in test.Run())
        {
        }
        return test.Result;
    }

    public static TrainingHistory Train(RegretTask task, int seed, Func<long, ILrSchedule> schedule)
    {
        using TrainingJob job = task.Job(seed, schedule);
        job.Open();
        foreach (TrainingTick _ in job.Run())
        {
        }
        return job.Finish();
    }

    /// <summary>The validation accuracy at a run's end, in percent; a run that diverged is as good as a guess.</summary>
    public static double Accuracy(RegretTask task, int seed, Func<long, ILrSchedule> schedule)
    {
        TrainingHistory history = Train(task, seed, schedule);
        return history.Status == TrainingStatus.Completed
            ? history.FinalValidationAccuracy!.Value
            : 100.0 / ((ClassTargets)task.Data(seed).Train.Targets).Classes;
    }
}
