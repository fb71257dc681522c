using ClrEngine.Data;
using ClrEngine.Schedules;
using ClrEngine.Torch;
using ClrEngine.Torch.Learning;
using ClrEngine.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrBenchmarks;

/// <summary>What is timed: a learner with a model and a plan of batches, as a session makes it.</summary>
internal sealed class Subject : IDisposable
{
    private readonly TorchRandom _random;
    private long _step;

    public Subject(Func<nn.Module<Tensor, Tensor>> make, TrainingData data, int batchSize, BenchmarkOptions options)
    {
        _random = TorchRandom.Seeded(0);
        using (_random.Enter())
            Model = make();
        Threads = options.Threads ?? OperationThreads.For(Model, data.Shape, batchSize);
        Learner = new TorchLearner(Model, data, new LearnerOptions { Device = options.Device, Threads = Threads }, _random);
        Plan = new BatchPlan(data.Train.Count, batchSize, 0);
    }

    public nn.Module<Tensor, Tensor> Model { get; }

    public TorchLearner Learner { get; }

    public BatchPlan Plan { get; }

    public int Threads { get; }

    public ILrSchedule Schedule { get; } = new CyclicSchedule(0.001, 0.01, 500);

    /// <summary>Trains on with the loop that users run, and reads what it measured.</summary>
    public void Train(long steps)
    {
        foreach ((SchedulePoint _, int _) in TrainingLoop.Steps(Learner, Plan, Schedule, _step, _step + steps, CancellationToken.None))
            _step++;
        Learner.Read();
    }

    public void Dispose()
    {
        Learner.Dispose();
        Model.Dispose();
        _random.Dispose();
    }
}
