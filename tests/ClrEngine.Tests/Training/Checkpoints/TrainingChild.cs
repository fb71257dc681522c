using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using ClrEngine.Data;
using ClrEngine.Schedules;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Models;
using ClrEngine.Torch.Native;
using ClrEngine.Training;
using ClrEngine.Training.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Training.Checkpoints;

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
