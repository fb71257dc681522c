using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using ClrEngine.Training.Checkpoints;
using static TorchSharp.torch;

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

/// <summary>
/// A training run in a process of its own, which a test may kill: dropout draws random numbers, batch normalisation keeps
/// running statistics, the optimiser keeps momentum. It says each step, and at its end what it came to.
/// </summary>
internal static class TrainingChild
{
    public const int Epochs = 8;
    private const string FolderVariable = "CLR_TEST_TRAINING";
    private const string None = "none";

    /// <summary>Starts a run.</summary>
    /// <param name="folder">The folder of its checkpoints; null to keep none.</param>
    public static Process Start(string? folder)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!, ["-noLogo"]) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Insert(0, typeof(TrainingChild).Assembly.Location);
        // Sums depend on how many threads share them, and a machine that is busy loses its time to threads that wait for each other.
        start.Environment["OMP_NUM_THREADS"] = "1";
        start.Environment[FolderVariable] = folder ?? None;
        return Process.Start(start)!;
    }

    [ModuleInitializer]
    internal static void RunInsteadOfTests()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is not { } folder)
            return;
        Console.WriteLine("result " + Train(folder == None ? null : folder));
        Environment.Exit(0);
    }

    private static string Train(string? folder)
    {
        TorchLibrary.EnsureLoaded();
        manual_seed(7).Dispose();
        using nn.Module<Tensor, Tensor> module = nn.Sequential(
            ("flatten", nn.Flatten()), ("hidden", nn.Linear(64, 32)), ("norm", nn.BatchNorm1d(32)), ("relu", nn.ReLU()), ("dropout", nn.Dropout(0.3)), ("output", nn.Linear(32, 10)));
        var model = new ModelSource(module);
        TrainingData data = DataCatalog.Default.Load("digits");
        var schedule = new CyclicSchedule(0.01, 0.2, 30, mode: CyclicMode.Triangular2);
        var options = new LearnerOptions { Device = "cpu" };
        using TorchSession session = TorchSession.Open(model, data, options, batchSize: 64, seed: 3);
        using TrainingCheckpoints? checkpoints = folder is null
            ? null
            : TrainingCheckpoints.Open(
                new CheckpointOptions { Path = folder, Every = 2, Keep = 2, Resume = true },
                session.Description with { Schedule = schedule },
                session.Learner);
        var run = new TrainingRun(session.Learner, session.Plan, schedule, new TrainingOptions { Epochs = Epochs }, checkpoints?.Progress);
        Console.WriteLine($"from {run.Step.ToString(CultureInfo.InvariantCulture)}");
        foreach (TrainingTick tick in checkpoints?.Run(run, schedule) ?? run.Run())
            Console.WriteLine($"step {tick.Point.Step.ToString(CultureInfo.InvariantCulture)}");
        return Summary(session.Learner, run.History);
    }

    private static string Summary(ILearner learner, TrainingHistory history)
    {
        using ILearnerState state = learner.Capture();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (StateTensor tensor in state.Export())
            hash.AppendData(tensor.Bytes.Span);
        string records = JsonSerializer.Serialize(history.Epochs.Select(e => e with { Seconds = 0 }));
        return $"{Convert.ToHexString(hash.GetHashAndReset())} {history.Status} {records}";
    }
}
