using ClrEngine.Data;
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
