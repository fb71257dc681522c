using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Losses;
using ClrEngine.Torch.Models;

namespace ClrRegret;

/// <summary>One thing to learn: data, model, optimiser and budget. The family decides whether a rule may be chosen by it.</summary>
internal sealed record RegretTask(string Family, string Name, string Model, Func<int, TrainingData> Make, OptimizerOptions Optimizer, int BatchSize, int Epochs)
{
    /// <summary>Cycles of a run: three at least, says section 4.1 of arXiv 1506.01186.</summary>
    public const int Cycles = 3;

    public LossOptions Loss { get; init; } = new();

    /// <summary>Where it is trained.</summary>
    public string Device { get; init; } = "cpu";

    public TrainingData Data(int seed)
    {
        if (_made is not var (madeFor, data) || madeFor != seed)
            _made = (seed, data = Make(seed));
        return data;
    }

    private (int Seed, TrainingData Data)? _made;

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

    /// <summary>What a finished run is worth, in points: its accuracy, or 100 R² where values are learnt; a run that diverged is worth a guess.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="history">The run.</param>
    /// <param name="epochs">The epoch that counts; the last if null.</param>
    public double Score(int seed, TrainingHistory history, int? epochs = null) => Data(seed).Validation.Targets switch
    {
        _ when epochs is null && history.Status != TrainingStatus.Completed => Guess(seed),
        ValueTargets values => Math.Max(0, 100 * (1 - history.Epochs[(epochs ?? history.Epochs.Count) - 1].ValidationLoss / MeanSquare(values))),
        _ => history.Epochs[(epochs ?? history.Epochs.Count) - 1].ValidationAccuracy!.Value,
    };

    /// <summary>What a guess is worth.</summary>
    public double Guess(int seed) => Data(seed).Validation.Targets is ClassTargets classes ? 100.0 / classes.Classes : 0;

    /// <summary>Optimiser updates of a run.</summary>
    public long Steps => Epochs * new BatchPlan(Data(0).Train.Count, BatchSize, 0).StepsPerEpoch;

    private LearnerOptions Learning => new() { Device = Device, Optimizer = Optimizer, Loss = Loss, Threads = 1 };

    // About the mean of each column.
    private static double MeanSquare(ValueTargets values)
    {
        double[] means = [.. Enumerable.Range(0, values.Width).Select(k => values.Values.Where((_, i) => i % values.Width == k).Average(v => (double)v))];
        return values.Values.Select((v, i) => Math.Pow(v - means[i % values.Width], 2)).Average();
    }
}
