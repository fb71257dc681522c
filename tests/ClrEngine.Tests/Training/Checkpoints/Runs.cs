using ClrEngine.Schedules;
using ClrEngine.Training;
using ClrEngine.Training.Checkpoints;

namespace ClrEngine.Tests.Training.Checkpoints;

/// <summary>Checkpointed runs of a learner without torch: 4 updates an epoch, cycles of 6.</summary>
internal static class Runs
{
    public const long StepsPerEpoch = 4;

    public static CyclicSchedule Schedule { get; } = new(0.01, 0.1, 3);

    public static RunDescription Description { get; } = RunDescription.FromPlan(new BatchPlan(100, 30, seed: 0), Schedule) with
    {
        Model = "quadratic",
        Data = "none",
        DataIdentity = "0",
        Learning = """{"Optimizer":"descent"}""",
        Device = "cpu",
        Threads = 1,
        Engine = "1.0.0",
        TorchSharp = "none",
        Libtorch = "none",
        Runtime = "here",
        Platform = "any",
    };

    public static TrainingRun Run(ILearner learner, int epochs, RunProgress? from = null) =>
        new(learner, new BatchPlan(100, 30, seed: 0), Schedule, new TrainingOptions { Epochs = epochs }, from);

    /// <summary>Trains with checkpoints until the end, or until some steps were taken.</summary>
    public static TrainingHistory Train(QuadraticLearner learner, CheckpointOptions options, int epochs, long? stopAt = null, RunDescription? description = null)
    {
        using TrainingCheckpoints checkpoints = TrainingCheckpoints.Open(options, description ?? Description, learner);
        TrainingRun run = Run(learner, epochs, checkpoints.Progress);
        if (run.Step == stopAt)
            return run.History;
        foreach (TrainingTick tick in checkpoints.Run(run, Schedule, TestContext.Current.CancellationToken))
        {
            if (tick.Point.Step + 1 == stopAt)
                break;
        }
        return run.History;
    }

    public static IEnumerable<EpochRecord> Timeless(this TrainingHistory history) => history.Epochs.Select(e => e with { Seconds = 0 });

    public static string[] Steps(string folder) =>
        [.. Directory.GetDirectories(folder, "step-*").Select(d => Path.GetFileName(d)["step-".Length..].TrimStart('0')).Order(Comparer<string>.Create((a, b) => int.Parse(a, null) - int.Parse(b, null)))];
}
