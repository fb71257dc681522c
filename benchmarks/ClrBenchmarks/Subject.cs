using System.Collections.Immutable;
using ClrEngine.Numerics;
using ClrEngine.Torch.Models;
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
        Learner = new TorchLearner(Model, data, new LearnerOptions { Device = options.Device, Threads = Threads, Precision = options.Precision }, _random);
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

/// <summary>A network that is timed.</summary>
/// <param name="Name">Its name for people.</param>
/// <param name="Make">Makes it with fresh weights.</param>
internal sealed record Network(string Name, Func<nn.Module<Tensor, Tensor>> Make)
{
    /// <summary>A perceptron for images of one channel and 28 × 28.</summary>
    public static readonly Network Mlp = new("MLP 784-256-128-10", () => Perceptron(784, 256, 128));

    /// <summary>Two convolutions with batch normalisation and pooling, and a linear layer, for such images.</summary>
    public static readonly Network Cnn = new("CNN", () => nn.Sequential(
        ("conv1", nn.Conv2d(1, 16, 3, padding: 1)), ("norm1", nn.BatchNorm2d(16)), ("relu1", nn.ReLU()), ("pool1", nn.MaxPool2d(2)),
        ("conv2", nn.Conv2d(16, 32, 3, padding: 1)), ("norm2", nn.BatchNorm2d(32)), ("relu2", nn.ReLU()), ("pool2", nn.MaxPool2d(2)),
        ("flatten", nn.Flatten()), ("output", nn.Linear(32 * 7 * 7, 10))));

    /// <summary>The residual net of 20 layers for coloured images of 32 × 32.</summary>
    public static readonly Network ResNet20 = new("resnet20", () => ResNet.Cifar(20)([3, 32, 32], [], 10, null));

    /// <summary>A perceptron with any hidden widths and ten outputs.</summary>
    public static nn.Module<Tensor, Tensor> Perceptron(int inputs, params int[] hidden)
    {
        var layers = new List<(string, nn.Module<Tensor, Tensor>)> { ("flatten", nn.Flatten()) };
        int width = inputs;
        foreach (int next in hidden)
        {
            layers.Add(($"linear{layers.Count}", nn.Linear(width, next)));
            layers.Add(($"relu{layers.Count}", nn.ReLU()));
            width = next;
        }
        layers.Add(("output", nn.Linear(width, 10)));
        return nn.Sequential(layers);
    }
}

/// <summary>Fashion-MNIST, or made numbers of the same shape where it is not on this machine: the work is the same.</summary>
internal static class FashionSet
{
    public const string DefaultFolder = "/usr/share/datasets/fashion-mnist";

    public static TrainingData Load(BenchmarkOptions options, Report report)
    {
        if (Directory.Exists(options.Data))
            return DataCatalog.Default.Load(options.Data);
        report.Note($"{options.Data} is absent: made numbers of the shape of Fashion-MNIST");
        return Made(60_000, 10_000, [1, 28, 28]);
    }

    /// <summary>Made images of ten classes.</summary>
    public static TrainingData Made(int train, int validation, long[] shape) => new(
        "made", "made", Part(train, shape, 1), Part(validation, shape, 2), FeatureScaling.Identity((int)shape[0]), $"made {train} {validation}");

    private static LabelledData Part(int count, long[] shape, long stream)
    {
        var random = new SeededRandom(0, stream);
        int length = (int)shape.Aggregate(1L, (product, side) => product * side);
        var values = new float[count * length];
        for (int i = 0; i < values.Length; i++)
            values[i] = random.NextInt(1 << 16) / 32768f - 1;
        var labels = new long[count];
        for (int i = 0; i < count; i++)
            labels[i] = random.NextInt(10);
        return new LabelledData(
            new FloatSamples(values, shape),
            new ClassTargets(ImmutableArray.Create(labels), [.. Enumerable.Range(0, 10).Select(i => $"{i}")]));
    }
}
