using ClrEngine.Data;
using ClrEngine.Schedules;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Models;
using ClrEngine.Torch.Optimizers;

namespace ClrRegret;

/// <summary>One thing to learn: data, model, optimiser and budget.</summary>
internal sealed record RegretTask(string Name, string Model, Func<int, TrainingData> Data, OptimizerOptions Optimizer, int BatchSize, int Epochs)
{
    /// <summary>Cycles of a run: three at least, says section 4.1 of arXiv 1506.01186.</summary>
    public const int Cycles = 3;

    public TorchSession Open(int seed) =>
        TorchSession.Open(new ModelSource(Model), Data(seed), new LearnerOptions { Device = "cpu", Optimizer = Optimizer }, BatchSize, seed);

    /// <summary>Triangular2 over three whole cycles that end with the run.</summary>
    public ILrSchedule Schedule(double baseLr, double maxLr, long stepsPerEpoch) => new CyclicSchedule(
        baseLr,
        maxLr,
        EpochSteps.From((double)Epochs / (2 * Cycles), stepsPerEpoch),
        mode: CyclicMode.Triangular2);
}
